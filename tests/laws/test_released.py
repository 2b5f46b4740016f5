"""What is not released does not exist: for a contact, and for a guest whose session is open already.

Every address that names a document, or lists some, is tried, however it is asked for. The routes are
found by walking the URL map: one that is added later is tried too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.access.rights import Action
from app.core import ids
from app.core.db import session
from app.documents.models import Document
from app.documents.queries import Filters
from app.documents.rules.listing import NEWEST
from app.exports.actions import asking, making
from app.exports.formats import text_file
from app.exports.rules import Format
from app.identity import actions as identity
from app.identity.rules import LinkPurpose
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import KINDS, Access, Visible, Ways
from app.web import installation
from tests.browser import Browser
from tests.cast import BROWSER, Cast
from tests.installation import BASE_URL
from tests.laws.test_access import address, session_of, things

READERS = ("ruth", "guest", "whole")
"""A contact, a guest of one document, and a guest of all of the customer's."""
BLOCKS = ("main", "results", "pages", "renditions", "progress")
"""Pieces of pages that htmx asks for; those of a page with other names are tried by the pages' own."""
LISTS = (
    "/home",
    "/documents",
    "/documents?q=2026",
    "/documents?q=2026-0412",
    "/documents?kind=invoice",
    "/documents?sort=amount&overdue=y",
    "/documents?amount_from=1",
    "/documents/filters",
)


@dataclass(frozen=True)
class Closing:
    """One way to close what the cast's invoice needs, and who is shut out by it."""

    name: str
    house: dict[str, Any]
    access: Access = Access.INHERIT
    shuts: tuple[str, ...] = READERS
    settled: bool = False
    """Whether the invoice waits for nothing any more: what was exported when it did stays."""


OTHER_KINDS = [kind for kind in KINDS if kind != "invoice"]
CLOSINGS = (
    Closing("the kind", {"portal_kinds": OTHER_KINDS}),
    Closing("the module", {"portal_is_on": False}),
    Closing("viewing", {"portal_actions": [one.value for one in Action if one != Action.VIEW]}),
    Closing("the customer", {}, Access.NO),
    Closing("those who inherit", {"portal_is_open": False}),
    Closing(
        "what waits for nothing",
        {"portal_visible": Visible.OPEN},
        shuts=("ruth", "whole"),
        settled=True,
    ),
    Closing("the way of links", {"portal_ways": Ways.ACCOUNT}, shuts=("guest", "whole")),
    Closing("the way of accounts", {"portal_ways": Ways.LINK}, shuts=("ruth",)),
)


def close(app: Flask, cast: Cast, closing: Closing) -> None:
    with installation.of(app).database.transaction():
        house = session().get_one(Organisation, cast.lindenhof.id)
        for name, value in closing.house.items():
            setattr(house, name, value)
        session().get_one(Customer, cast.keller.id).portal = closing.access
        if closing.settled:
            session().get_one(Document, cast.invoice.id).open_until = None


@pytest.fixture
def entered(app: Flask, cast: Cast, browser: Callable[[str], Browser]) -> dict[str, Browser]:
    """Everybody who reads, inside already; and Ruth's own export of what she could see."""
    with installation.of(app).database.transaction():
        session().get_one(Customer, cast.keller.id).portal = Access.INHERIT
        link = identity.make_link(
            cast.lindenhof.id,
            cast.keller.id,
            None,
            None,
            email="",
            name="Ruth Keller",
            language="en",
            purpose=LinkPurpose.CUSTOMER,
        )
        session().flush()
        cast.tokens["whole"] = identity.open_link(link, BROWSER) or ""
        cast.export = ruths_export(cast)
    return {who: browser(who) for who in READERS}


def ruths_export(cast: Cast) -> Any:
    who = organisations.contact_as_principal(cast.lindenhof.id, cast.ruth.id)
    assert who is not None
    rows = making.few(who, Filters(), NEWEST)
    assert rows
    one = asking.ask(who, Filters(), NEWEST, Format.CSV, is_small=True)
    made = making.make(making.plan(one), text_file.write, rows)
    asking.finish(one.id, made.rows, made.size, who.actor)
    session().refresh(one)
    return one


def routes_of_documents(app: Flask) -> list[tuple[Rule, str]]:
    """Return every route for people that names a document, a file, a piece of it, or an export."""
    named = ("<id:document_id>", "<id:file_id>", "<id:rendition_id>", "<id:export_id>")
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
        if any(name in rule.rule for name in named) and not rule.rule.startswith("/api/")
    ]


def asked(browser: Browser, method: str, path: str) -> Iterator[tuple[str, int, str]]:
    """Ask for a page as a whole, and for its pieces as htmx does."""
    headers = [{}] + [{"HX-Request": "true", "HX-Target": f"section#{block}"} for block in BLOCKS]
    for one in headers if method == "GET" else headers[:1]:
        if method == "POST":
            answer = browser.post(path, headers=one)
        else:
            answer = browser.client.open(path, method=method, headers=one, base_url=BASE_URL)
        yield (
            one.get("HX-Target", ""),
            answer.status_code,
            answer.get_data().decode(errors="replace"),
        )


@pytest.mark.parametrize("closing", CLOSINGS, ids=lambda one: one.name)
def test_what_is_closed_does_not_exist_for_who_is_inside_already(
    app: Flask, cast: Cast, entered: dict[str, Browser], closing: Closing
) -> None:
    own = things(app, cast, session_of(app, "ben", lambda _: entered["ruth"], cast))
    absent = {name: ids.new() for name in own}
    for who in closing.shuts:
        assert entered[who].get(f"/documents/{cast.invoice.id}").status_code == 200
    assert entered["ruth"].get(f"/exports/{own['export_id']}/file").status_code == 200
    close(app, cast, closing)
    tried, wrong = 0, []
    for rule, method in routes_of_documents(app):
        if closing.settled and "<id:export_id>" in rule.rule:
            continue
        for who in closing.shuts:
            there = asked(entered[who], method, address(rule.rule, own))
            # What does not exist is asked for as a page only: the others look alike, see `test_access`.
            _block, expected, _text = next(asked(entered[who], method, address(rule.rule, absent)))
            for block, status, text in there:
                tried += 1
                is_shown = cast.invoice.number in text or "Haus Lindenhof,2026" in text
                if status != expected or status < 400 or is_shown:
                    wrong.append(f"{who} {method} {rule.rule} {block}: {status}, not {expected}")
    assert wrong == []
    assert tried > 60 * len(closing.shuts)


@pytest.mark.parametrize("closing", CLOSINGS, ids=lambda one: one.name)
def test_no_list_and_no_search_names_what_is_closed(
    app: Flask, cast: Cast, entered: dict[str, Browser], closing: Closing
) -> None:
    for who in closing.shuts:
        assert cast.invoice.number in entered[who].get("/documents").text
    close(app, cast, closing)
    for who in closing.shuts:
        for path in LISTS:
            for _block, status, text in asked(entered[who], "GET", path):
                assert status in (200, 403), (who, path, status)
                assert cast.invoice.id not in text, (who, path)
                # What was searched for stands there again; what would be found does not.
                found = text if "q=2026-0412" not in path else text.replace("2026-0412", "")
                assert cast.invoice.number not in found, (who, path)
                assert "642.24" not in text, (who, path)
        home = entered[who].get("/home")
        assert home.status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_closed_by_itself(
    app: Flask, cast: Cast, entered: dict[str, Browser], kind: str
) -> None:
    close(app, cast, Closing(kind, {"portal_kinds": [one for one in KINDS if one != kind]}))
    expected = 404 if kind == "invoice" else 200
    for who in READERS:
        assert entered[who].get(f"/documents/{cast.invoice.id}").status_code == expected
    assert entered["ruth"].get(f"/exports/{cast.export.id}/file").status_code == 404  # type: ignore[union-attr]


@pytest.mark.parametrize("closing", CLOSINGS, ids=lambda one: one.name)
def test_what_is_opened_again_is_there_again(
    app: Flask, cast: Cast, entered: dict[str, Browser], closing: Closing
) -> None:
    house = {name: getattr(cast.lindenhof, name) for name in closing.house}
    close(app, cast, closing)
    close(app, cast, Closing("again", house))
    for who in READERS:
        assert entered[who].get(f"/documents/{cast.invoice.id}").status_code == 200
