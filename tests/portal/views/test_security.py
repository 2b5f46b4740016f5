"""The page of security: saved with a sure hand, tried out before, and who would be shut out."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.access.proof import Level, Method
from app.core import clock
from app.core.db import session
from app.core.journal import Entry
from app.identity.models import LoginSession, Person
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import CustomerKind
from app.organisations.rules.portal import MailedFiles
from app.web import installation
from tests.browser import Browser
from tests.cast import BY, Cast
from tests.web.observing import contents, main_of, testids

Browsers = Callable[[str], Browser]
PATH = "/settings/portal/security"
TYPED: dict[str, Any] = {
    "proof_level": "sensitive_private",
    "proof_primary": "sms",
    "proof_secondary": "address",
    "proof_idle_minutes": "20",
    "mailed_files": "exclude_private",
    "link_days": "45",
    "members_need_factor": "y",
}


@pytest.fixture(autouse=True)
def _annas_factor(app: Flask, cast: Cast) -> None:
    """Anna has a second factor: she would be sent to add one as soon as she insists on them."""
    with installation.of(app).database.transaction():
        session().execute(update(Person).where(Person.id == cast.anna.id).values(has_factor=True))


def house(app: Flask, cast: Cast) -> Organisation:
    with installation.of(app).database.reading():
        return session().get_one(Organisation, cast.lindenhof.id)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found is not None
    return found[1]


def needs(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-testid="sight-([a-z_-]+)" data-need="(\w+)"', page))


def test_the_choice_is_saved_with_what_was_before(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    anna = browser("anna")
    mark = seen(anna.get(PATH).text)
    assert anna.post(PATH, TYPED | {"seen": mark}).status_code == 303
    found = house(app, cast)
    assert (found.proof_level, found.proof_primary, found.proof_secondary) == (
        Level.SENSITIVE_PRIVATE,
        Method.SMS,
        Method.ADDRESS,
    )
    assert (found.proof_idle_minutes, found.link_days) == (20, 45)
    assert found.mailed_files is MailedFiles.EXCLUDE_PRIVATE
    assert (found.members_need_factor, found.contacts_need_factor) == (True, False)
    with installation.of(app).database.reading():
        (line,) = session().scalars(select(Entry).where(Entry.name == "portal.security_changed"))
    assert line.data["before"]["proof_level"] == "never"
    assert line.data["after"]["proof_level"] == "sensitive_private"
    assert "proof_primary" not in line.data["after"], "it was that before"


def test_who_comes_second_overwrites_nothing_and_loses_nothing(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    anna = browser("anna")
    mark = seen(anna.get(PATH).text)
    assert anna.post(PATH, TYPED | {"seen": mark}).status_code == 303
    late = anna.post(PATH, TYPED | {"seen": mark, "link_days": "99"})
    assert late.status_code == 409
    assert "security-late" in testids(late.text)
    assert 'value="99"' in late.text
    assert house(app, cast).link_days == 45
    again = anna.post(PATH, TYPED | {"seen": seen(late.text), "link_days": "99"})
    assert again.status_code == 303
    assert house(app, cast).link_days == 99


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("proof_idle_minutes", "4"),
        ("proof_idle_minutes", "241"),
        ("link_days", "121"),
        ("link_days", "x"),
        ("proof_secondary", "sms"),
        ("proof_level", "sometimes"),
        ("mailed_files", ""),
    ],
)
def test_what_cannot_be_chosen_saves_nothing(
    app: Flask, cast: Cast, browser: Browsers, name: str, value: str
) -> None:
    anna = browser("anna")
    typed = TYPED | {"seen": seen(anna.get(PATH).text), name: value}
    before = contents(installation.of(app))
    answer = anna.post(PATH, typed)
    assert answer.status_code == 422
    assert f"{name}-error" in testids(answer.text)
    assert contents(installation.of(app)) == before


def test_only_an_administrator_who_signed_in_lately_changes_it(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    assert browser("ben").get(PATH).status_code == 200
    assert browser("ben").post(PATH, TYPED).status_code == 403
    with installation.of(app).database.transaction():
        for one in session().scalars(select(LoginSession)):
            one.confirmed_at = clock.now() - timedelta(hours=1)
    if "identity.confirm" in app.view_functions:
        answer = browser("anna").post(PATH, TYPED)
        assert answer.status_code == 303
        assert "/account/confirmation" in answer.headers["Location"]
        assert house(app, cast).proof_level is Level.NEVER


def test_the_preview_shows_what_stands_in_the_form(cast: Cast, browser: Browsers) -> None:
    page = browser("olga").get(PATH, query_string={**TYPED, "typed": "yes"}).text
    assert "security-unsaved" in testids(page)
    assert needs(page) == {
        "private-page": "nothing",
        "private-page_proven": "nothing",
        "private-files": "proof",
        "private-files_proven": "nothing",
        "private-mailed": "no",
        "business-page": "nothing",
        "business-page_proven": "nothing",
        "business-files": "nothing",
        "business-files_proven": "nothing",
        "business-mailed": "yes",
    }
    assert "weakness-no_gateway" in testids(page)
    block = browser("olga").get(
        PATH,
        query_string={**TYPED, "typed": "yes"},
        headers={"HX-Request": "true", "HX-Target": "section#preview"},
    )
    assert "<html" not in block.text
    assert needs(block.text) == needs(page)


def test_who_cannot_prove_it_is_counted_and_listed_with_what_is_missing(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    with installation.of(app).database.transaction():
        for number in range(60):
            organisations.add_customer(
                cast.lindenhof.id,
                BY,
                number=f"X-{number}",
                kind=CustomerKind.BUSINESS if number % 2 else CustomerKind.PRIVATE,
                name=f"Nowhere {number:02}",
                street="Postfach 12",
                postcode="8002",
                country="CH",
            )
    ben = browser("ben")
    asked = {**TYPED, "proof_level": "sensitive", "typed": "yes"}
    page = ben.get(PATH, query_string=asked).text
    assert "60 customers cannot prove" in main_of(page)
    only_private = ben.get(PATH, query_string={**asked, "proof_level": "sensitive_private"}).text
    assert "30 customers cannot prove" in main_of(only_private)
    link = re.search(r'href="([^"]+)" data-testid="to-unreachable"', page)
    assert link is not None
    found: list[str] = []
    url: str | None = link[1].replace("&amp;", "&")
    while url:
        listed = ben.get(url).text
        found += re.findall(r'data-testid="unreachable-row" data-id="(\w+)"', listed)
        assert "No postcode, or no house number" in main_of(listed)
        following = re.search(r'id="pager-next" href="([^"]+)"', listed)
        url = following[1].replace("&amp;", "&") if following else None
    with installation.of(app).database.reading():
        rows = select(Customer.id).where(Customer.name.startswith("Nowhere"))
        wanted = list(session().scalars(rows.order_by(Customer.name_sort)))
    assert found == wanted
    assert browser("ruth").get(f"{PATH}/unreachable").status_code == 403


def test_where_nothing_is_asked_nobody_is_shut_out(cast: Cast, browser: Browsers) -> None:
    ben = browser("ben")
    assert "nothing-asked" in testids(ben.get(PATH).text)
    assert "Nobody is asked" in main_of(ben.get(f"{PATH}/unreachable").text)


def test_who_lacks_a_second_factor_is_said_before_one_is_insisted_on(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    asked = {"typed": "yes", **TYPED, "contacts_need_factor": "y"}
    said = testids(browser("anna").get(f"{PATH}?{urlencode(asked)}").text)
    assert {"weakness-members_lack_factor", "weakness-contacts_lack_factor"} <= set(said)
    with installation.of(app).database.transaction():
        session().execute(update(Person).values(has_factor=True))
    said = testids(browser("anna").get(f"{PATH}?{urlencode(asked)}").text)
    assert not {"weakness-members_lack_factor", "weakness-contacts_lack_factor"} & set(said)
