"""The five levels, asked of every route that a customer's person may use (PY-01, PY-02, PY-03).

The routes are found by walking the URL map, so that one that is added later is asked too. What each
route answers where nothing is asked is its own measure: a level may close it, and nothing else.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.access.gate import door_of
from app.access.grants import GRANTS, Can, Role
from app.access.proof import ANSWERS, SENSITIVE, UNPROVEN, Level
from app.bundles.actions import asking, making
from app.bundles.models import Bundle
from app.bundles.rules import Pattern
from app.core import clock
from app.core.db import session
from app.documents.queries import Filters
from app.identity.models import LoginSession
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.queries import signed_in
from app.organisations.rules import CustomerKind
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.laws.test_access import address, session_of, things
from tests.laws.test_released import ruths_export

READERS = ("ruth", "guest")
"""A contact who signed in, and a guest by a link."""
PRIVATE, BUSINESS = CustomerKind.PRIVATE, CustomerKind.BUSINESS
OPEN, ASKED, CLOSED = "open", "asked", "closed"

TABLE = {
    # level: pages unverified, sensitive unverified (private, business), sensitive verified
    Level.NEVER: (OPEN, (OPEN, OPEN), OPEN),
    Level.EVERY_PAGE: (ASKED, (ASKED, ASKED), OPEN),
    Level.SENSITIVE: (OPEN, (ASKED, ASKED), OPEN),
    Level.SENSITIVE_PRIVATE: (OPEN, (ASKED, OPEN), OPEN),
    Level.CLOSED: (OPEN, (CLOSED, CLOSED), CLOSED),
}
"""The issue's table, a second time and by hand."""

FILES = {
    "bundles.ask",
    "bundles.file",
    "bundles.show",
    "bundles.start",
    "comments.download",
    "desk.download",
    "desk.download_form",
    "desk.order_form",
    "previews.picture",
    "previews.show_all",
    "statements.own_csv",
    "statements.own_pdf",
}
"""What is sensitive, by hand: whoever adds a way to a file adds it here, behind a sensitive permission."""

NO_FILES = {
    "exports.file": "rows of the list of documents, which is a page; no document's file is among them",
    "identity.totp_picture": "the seed of one's own second factor, drawn; no document has to do with it",
}
"""Routes that hand bytes to a customer's people under another permission, and why that is right."""

SENDING = {"download", "stored", "picture"}
"""Functions of `app.web.answers` that send bytes."""

FORMS: tuple[tuple[str, dict[str, str]], ...] = (
    ("GET", {}),
    ("HEAD", {}),
    ("GET", {"Range": "bytes=0-99"}),
    ("GET", {"If-None-Match": "*", "If-Modified-Since": "Sat, 01 Jan 2050 00:00:00 GMT"}),
    ("GET", {"HX-Request": "true", "HX-Target": "section#pages"}),
)


@dataclass(frozen=True)
class Way:
    """One route for people, with its address for the cast's things."""

    rule: Rule
    path: str
    permission: Can

    @property
    def is_sensitive(self) -> bool:
        return self.permission in SENSITIVE

    @property
    def is_read(self) -> bool:
        return "GET" in (self.rule.methods or ())


@pytest.fixture
def ways(app: Flask, cast: Cast, browser: Callable[[str], Browser]) -> list[Way]:
    own = things(app, cast, session_of(app, "ruth", browser, cast))
    with installation.of(app).database.transaction():
        own["export_id"] = ruths_export(cast).id
    own["bundle_id"] = ruths_bundle(app, cast)
    permissions = GRANTS[Role.PRIMARY_CONTACT] | GRANTS[Role.GUEST]
    found = []
    for rule in app.url_map.iter_rules():
        door = door_of(app.view_functions[rule.endpoint])
        if door is not None and door.permission in permissions and "/api/" not in rule.rule:
            found.append(Way(rule, address(rule.rule, own), door.permission))
    return found


def ruths_bundle(app: Flask, cast: Cast) -> str:
    here = installation.of(app)
    with here.database.transaction():
        who = organisations.contact_as_principal(cast.lindenhof.id, cast.ruth.id)
        assert who is not None
        one = asking.ask(who, Filters(), (), Pattern.DATE, with_internal=False)
        plan = making.plan(one)
    made = making.make(plan)
    with here.database.transaction():
        assert asking.finish(plan.bundle_id, made.documents, made.size, who.actor)
    return plan.bundle_id


def set_level(app: Flask, cast: Cast, level: Level, kind: CustomerKind) -> None:
    with installation.of(app).database.transaction():
        session().get_one(Organisation, cast.lindenhof.id).proof_level = level
        session().get_one(Customer, cast.keller.id).kind = kind


def set_proof(app: Flask, cast: Cast, who: str, *, is_proven: bool) -> None:
    with installation.of(app).database.transaction():
        found = signed_in(cast.tokens[who])
        assert found is not None
        one = session().get_one(LoginSession, found.session.id)
        one.proved_at = one.proof_seen_at = clock.now() if is_proven else None


def send(one: Browser, way: Way, method: str, headers: dict[str, str]) -> TestResponse:
    if not way.is_read:
        return one.post(way.path, headers=headers)
    return one.client.open(way.path, method=method, headers=headers, base_url=BASE_URL)


def meaning(answer: TestResponse) -> str:
    """Return what an answer comes to: the thing, the question who it is, or a closed door."""
    where = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
    if where.startswith("/proof?") and answer.status_code in (204, 303):
        return ASKED
    return CLOSED if answer.status_code == 403 else OPEN


def expected(way: Way, level: Level, kind: CustomerKind, *, is_proven: bool) -> str:
    pages, (private, business), proven = TABLE[level]
    if way.permission in UNPROVEN:
        return OPEN
    unproven = private if kind is PRIVATE else business
    # The data that are asked for are a page, and yet nobody reads or changes them who has to prove them.
    if way.permission in ANSWERS and unproven is ASKED and not is_proven:
        return ASKED
    if not way.is_sensitive:
        return OPEN if is_proven else pages
    return proven if is_proven else unproven


def cells() -> Iterator[tuple[Level, CustomerKind, bool]]:
    for level in Level:
        for kind in (PRIVATE, BUSINESS):
            for is_proven in (False, True):
                yield level, kind, is_proven


@pytest.mark.parametrize("who", READERS)
def test_every_route_is_as_open_as_the_level_says(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], ways: list[Way], who: str
) -> None:
    one, tried, wrong = browser(who), {OPEN: 0, ASKED: 0, CLOSED: 0}, []
    usual = {way.path: send(one, way, "GET", {}).status_code for way in ways if way.is_read}
    for level, kind, is_proven in cells():
        set_level(app, cast, level, kind)
        set_proof(app, cast, who, is_proven=is_proven)
        for way in ways:
            target = expected(way, level, kind, is_proven=is_proven)
            # What is written once is not written again to see whether it is open.
            forms = FORMS if target != OPEN else FORMS[:1] if way.is_read else ()
            if way.permission not in GRANTS[Role.GUEST if who == "guest" else Role.CONTACT]:
                continue
            for method, headers in forms[: None if way.is_read else 1]:
                answer = send(one, way, method, headers)
                tried[target] += 1
                if is_as(answer, target, usual.get(way.path, 0)):
                    continue
                wrong.append(
                    f"{level} {kind} proven={is_proven} {method} {headers} {way.rule.rule}: "
                    f"{target}, got {answer.status_code} {answer.headers.get('Location')}"
                )
    assert not wrong, "\n".join(wrong)
    assert min(tried.values()) > 50, tried


def is_as(answer: TestResponse, target: str, usual: int) -> bool:
    if target == OPEN:
        # The page that asks sends on whom there is nothing to ask, and asks the others.
        is_usual = answer.status_code == usual or answer.request.path.startswith("/proof")
        return is_usual and meaning(answer) != ASKED
    # What does not exist for somebody goes on not existing, and no answer holds a file.
    is_absent = usual in (403, 404, 409) and answer.status_code in (403, 404)
    holds = any(sign in answer.get_data() for sign in (b"%PDF", b"\x89PNG", b"PK\x03", b"<Invoice"))
    is_sent = "Content-Disposition" in answer.headers or "ETag" in answer.headers
    return (meaning(answer) == target or is_absent) and not holds and not is_sent


def test_files_are_behind_sensitive_permissions_and_exist_for_this_test(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], ways: list[Way]
) -> None:
    assert {way.rule.endpoint for way in ways if way.is_sensitive} == FILES
    ruth = browser("ruth")
    for way in ways:
        if way.is_sensitive and way.is_read:
            answer = send(ruth, way, "GET", {})
            assert answer.status_code == 200, f"{way.rule.rule} shows nothing: the law asks in vain"


def test_bytes_are_handed_to_customers_by_sensitive_routes_only(app: Flask) -> None:
    customers = GRANTS[Role.PRIMARY_CONTACT] | GRANTS[Role.GUEST]
    found = set()
    for endpoint, view in app.view_functions.items():
        door = door_of(view)
        if door is not None and door.permission in customers and sends_bytes(view):
            found.add(endpoint)
            assert door.permission in SENSITIVE or endpoint in NO_FILES, endpoint
    assert set(NO_FILES) <= found
    assert len(found) >= 8


def sends_bytes(view: Callable[..., object]) -> bool:
    """Say whether a view, or a function of its module that it uses, sends bytes."""
    inner = inspect.unwrap(view)
    module = inspect.getmodule(inner)
    assert module is not None
    functions = {
        one.name: one
        for one in ast.parse(inspect.getsource(module)).body
        if isinstance(one, ast.FunctionDef)
    }
    waiting, seen = [inner.__name__], set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in functions:
            continue
        seen.add(name)
        for node in ast.walk(functions[name]):
            if isinstance(node, ast.Name):
                waiting.append(node.id)
            is_answer = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
            if is_answer and node.value.id == "answers" and node.attr in SENDING:
                return True
    return False


def test_no_cookie_of_a_customer_opens_the_interface_for_programs(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    own = things(app, cast, session_of(app, "ruth", browser, cast))
    tried = 0
    for who in READERS:
        set_proof(app, cast, who, is_proven=True)
        for rule in app.url_map.iter_rules():
            door = door_of(app.view_functions[rule.endpoint])
            if not rule.rule.startswith("/api/v1/") or door is None or door.permission is None:
                continue
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                answer = browser(who).client.open(
                    address(rule.rule, own), method=method, base_url=BASE_URL
                )
                assert answer.status_code == 401, (who, method, rule.rule)
                tried += 1
    assert tried > 20


def test_a_bundle_that_is_being_made_is_made_of_nothing_once_files_are_closed(
    app: Flask, cast: Cast
) -> None:
    here = installation.of(app)
    with here.database.transaction():
        who = organisations.contact_as_principal(cast.lindenhof.id, cast.ruth.id)
        assert who is not None
        bundle_id = asking.ask(who, Filters(), (), Pattern.DATE, with_internal=False).id
    set_level(app, cast, Level.CLOSED, PRIVATE)
    with here.database.transaction():
        plan = making.plan(session().get_one(Bundle, bundle_id))
    assert not plan.who.is_known
    assert making.make(plan).documents == ()
