"""Each security event of the catalogue is provoked once, as people would, and found (ASVS 16.3)."""

from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core.journal import Entry, Origin
from app.identity import actions, queries, rules
from app.identity.actions import sessions
from app.identity.models import Person
from app.identity.proofs import capability
from app.web import installation
from tests.browser import Browser
from tests.cast import BROWSER, Cast

SECRET = "correct horse battery staple"
As = Callable[[str], Browser]


@pytest.fixture
def cast(app: Flask, cast: Cast) -> Cast:
    """The cast, where Ruth has a password."""
    with installation.of(app).database.transaction() as session:
        actions.set_password(session.merge(cast.ruth), SECRET)
    return cast


def sign_in(browser: Browser, email: str, password: str) -> TestResponse:
    return browser.post("/sign-in", {"email": email, "password": password, "next": ""})


def wrong_code(cast: Cast, browser: Browser) -> None:
    browser.post("/sign-in/code", {"email": cast.ruth.email, "next": ""})
    browser.post("/sign-in/code/answer", {"code": "000000", "next": ""})


def own_session(cast: Cast, name: str) -> str:
    found = queries.live_session(cast.tokens[name])
    assert found is not None
    return found.id


def many(cast: Cast, browser: Browser) -> None:
    for _ in range(rules.PASSWORD_TRIES + 4):
        sign_in(browser, cast.ruth.email, "wrong")


def program(as_: As, name: str) -> None:
    as_(name).client.get("/api/v1/documents", base_url="http://kontor.test")


def unknown_program(as_: As) -> None:
    headers = {"Authorization": "Bearer kontor_" + "a" * 43}
    for _ in range(12):
        as_("nobody").client.get(
            "/api/v1/documents", headers=headers, base_url="http://kontor.test"
        )


def change_password(as_: As) -> None:
    fields = {"present": SECRET, "new": "another horse battery staple", "again": ""}
    fields["again"] = fields["new"]
    as_("ruth").post("/account/password", fields)


def refuse(as_: As) -> None:
    for _ in range(3):
        assert as_("ben").get("/settings/webhooks").status_code == 403
        assert as_("ben").post("/settings", {}).status_code == 403


PROVOKED: dict[str, tuple[int, Callable[[As, Cast, str], object]]] = {
    "person.signed_in": (1, lambda as_, c, _s: sign_in(as_("nobody"), c.ruth.email, SECRET)),
    "person.sign_in_failed": (1, lambda as_, c, _s: sign_in(as_("nobody"), c.ruth.email, "wrong")),
    "person.sign_in_failed ": (1, lambda as_, _c, _s: sign_in(as_("nobody"), "x@y.example", "w")),
    "person.sign_in_failed  ": (1, lambda as_, c, _s: wrong_code(c, as_("nobody"))),
    "person.sign_in_locked": (1, lambda as_, c, _s: many(c, as_("nobody"))),
    "person.signed_out": (1, lambda as_, _c, _s: as_("ruth").post("/sign-out")),
    "person.session_ended": (
        1,
        lambda as_, _c, s: as_("ruth").post(f"/account/sessions/{s}/revocation"),
    ),
    "person.sessions_ended": (
        1,
        lambda as_, _c, _s: as_("ruth").post("/account/sessions/revocation"),
    ),
    "person.password_changed": (1, lambda as_, _c, _s: change_password(as_)),
    "person.disabled": (
        1,
        lambda as_, c, _s: as_("anna").post(f"/settings/members/{c.ben.id}/disabling"),
    ),
    "person.enabled": (
        1,
        lambda as_, c, _s: as_("anna").post(f"/settings/members/{c.paul.id}/enabling"),
    ),
    "api_key.made": (
        1,
        lambda as_, _c, _s: as_("anna").post(
            "/settings/api-keys", {"name": "Shop", "scopes": "documents:read"}
        ),
    ),
    "api_key.revoked": (
        1,
        lambda as_, c, _s: as_("anna").post(
            f"/settings/api-keys/{c.api_key.id if c.api_key else ''}/revocation"
        ),
    ),
    "api_key.refused": (1, lambda as_, _c, _s: program(as_, "revoked_key")),
    "api_key.unknown": (2, lambda as_, _c, _s: unknown_program(as_)),
    "link.opened": (
        1,
        lambda as_, c, _s: as_("nobody").post(f"/link/{capability.token(c.link.id)}"),
    ),
    "link.unknown": (
        1,
        lambda as_, _c, _s: [as_("nobody").get(f"/link/{'b' * 43}") for _ in "..."],
    ),
    "permission.refused": (2, lambda as_, _c, _s: refuse(as_)),
    "organisation.changed": (
        1,
        lambda as_, _c, _s: as_("anna").post("/settings/audit/retention", {"origin_days": "7"}),
    ),
    "contact.looked_through": (
        1,
        lambda as_, c, _s: as_("ben").post(f"/customers/{c.keller.id}/contacts/{c.ruth.id}/eyes"),
    ),
    "export.downloaded": (
        1,
        lambda as_, c, _s: as_("ben").get(f"/exports/{c.export.id if c.export else ''}/file"),
    ),
    "bundle.downloaded": (
        1,
        lambda as_, c, _s: as_("ben").get(f"/bundles/{c.bundle.id if c.bundle else ''}/file"),
    ),
    "evidence.downloaded": (
        1,
        lambda as_, c, _s: as_("ben").get(f"/evidence/{c.pack.id if c.pack else ''}/file"),
    ),
    "audit.exported": (1, lambda as_, _c, _s: as_("olga").post("/settings/audit/table")),
}
"""Name (blanks tell one way from another) → how many lines it makes, and what somebody does."""


def lines(app: Flask) -> list[tuple[Entry, Origin | None]]:
    with installation.of(app).database.reading() as opened:
        rows = select(Entry, Origin).outerjoin(Origin, Origin.entry_id == Entry.id)
        return [(entry, origin) for entry, origin in opened.execute(rows.order_by(Entry.id))]


LAST = ("person.password_changed", "person.sign_in_locked", "api_key.revoked", "person.disabled")
"""What changes the stage for the others."""


def test_what_is_provoked_is_written_down_and_nothing_secret_with_it(
    app: Flask, cast: Cast, browser: As
) -> None:
    for name in [*(one for one in PROVOKED if one not in LAST), *LAST]:
        with installation.of(app).database.transaction() as session:
            cast.tokens["ruth"] = sessions.open_session(
                BROWSER, session.get_one(Person, cast.ruth.id)
            )
        with installation.of(app).database.reading():
            mine = own_session(cast, "ruth")
        before = len(lines(app))
        count, provoke = PROVOKED[name]
        provoke(browser, cast, mine)
        fresh = lines(app)[before:]
        told = Counter(entry.name for entry, _origin in fresh)
        assert told[name.strip()] == count, (name, told)
        said = " ".join(str(vars(entry)) for entry, _origin in fresh)
        for secret in (SECRET, "x@y.example", "b" * 43, "a" * 43, capability.token(cast.link.id)):
            assert secret not in said, name
        assert [origin and origin.address for _entry, origin in fresh] == ["127.0.0.1"] * len(fresh)


def test_a_failed_sign_in_is_known_though_its_request_was_rolled_back(
    app: Flask, cast: Cast, browser: As, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_anything: object, **_more: object) -> None:
        raise ZeroDivisionError

    nobody = browser("nobody")
    token = nobody.csrf_token()
    monkeypatch.setattr("app.identity.views.coming_in.page", fail)
    fields = {"email": cast.ruth.email, "password": "wrong", "next": "", "csrf_token": token}
    answer = nobody.client.post("/sign-in", data=fields, base_url="http://kontor.test")
    assert answer.status_code == 500
    entry, _origin = lines(app)[-1]
    assert (entry.name, entry.object_id) == ("person.sign_in_failed", cast.ruth.id)


def test_names_begin_no_lines_of_their_own(app: Flask, cast: Cast) -> None:
    with installation.of(app).database.transaction() as session:
        ruth = session.merge(cast.ruth)
        ruth.name = "Ruth\r\n2026-11-22 person.signed_in\u2028Anna\x07"
        actions.end_all_sessions(ruth)
    entry, _origin = lines(app)[-1]
    assert entry.actor_name == "Ruth 2026-11-22 person.signed_in Anna "
