"""Passkeys: what lets in, and everything that must not."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app import commands
from app.core import runtime
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.factory import create_app
from app.identity import actions, queries
from app.identity.models import LoginSession, Passkey, Person
from app.identity.proofs import passkey
from app.identity.proofs.password import hashed
from app.organisations.models import Organisation
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast, administrator
from tests.identity.device import PRESENT, Device
from tests.installation import BASE_URL, test_settings

SAFE = "https://kontor.test"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The portal; its tests have no certificate, its organisations say https."""
    one = create_app(test_settings(tmp_path))
    commands.init_app(one)
    with runtime.using(installation.of(one)):
        yield one
    installation.of(one).database.engine.dispose()


@pytest.fixture
def here(app: Flask) -> Runtime:
    """The installation of the portal."""
    return installation.of(app)


@pytest.fixture
def device() -> Device:
    """A phone."""
    return Device(SAFE)


@pytest.fixture
def owned(here: Runtime, cast: Cast, browser: Callable[[str], Browser], device: Device) -> Cast:
    """The cast; Ben has a passkey on the phone."""
    with here.database.transaction() as opened:
        opened.execute(update(Organisation).values(base_url=SAFE))
    assert added(browser("ben"), device).status_code == 201
    return cast


def asked(browser: Browser, path: str = "/sign-in/passkey") -> dict[str, Any]:
    response = browser.get(path)
    assert response.status_code == 200
    found: dict[str, Any] = json.loads(response.text)
    return found


def added(browser: Browser, device: Device, name: str = "Phone") -> TestResponse:
    answer = device.register(asked(browser, "/account/factors/passkey"))
    fields = {"passkey-name": name, "passkey-answer": answer}
    return browser.post("/account/factors/passkey", fields)


def at_the_door(browser: Callable[[str], Browser]) -> Browser:
    """Return a stranger's browser at Lindenhof's door."""
    stranger = browser("nobody")
    assert "Sign in with a passkey" in stranger.get("/o/lindenhof/sign-in").text
    return stranger


def shown(browser: Browser, device: Device) -> TestResponse:
    """Answer with a device what the sign-in page asks."""
    return browser.post("/sign-in/passkey", {"answer": device.sign(asked(browser))})


def last(here: Runtime, name: str) -> Entry | None:
    with here.database.reading() as opened:
        return opened.scalars(select(Entry).where(Entry.name == name).order_by(Entry.id)).first()


def test_a_passkey_lets_its_owner_in_alone_and_counts_as_two_things(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    question = asked(at_the_door(browser))
    assert (question["rpId"], question["userVerification"]) == ("kontor.test", "required")
    stranger = at_the_door(browser)
    assert shown(stranger, device).status_code == 303
    assert "Ben Brunner" in stranger.get("/account").text
    with here.database.reading() as opened:
        rows = select(LoginSession).where(LoginSession.person_id == owned.ben.id)
        newest = opened.scalars(rows.order_by(LoginSession.id.desc())).first()
        assert newest is not None
        assert (newest.proofs, newest.proved_at is not None) == (["passkey"], True)


def test_after_a_password_the_passkey_is_the_second_step(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    with here.database.transaction() as opened:
        ben = opened.get_one(Person, owned.ben.id)
        ben.password_hash = hashed("a long sentence for the tests")
    stranger = at_the_door(browser)
    fields = {"email": owned.ben.email, "password": "a long sentence for the tests"}
    halfway = stranger.post("/sign-in", fields)
    assert "/sign-in/second-factor" in halfway.headers["Location"]
    assert "Use a passkey" in stranger.get("/sign-in/second-factor").text
    assert shown(stranger, device).status_code == 303
    assert "Ben Brunner" in stranger.get("/account").text
    with here.database.reading() as opened:
        rows = select(LoginSession).where(LoginSession.person_id == owned.ben.id)
        newest = opened.scalars(rows.order_by(LoginSession.id.desc())).first()
        assert newest is not None
        assert newest.proofs == ["password", "passkey"]


LIES: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://evil.example"},
    "http": {"origin": BASE_URL},
    "another host": {"host": "evil.example"},
    "nobody looked": {"flags": PRESENT},
    "nobody was there": {"flags": 0},
    "an unknown passkey": {"credential": b"never seen"},
    "another owner": {"owner": "cnV0aA"},
    "another key": {"key": Device(SAFE).key},
}


def test_what_is_no_answer_of_the_passkey_lets_nobody_in(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    for lie, changes in LIES.items():
        liar = Device(**{**vars(device), **changes})
        stranger = at_the_door(browser)
        response = shown(stranger, liar)
        assert response.status_code == 422, lie
        assert "does not let you in here" in response.text
        assert stranger.get("/account").status_code == 303
    for garbage in ("", "{", "[]", "{}", '{"response":7}', "x" * 30_000):
        stranger = at_the_door(browser)
        asked(stranger)
        assert stranger.post("/sign-in/passkey", {"answer": garbage}).status_code == 422
    assert last(here, "person.passkey_refused") is not None


def test_a_question_counts_once_in_the_browser_that_asked_it(
    owned: Cast, browser: Callable[[str], Browser], device: Device
) -> None:
    first, second = at_the_door(browser), at_the_door(browser)
    answer = device.sign(asked(first))
    asked(second)
    assert second.post("/sign-in/passkey", {"answer": answer}).status_code == 422
    with first.client.session_transaction(base_url=BASE_URL) as cookie:
        kept = list(cookie["passkey"])
    came = first.post("/sign-in/passkey", {"answer": answer})
    assert "/sign-in" not in came.headers["Location"]
    with first.client.session_transaction(base_url=BASE_URL) as cookie:
        cookie["passkey"] = kept
    assert "/sign-in" in first.post("/sign-in/passkey", {"answer": answer}).headers["Location"]
    nobody = browser("nobody")
    assert "/sign-in" in nobody.post("/sign-in/passkey", {"answer": answer}).headers["Location"]


def test_a_question_is_over_after_five_minutes(
    owned: Cast, browser: Callable[[str], Browser], device: Device
) -> None:
    stranger = at_the_door(browser)
    answer = device.sign(asked(stranger))
    with stranger.client.session_transaction(base_url=BASE_URL) as cookie:
        cookie["passkey"] = [*cookie["passkey"][:3], "2026-01-01T00:00:00+00:00"]
    assert "/sign-in" in stranger.post("/sign-in/passkey", {"answer": answer}).headers["Location"]


def test_a_passkey_whose_count_does_not_go_on_is_a_copy(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    assert shown(at_the_door(browser), device).status_code == 303
    copy = Device(**{**vars(device), "count": 0})
    assert shown(at_the_door(browser), copy).status_code == 422
    told = last(here, "person.passkey_copied")
    assert told is not None
    assert told.object_id == owned.ben.id
    assert shown(at_the_door(browser), device).status_code == 303


def test_a_passkey_that_does_not_count_is_none_the_worse(
    owned: Cast, browser: Callable[[str], Browser], device: Device
) -> None:
    device.counts = False
    for _time in range(2):
        assert shown(at_the_door(browser), device).status_code == 303


def test_a_registration_needs_the_right_place_a_look_and_a_passkey_that_is_new(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    ben = browser("ben")
    for changes in (
        {"origin": "https://evil.example"},
        {"flags": PRESENT},
        {"host": "evil.example"},
    ):
        other = Device(**{**vars(device), "credential": b"another", **changes})
        assert added(ben, other).status_code == 422
    again = added(ben, device)
    assert again.status_code == 422
    assert "This passkey is known already." in again.text
    question = asked(ben, "/account/factors/passkey")
    assert len(question["excludeCredentials"]) == 1
    assert question["authenticatorSelection"]["residentKey"] == "required"
    with here.database.reading() as opened:
        assert len(opened.scalars(select(Passkey)).all()) == 1


def test_somebody_who_is_in_confirms_with_a_passkey_of_their_own_only(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    def long_ago() -> None:
        with here.database.transaction() as opened:
            opened.execute(update(LoginSession).values(confirmed_at=None))

    long_ago()
    anna = browser("anna")
    assert "/account/confirmation" in anna.get("/account/factors").headers["Location"]
    answer = device.sign(asked(anna))
    assert anna.post("/account/confirmation/passkey", {"answer": answer}).status_code == 409
    ben = browser("ben")
    assert "By a passkey" in ben.get("/account/confirmation").text
    fields = {"answer": device.sign(asked(ben)), "next": "/account/factors"}
    assert (
        ben.post("/account/confirmation/passkey", fields).headers["Location"] == "/account/factors"
    )
    assert ben.get("/account/factors").status_code == 200


def test_a_passkey_that_was_removed_opens_nothing(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    with here.database.reading():
        (factor,) = queries.factors(owned.ben.id)
    ben = browser("ben")
    assert ben.post(f"/account/factors/{factor.id}/removal").status_code == 303
    assert shown(at_the_door(browser), device).status_code == 422
    with here.database.reading() as opened:
        assert opened.scalars(select(Passkey)).all() == []
        assert opened.get_one(Person, owned.ben.id).has_factor is False


def test_an_administrator_can_forget_somebodys_passkeys_too(
    owned: Cast, browser: Callable[[str], Browser], device: Device, here: Runtime
) -> None:
    with here.database.transaction() as opened:
        actions.forget_factors(opened.get_one(Person, owned.ben.id), administrator(owned.anna))
    assert shown(at_the_door(browser), device).status_code == 422


def test_passkeys_are_offered_where_browsers_take_them() -> None:
    possible = {
        "https://kontor.example": True,
        "http://localhost:8000": True,
        "http://kontor.example": False,
        "http://127.0.0.1:8000": False,
        "https://192.0.2.1": False,
        "https://[2001:db8::1]": False,
    }
    assert {url: passkey.site(url).is_possible for url in possible} == possible
