"""Nobody learns by a clock who is known: the same work is done for every address (ASVS 6.3.8).

Answers for somebody and for nobody are measured in turn, so that a busy machine slows both. What is
compared are medians, with a bound that a forgotten hash breaks and a bad day does not.
"""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from flask import Flask

from app.core import counters
from app.identity import actions
from app.identity.models import Person
from app.identity.proofs import password
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.identity.test_views import SECRET
from tests.installation import BASE_URL

SAMPLES = 60
ALIKE = 2.0
"""Generous: other work on the machine makes medians differ; a hash that is left out is four times."""
NOBODY = "nobody@kunden.example"
WAYS = {
    "/sign-in": ("password", {"password": "wrong horse battery"}),
    "/sign-in/code": ("code", {}),
    "/sign-in/reset": ("reset", {}),
}


def measured(app: Flask, browser: Browser, way: str, known: str, samples: int) -> float:
    """Return how many times longer the slower of the two answers takes, by their medians."""
    counted, fields = WAYS[way]
    token = browser.csrf_token()
    took: dict[str, list[float]] = {known: [], NOBODY: []}
    for number in range(samples * 2):
        email = (known, NOBODY)[number % 2]
        with installation.of(app).database.transaction():
            counters.forget(f"{counted}:{email}")
        begin = perf_counter()
        browser.client.post(
            way, data={"csrf_token": token, "email": email, **fields}, base_url=BASE_URL
        )
        took[email].append(perf_counter() - begin)
    one, other = (median(times) for times in took.values())
    return max(one, other) / min(one, other)


@pytest.fixture
def ruth(app: Flask, cast: Cast) -> str:
    """The address of somebody with a password."""
    with installation.of(app).database.transaction() as session:
        actions.set_password(session.get_one(Person, cast.ruth.id), SECRET)
    return cast.ruth.email


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_takes_as_long_for_somebody_as_for_nobody(
    app: Flask, ruth: str, browser: Callable[[str], Browser], way: str
) -> None:
    assert measured(app, browser("nobody"), way, ruth, SAMPLES) < ALIKE


def test_the_measure_sees_a_shortcut(
    app: Flask, ruth: str, browser: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    right = password.matches
    monkeypatch.setattr(
        password, "matches", lambda given, kept: kept is not None and right(given, kept)
    )
    assert measured(app, browser("nobody"), "/sign-in", ruth, SAMPLES // 4) > ALIKE
