"""Why somebody can (not) see a document: the page names the first rule that says no, and where it is set."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.access.proof import Level, Method
from app.core import clock
from app.documents.models import Document
from app.documents.rules.life import State
from app.identity.models import CapabilityLink, Person
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.rules.portal import Access, Ways
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.people import join
from tests.web.observing import main_of, testids

Change = Callable[[Session, Cast], None]


def house(name: str, value: object) -> Change:
    return lambda session, cast: setattr(
        session.get_one(Organisation, cast.lindenhof.id), name, value
    )


def of(table: type, who: Callable[[Cast], str], name: str, value: object) -> Change:
    return lambda session, cast: setattr(session.get_one(table, who(cast)), name, value)


CLOSED: list[tuple[Change, str, str]] = [
    (house("portal_is_on", False), "module", "/settings/portal"),
    (house("portal_actions", ["comment"]), "action", "/settings/portal"),
    (house("portal_kinds", ["quote"]), "kind", "/settings/portal"),
    (house("portal_ways", Ways.LINK), "way", "/settings/portal"),
    (of(Customer, lambda c: c.keller.id, "portal", Access.NO), "customer", "#portal"),
    (of(Contact, lambda c: c.ruth.id, "rights", ["quote:view"]), "contact", "/contacts/"),
    (of(Contact, lambda c: c.ruth.id, "ended_at", clock.now()), "contact", "/contacts/"),
    (of(Person, lambda c: c.ruth.id, "disabled_at", clock.now()), "entry", "/contacts/"),
    (of(Document, lambda c: c.invoice.id, "state", State.WITHDRAWN), "published", "/documents/"),
]


def steps(page: str) -> dict[str, str]:
    found = re.findall(r'data-testid="step-([a-z_]+)" data-passes="(yes|no)"', page)
    return dict(found)


def test_where_every_rule_says_yes_so_does_the_door(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    path = f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}/access"
    page = browser("olga").get(f"{path}?document={cast.invoice.id}").text
    assert set(steps(page).values()) == {"yes"}
    assert "View and print: Yes" in main_of(page)
    assert "first-no" not in testids(page)
    assert "Nothing more is asked for." in main_of(page)
    paid = browser("olga").get(f"{path}?document={cast.invoice.id}&action=pay").text
    assert "Pay: Yes" in main_of(paid)
    assert steps(paid)["viewing"] == "yes"
    assert "verdict-answer" not in testids(paid), "an invoice is not accepted"


@pytest.mark.parametrize(("change", "rule", "setting"), CLOSED)
def test_the_first_rule_that_says_no_is_marked_with_its_setting(
    app: Flask,
    cast: Cast,
    browser: Callable[[str], Browser],
    change: Change,
    rule: str,
    setting: str,
) -> None:
    with installation.of(app).database.transaction() as session:
        change(session, cast)
    path = f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}/access"
    page = browser("ben").get(f"{path}?document={cast.invoice.id}").text
    assert [name for name, passes in steps(page).items() if passes == "no"] == [rule]
    assert testids(page).count("first-no") == 1
    assert "View and print: No" in main_of(page)
    part = page[page.index(f'data-testid="step-{rule}"') :]
    link = re.search(r'href="([^"]+)" data-testid="setting"', part[: part.index("</li>")])
    assert link is not None
    assert setting in link[1]
    assert browser("ben").get(link[1]).status_code == 200


def test_who_can_see_this_lists_people_and_links_as_the_door_answers(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        lena, theo = join(cast)
    document = browser("ben").get(f"/documents/{cast.invoice.id}").text
    assert "who-sees" in testids(document)
    page = browser("ben").get(f"/documents/{cast.invoice.id}/readers").text
    rows = re.findall(
        r'data-testid="reader-row" data-id="([^"]+)".*?href="([^"]+)".*?class="word">(\w+)<',
        page,
        re.S,
    )
    assert {(row[0], row[2]) for row in rows} == {
        (cast.ruth.id, "Yes"),
        (lena.id, "No"),
        (theo.id, "No"),
        (cast.link.id, "Yes"),
    }
    for _id, path, word in rows:
        told = main_of(browser("ben").get(path).text)
        assert f"View and print: {word}" in told
    for who, opens in (("ruth", 200), ("lena", 404), ("theo", 404), ("guest", 200)):
        assert browser(who).get(f"/documents/{cast.invoice.id}").status_code == opens


def test_a_link_explains_itself_too(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    path = f"/customers/{cast.keller.id}/links/{cast.link.id}/access"
    ben = browser("ben")
    assert set(steps(ben.get(f"{path}?document={cast.invoice.id}").text).values()) == {"yes"}
    other = steps(ben.get(f"{path}?document={cast.hubers.id}").text)
    assert [name for name, passes in other.items() if passes == "no"] == ["own", "scope"]
    with installation.of(app).database.transaction() as session:
        link = session.get_one(CapabilityLink, cast.link.id)
        link.expires_at = clock.now() - timedelta(days=1)
    closed = steps(ben.get(f"{path}?document={cast.invoice.id}").text)
    assert [name for name, passes in closed.items() if passes == "no"] == ["entry"]


def test_without_a_document_one_is_chosen_and_a_strangers_one_does_not_exist(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}/access"
    page = ben.get(path).text
    assert "2026-0412" in main_of(page)
    for wanted in (cast.strangers.id, "x", "🙂" * 50):
        page = ben.get(path, query_string={"document": wanted}).text
        assert "no such document" in main_of(page)


def test_customers_learn_nothing_of_it(cast: Cast, browser: Callable[[str], Browser]) -> None:
    paths = (
        f"/documents/{cast.invoice.id}/readers",
        f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}/access",
    )
    assert [browser("ruth").get(path).status_code for path in paths] == [403, 404]
    assert "who-sees" not in testids(browser("ruth").get(f"/documents/{cast.invoice.id}").text)


def test_a_document_without_a_customer_is_seen_by_nobody(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Document, cast.held.id).customer_id = None
    assert "nobody" in testids(browser("ben").get(f"/documents/{cast.held.id}/readers").text)


@pytest.mark.parametrize(
    ("level", "pages", "files", "told"),
    [
        (Level.NEVER, "View and print: Yes", "Open files: Yes", "Nothing more is asked for"),
        (
            Level.SENSITIVE,
            "View and print: Yes",
            "Open files: After the proof",
            "They prove first who they are: Postcode and house number.",
        ),
        (
            Level.EVERY_PAGE,
            "View and print: After the proof",
            "Open files: After the proof",
            "They prove first who they are: Postcode and house number.",
        ),
        (Level.CLOSED, "View and print: Yes", "Open files: No", "Files are never shown"),
    ],
)
def test_the_last_line_says_what_has_to_be_proved_and_how(
    app: Flask,
    cast: Cast,
    browser: Callable[[str], Browser],
    level: Level,
    pages: str,
    files: str,
    told: str,
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Organisation, cast.lindenhof.id).proof_level = level
        session.get_one(Organisation, cast.lindenhof.id).proof_secondary = Method.ADDRESS
    path = f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}/access"
    page = browser("ben").get(f"{path}?document={cast.invoice.id}&action=files").text
    for said in (pages, files, told):
        assert said in main_of(page)
    part = page[page.index('data-testid="step-step_up"') :]
    assert 'href="/settings/portal/security"' in part[: part.index("</li>")]


def test_a_customer_who_can_prove_nothing_is_named_with_its_data(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Organisation, cast.lindenhof.id).proof_level = Level.EVERY_PAGE
        session.get_one(Customer, cast.keller.id).mobile = "+41791234567"
    path = f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}/access?document={cast.invoice.id}"
    page = browser("ben").get(path).text
    assert [name for name, passes in steps(page).items() if passes == "no"] == ["step_up"]
    assert "View and print: No" in main_of(page), "no text messages can be sent here"
    part = page[page.index('data-testid="step-step_up"') :]
    assert f'href="/customers/{cast.keller.id}"' in part[: part.index("</li>")]
    listed = browser("ben").get(f"/documents/{cast.invoice.id}/readers").text
    assert "After the proof" not in main_of(listed)
