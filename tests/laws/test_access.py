"""The policy, asked of every route, every method and everybody.

What somebody may is `GRANTS`; what exists for them is written down here a second time, by hand, so
that a mistake in a query is seen. A thing of somebody else answers like one that does not exist.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache

import pytest
from flask import Flask
from sqlalchemy import Dialect, select
from sqlalchemy.orm import Session

from app.access.gate import Door, door_of
from app.access.grants import GRANTS, Can, Role
from app.access.principal import Principal
from app.core import clock, ids, parking
from app.core.db import Base
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.delivery.models import ChannelRule, DeliveryRelease
from app.identity import actions as identity
from app.identity import rules
from app.ladders.queries import ladders_of
from app.organisations.queries import signed_in
from app.organisations.rules import Channel
from app.privacy.actions import exporting
from app.privacy.queries import of_person
from app.web import installation
from tests.acceptance.quotes import quote_for
from tests.browser import Browser
from tests.cast import Cast, letter_to
from tests.commits import remembering
from tests.ladders.stage import climb_for
from tests.people import join
from tests.reports.stage import report_to
from tests.sign_up.guests import guest_of

ROLES = {
    "anna": Role.ADMINISTRATOR,
    "ben": Role.STAFF,
    "olga": Role.AUDITOR,
    "ruth": Role.PRIMARY_CONTACT,
    "guest": Role.GUEST,
    "lena": Role.CONTACT,
    "theo": Role.CONTACT,
    "max": Role.PRIMARY_CONTACT,
    "dora": Role.ADMINISTRATOR,
    "nobody": None,
    "expired": None,
    "paul": None,
    "key": Role.API_KEY,
    "reading_key": Role.API_KEY,
    "strange_key": Role.API_KEY,
    "revoked_key": None,
}
"""Everybody; who has no role is sent to the sign-in page. Max is another customer, Dora a stranger.

Lena was given quotes only, Theo's time is over.
"""

NARROWED = {
    "reading_key": {Can.READ_DOCUMENTS},
    "lena": {
        Can.SEE_HOME,
        Can.KEEP_ACCOUNT,
        Can.SECURE_ACCOUNT,
        Can.PROVE,
        Can.READ_DOCUMENTS,
        Can.DOWNLOAD_DOCUMENTS,
        Can.EXPORT_DOCUMENTS,
        Can.BUNDLE_DOCUMENTS,
    },
    "theo": {Can.SEE_HOME, Can.KEEP_ACCOUNT, Can.SECURE_ACCOUNT, Can.PROVE},
}
"""Keys that were made for less than keys may, and people who were given less than their role may."""
PROGRAMS = "/api/v1/"
"""Below it only keys count, everywhere else only cookies."""

HOUSE = {"anna", "ben", "olga", "key", "reading_key"}
EXISTS_FOR = {
    "document_id": HOUSE | {"ruth", "guest"},
    "quote_id": HOUSE | {"ruth", "lena"},
    "file_id": HOUSE | {"ruth", "guest"},
    "rendition_id": HOUSE | {"ruth", "guest"},
    "customer_id": HOUSE,
    "contact_id": HOUSE | {"ruth", "lena", "theo"},
    "link_id": HOUSE,
    "letter_id": HOUSE,
    "recipient_id": HOUSE,
    "dispatch_id": HOUSE,
    "rule_id": HOUSE,
    "delivery_release_id": HOUSE,
    "intake_id": HOUSE,
    "table_id": HOUSE,
    "item_id": HOUSE,
    "release_id": HOUSE,
    "run_id": HOUSE,
    "person_id": HOUSE,
    "session_id": {"ben"},
    "key_id": HOUSE,
    "export_id": {"ben"},
    "bundle_id": {"ben"},
    "pack_id": HOUSE,
    "filter_id": {"ben"},
    "factor_id": {"ben"},
    "payment_id": HOUSE | {"ruth", "guest"},
    "webhook_id": HOUSE,
    "delivery_id": HOUSE,
    "comment_id": {"ben"},
    "attachment_id": HOUSE | {"ruth", "guest"},
    "change_id": HOUSE | {"ruth"},
    "proposal_id": HOUSE,
    "batch_id": HOUSE,
    "privacy_export_id": HOUSE,
    "parked_id": {"ben"},
    "organisation_id": HOUSE,
    "entry_id": HOUSE,
    "request_id": HOUSE,
    "report_id": {"anna", "ben"},
    "ladder_id": HOUSE,
    "climb_id": HOUSE,
}
"""Name in the address → for whom the cast's own thing exists."""

QUIET = {"counter", "login_session", "journal_seal", "journal_head", "journal_origin"}
"""Tables in which a request may leave a trace without having done anything."""
NOTED = ("permission.refused", "api_key.refused")
"""What the journal says of requests that were refused."""
USED = "last_used_at"
"""As is this column: it says when a key was used."""


@pytest.fixture
def cast(cast: Cast, app: Flask) -> Cast:
    """The cast, with two more who may little."""
    with installation.of(app).database.transaction():
        join(cast)
    return cast


def things(app: Flask, cast: Cast, session_id: str) -> dict[str, str]:
    with installation.of(app).database.transaction() as opened:
        quote = quote_for(cast.keller)
        form = "application/x-www-form-urlencoded"
        parked = parking.park(session_id, "/language", "/account", form, b"language=de")
        lines = select(Entry.id).where(Entry.organisation_id == cast.lindenhof.id)
        entry_id = opened.scalars(lines.limit(1)).one()
        factor = identity.begin_totp(cast.ben, "Ben's phone")
        letter = letter_to(cast.keller, cast.lindenhof, cast.ben)
        request_id = guest_of(cast.lindenhof)
        report = report_to(cast.ben, cast.lindenhof)
        climb = climb_for(cast)
        (ladder,) = ladders_of(cast.lindenhof.id)
        rule_id, delivery_release_id = rule_of(opened, cast), delivery_release_of(opened, cast)
        parked = parking.park(session_id, "/hooks/payments/mollie", "/account", form, b"id=tr_1")
    return {
        "document_id": cast.invoice.id,
        "quote_id": quote.id,
        "file_id": cast.file_id,
        "rendition_id": cast.rendition_id,
        "customer_id": cast.keller.id,
        "contact_id": cast.contact_id,
        "link_id": cast.link.id,
        "letter_id": letter.id,
        "recipient_id": cast.recipient.id,
        "dispatch_id": cast.dispatch.id,
        "rule_id": rule_id,
        "delivery_release_id": delivery_release_id,
        "intake_id": cast.intake.id,
        "table_id": cast.table.id,
        "item_id": cast.intake_item.id,
        "release_id": cast.release.id,
        "run_id": cast.run_id,
        "person_id": cast.ben.id,
        "session_id": session_id,
        "key_id": cast.api_key.id if cast.api_key else "",
        "export_id": cast.export.id if cast.export else "",
        "bundle_id": cast.bundle.id if cast.bundle else "",
        "pack_id": cast.pack.id if cast.pack else "",
        "filter_id": cast.saved.id if cast.saved else "",
        "factor_id": factor.id,
        "payment_id": cast.payment_id,
        "webhook_id": cast.webhook.id if cast.webhook else "",
        "delivery_id": cast.told.id if cast.told else "",
        "comment_id": cast.comment_id,
        "attachment_id": cast.attachment_id,
        "change_id": cast.change.id if cast.change else "",
        "proposal_id": cast.change.proposal_id if cast.change else "",
        "batch_id": cast.batch.id if cast.batch else "",
        "privacy_export_id": export_of(app, cast),
        "parked_id": parked,
        "organisation_id": cast.lindenhof.id,
        "entry_id": entry_id,
        "request_id": request_id,
        "report_id": report.id,
        "ladder_id": ladder.id,
        "climb_id": climb.id,
    }


def rule_of(opened: Session, cast: Cast) -> str:
    """Return the id of a rule for a channel."""
    rule_id = ids.new()
    opened.add(
        ChannelRule(
            id=rule_id,
            organisation_id=cast.lindenhof.id,
            kind="invoice",
            channel=Channel.PORTAL,
        )
    )
    return rule_id


def delivery_release_of(opened: Session, cast: Cast) -> str:
    """Return the id of a release of held dispatches."""
    release_id, nothing = ids.new(), "0" * 26
    opened.add(
        DeliveryRelease(
            id=release_id,
            organisation_id=cast.lindenhof.id,
            newest=nothing,
            total=0,
            asked_by=cast.ben.id,
            asked_by_name="Ben",
            asked_at=clock.now(),
        )
    )
    return release_id


def export_of(app: Flask, cast: Cast) -> str:
    """Return the id of an export of personal data."""
    who = Principal(Role.ADMINISTRATOR, cast.anna.id, "Anna", cast.lindenhof.id)
    here = installation.of(app)
    with here.database.transaction():
        asked = exporting.ask(of_person(cast.ruth), "Ruth", who)
        plan = exporting.plan(asked)
    assert plan is not None
    made = exporting.make(plan)
    with here.database.transaction():
        exporting.finish(asked.id, made, who.actor)
    return asked.id


@cache
def everything(dialect: Dialect) -> dict[str, str]:
    """Return what reads each table in its order, in the words of a database."""
    found = {}
    for name, table in sorted(Base.metadata.tables.items()):
        columns = [column for column in table.columns if column.name != USED]
        rows = select(*columns).order_by(*table.primary_key.columns)
        if name == Entry.__tablename__:
            rows = rows.where(Entry.name.not_in(NOTED))
        if name not in QUIET:
            said = rows.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
            found[name] = str(said)
    return found


def digest(here: Runtime) -> str:
    """Return what the database holds, in one number; read past SQLAlchemy, it is asked so often."""
    found = hashlib.sha256()
    with here.database.reading() as session:
        cursor = session.connection().connection.cursor()
        for name, rows in everything(here.database.engine.dialect).items():
            cursor.execute(rows)
            found.update(repr((name, cursor.fetchall())).encode())
    return found.hexdigest()


def expected(who: str, door: Door, rule: str, names: set[str]) -> str:
    role = ROLES[who]
    if door.permission is None:
        return "public"
    if rule.startswith(PROGRAMS) and role is not Role.API_KEY:
        return "a key is needed"
    if role is None or (role is Role.API_KEY and not rule.startswith(PROGRAMS)):
        return "sign in"
    if not all(who in EXISTS_FOR[name] for name in names):
        return "nothing here"
    granted = GRANTS[role] & NARROWED.get(who, GRANTS[role])
    return "allowed" if door.permission in granted else "forbidden"


MEANING = {
    "sign in": lambda status: status == 303,
    "a key is needed": lambda status: status == 401,
    "nothing here": lambda status: status == 404,
    "forbidden": lambda status: status == 403,
    # 409, 415 and 422 come from behind the door: a rule said no, or what was sent was empty.
    "allowed": lambda status: status in (200, 303, 409, 415, 422),
    "public": lambda status: status in (200, 303, 404, 410, 422),
}


def gated_endpoints(app: Flask) -> list[tuple[str, str, str]]:
    return [
        (rule.endpoint, rule.rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"OPTIONS"})
    ]


def address(rule: str, values: dict[str, str]) -> str:
    path = rule.replace("<token:token>", "a" * 43).replace("<colour:colour>", "17586b")
    path = path.replace("<fingerprint>/<path:path>", "x/css/kontor.css")
    path = path.replace("<int:number>", "1").replace("<digest:sha256>", "0" * 64)
    path = path.replace("<kind>/<language>", "invoice/de").replace("<slug>", "lindenhof")
    path = path.replace("<channel>", "email")
    path = path.replace("<int:level>/<language>", "1/de")
    path = path.replace("<letter_id>", "0" * 16 + "-" + "0" * 8)
    for name, value in values.items():
        path = path.replace(f"<id:{name}>", value)
    assert "<" not in path, f"{path}: teach this test what stands there"
    return path


def asked(browser: Browser, method: str, path: str) -> tuple[int, str]:
    if method == "POST":
        response = browser.post(path)
    elif method == "HEAD":
        response = browser.client.head(path, base_url="http://kontor.test")
    elif method == "PUT":
        response = browser.client.put(path, base_url="http://kontor.test")
    else:
        response = browser.get(path)
    if response.status_code == 303:
        return 303, response.headers["Location"]
    return response.status_code, response.get_data().decode(errors="replace")


def session_of(app: Flask, name: str, browser: Callable[[str], Browser], cast: Cast) -> str:
    """Return the id of somebody's living session, the thing of `/account/sessions/<id>`."""
    with installation.of(app).database.reading():
        found = signed_in(cast.tokens[name])
    assert found is not None
    return found.session.id


def test_every_route_answers_everybody_as_the_policy_says(
    app: Flask,
    cast: Cast,
    browser: Callable[[str], Browser],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Everybody tries a link that never was, from one network: that is looked at in `test_links`.
    monkeypatch.setattr(rules, "UNKNOWN_LINKS", 1000)
    here = installation.of(app)
    own = things(app, cast, session_of(app, "ben", browser, cast))
    endpoints = gated_endpoints(app)
    wrong, asked_for = [], 0
    # Those who may do least come first: what Anna does at the end changes the stage.
    programs = ["revoked_key", "strange_key", "reading_key", "key"]
    people = [
        "nobody",
        "expired",
        "paul",
        "dora",
        "max",
        "guest",
        "theo",
        "lena",
        "ruth",
        "olga",
        "ben",
        "anna",
    ]
    order = programs + people
    assert set(order) == set(ROLES)
    with remembering(here, digest) as contents:
        for who in order:
            for endpoint, rule, method in sorted(endpoints, key=_harmless_first):
                door = door_of(app.view_functions[endpoint])
                assert door is not None
                names = {name for name in own if f"<id:{name}>" in rule}
                meaning = expected(who, door, rule, names)
                is_refused = meaning not in ("allowed", "public")
                if method == "HEAD" and not is_refused and who not in ASK_FOR_HEADS:
                    continue
                if meaning == "allowed" and method == "POST" and rule in CHANGES_THE_STAGE:
                    continue
                before = contents() if is_refused else ""
                status, _answer = asked(browser(who), method, address(rule, own))
                asked_for += 1
                if not MEANING[meaning](status):
                    wrong.append(f"{who} {method} {rule}: {meaning}, got {status}")
                if is_refused and contents() != before:
                    wrong.append(f"{who} {method} {rule}: refused, and yet something changed")
    assert wrong == []
    assert asked_for > 500


CHANGES_THE_STAGE = {
    "/sign-out",
    "/account/sessions/revocation",
    "/account/sessions/<id:session_id>/revocation",
    "/settings/members/<id:person_id>/disabling",
    "/settings/members/<id:person_id>/enabling",
    "/settings/members/<id:person_id>/factors/removal",
    "/customers/<id:customer_id>/contacts/<id:contact_id>/factors/removal",
    "/documents/<id:document_id>/withdrawal",
    "/customers/<id:customer_id>/recipients/<id:recipient_id>/removal",
    "/settings/api-keys/<id:key_id>/revocation",
    "/documents/filters/<id:filter_id>/removal",
    "/account/factors/<id:factor_id>/removal",
    "/settings/webhooks/<id:webhook_id>/removal",
    "/reports/<id:report_id>/removal",
    "/customers/<id:customer_id>/letters/<id:letter_id>/renewal",
    "/customers/<id:customer_id>/letters/<id:letter_id>/revocation",
    "/documents/<id:document_id>/comments/<id:comment_id>/withdrawal",
    "/proof/parked/<id:parked_id>",
    "/proof/parked/<id:parked_id>/removal",
    "/documents/<id:document_id>/links/revocation",
    "/customers/<id:customer_id>/links/revocation",
    "/customers/<id:customer_id>/links/<id:link_id>/renewal",
    "/customers/<id:customer_id>/links/<id:link_id>/revocation",
}
"""What takes the cast's things away; tried alone, below."""


ASK_FOR_HEADS = {"anna", "ruth", "key"}
"""Who may, and tries HEAD too; who may not tries it everywhere. The view is the one of GET."""


def _harmless_first(entry: tuple[str, str, str]) -> tuple[bool, str]:
    return entry[2] in ("POST", "PUT"), entry[1]


@pytest.mark.parametrize("rule", sorted(CHANGES_THE_STAGE - {"/sign-out"}))
def test_what_changes_the_stage_is_allowed_to_those_who_may(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], rule: str
) -> None:
    is_own = any(word in rule for word in ("/account/", "filter", "comment", "parked"))
    who = "ben" if is_own else "anna"
    own = things(app, cast, session_of(app, "ben", browser, cast))
    status, _answer = asked(browser(who), "POST", address(rule, own))
    assert MEANING["allowed"](status)


def test_a_thing_of_somebody_else_answers_like_one_that_does_not_exist(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    own = things(app, cast, session_of(app, "ben", browser, cast))
    absent = {name: ids.new() for name in own}
    compared = 0
    for endpoint, rule, method in gated_endpoints(app):
        door = door_of(app.view_functions[endpoint])
        names = {name for name in own if f"<id:{name}>" in rule}
        if door is None or door.permission is None or not names:
            continue
        for who in ("strange_key",) if rule.startswith(PROGRAMS) else ("dora", "max"):
            foreign = asked(browser(who), method, address(rule, own))
            nothing = asked(browser(who), method, address(rule, absent))
            assert foreign[0] == nothing[0] == 404, f"{who} {method} {rule}"
            assert without_reference(foreign[1]) == without_reference(nothing[1])
            compared += 1
    assert compared > 50


def without_reference(text: str) -> str:
    """Take away what differs between any two answers: the reference, tokens, the address itself."""
    text = re.sub(r'value="[^"]*"', "", text)
    return re.sub(r"[0-9a-f]{12}", "", text)


def test_roles_have_exactly_these_permissions() -> None:
    """The table a second time, so that changing it is a deliberate act."""
    everything = set(Can)
    customer = {
        Can.SEE_HOME,
        Can.READ_DOCUMENTS,
        Can.DOWNLOAD_DOCUMENTS,
        Can.COMMENT_DOCUMENTS,
        Can.ANSWER_QUOTES,
        Can.PAY_DOCUMENTS,
        Can.CONTACT_HOUSE,
        Can.PROVE,
    }
    signed_in = customer | {
        Can.KEEP_ACCOUNT,
        Can.SECURE_ACCOUNT,
        Can.EXPORT_DOCUMENTS,
        Can.BUNDLE_DOCUMENTS,
        Can.CHANGE_OWN_DATA,
    }
    customers_only = {
        Can.SEE_HOME,
        Can.ANSWER_QUOTES,
        Can.PAY_DOCUMENTS,
        Can.CHANGE_OWN_DATA,
        Can.CONTACT_HOUSE,
        Can.MANAGE_CONTACTS,
    }
    reading = {can for can in everything if can.value.endswith((":read", ":see", ":download"))}
    settings = {
        Can.CHANGE_SETTINGS,
        Can.MANAGE_MEMBERS,
        Can.MANAGE_API_KEYS,
        Can.MANAGE_WEBHOOKS,
        Can.SECURE_HOUSE,
        Can.READ_AUDIT,
        Can.FULFIL_PRIVACY,
        Can.READ_ANSWERS,
        Can.ADMIT_GUESTS,
    }
    assert GRANTS[Role.ADMINISTRATOR] == everything - customers_only
    assert GRANTS[Role.STAFF] == everything - customers_only - settings
    assert GRANTS[Role.AUDITOR] == reading - {Can.SEE_HOME} | {
        Can.KEEP_ACCOUNT,
        Can.SECURE_ACCOUNT,
        Can.PROVE,
        Can.EXPORT_DOCUMENTS,
        Can.BUNDLE_DOCUMENTS,
        Can.TAKE_EVIDENCE,
        Can.MANAGE_REPORTS,
    }
    assert GRANTS[Role.PRIMARY_CONTACT] == signed_in | {Can.MANAGE_CONTACTS}
    assert GRANTS[Role.CONTACT] == signed_in
    assert GRANTS[Role.GUEST] == customer
    assert GRANTS[Role.API_KEY] == {
        Can.TAKE_IN_DOCUMENTS,
        Can.READ_DOCUMENTS,
        Can.DOWNLOAD_DOCUMENTS,
        Can.READ_DELIVERIES,
        Can.READ_PORTAL,
        Can.CHANGE_PORTAL,
    }
    assert set(GRANTS) == set(Role)
