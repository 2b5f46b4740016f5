from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from flask import Flask, g
from sqlalchemy import event, select

from app.access.grants import Role
from app.access.principal import NOBODY, Principal
from app.core import clock, tokens
from app.identity import rules
from app.identity.models import LoginSession, Person
from app.organisations.models import Member
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL


def seen_as(app: Flask, browser: Browser, path: str = "/account") -> Principal:
    """Return who the portal takes a browser for."""
    with browser.client:
        browser.client.get(path, base_url=BASE_URL)
        found: Principal = g.principal
        return found


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """Collect what is said to the database."""
    said: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        said.append(statement)

    engine = installation.of(app).database.engine
    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield said
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def test_a_cookie_stands_for_one_role(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    roles = {
        "anna": Role.ADMINISTRATOR,
        "ben": Role.STAFF,
        "olga": Role.AUDITOR,
        "ruth": Role.PRIMARY_CONTACT,
        "guest": Role.GUEST,
    }
    for who, role in roles.items():
        found = seen_as(app, browser(who))
        assert found.role is role
        assert found.organisation_id == cast.lindenhof.id
        assert found.customer_id == (cast.keller.id if found.is_customer else None)
        assert found.lineage_id == (cast.invoice.lineage_id if role is Role.GUEST else None)
        assert found.id == (cast.link.id if role is Role.GUEST else getattr(cast, who).id)
    for who in ("expired", "paul", "nobody"):
        assert seen_as(app, browser(who)) is NOBODY


def test_a_cookie_of_ones_own_making_stands_for_nobody(app: Flask, cast: Cast) -> None:
    for token in (tokens.new(), "", "' OR 1=1 --", cast.ruth.id, "x" * 5000):
        assert seen_as(app, Browser(app, token)) is NOBODY
    browser = Browser(app)
    browser.client.set_cookie("kontor", "eyJfdXNlcl9pZCI6ImFubmEifQ.x.y", domain="kontor.test")
    assert seen_as(app, browser) is NOBODY


def test_who_asks_is_found_in_one_select(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, nobody = browser("ruth"), browser("nobody")
    with statements(app) as said:
        seen_as(app, ruth, "/nowhere")
    assert len([one for one in said if one.startswith("SELECT")]) == 1
    with statements(app) as said:
        seen_as(app, nobody, "/nowhere")
    assert said == []


def test_files_and_colours_ask_for_nobody(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with statements(app) as said:
        assert seen_as(app, browser("ruth"), "/brand/17586b.css") is NOBODY
    assert said == []


def test_a_person_without_a_place_may_nothing(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.delete(session.get_one(Member, cast.ben.id))
    assert not seen_as(app, browser("ben")).is_known
    assert browser("ben").get("/desk").status_code == 303


def test_a_session_ends_when_it_was_idle_too_long(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    begin = clock.now()
    with clock.standing_at(begin + rules.IDLE_LIMIT - timedelta(seconds=30)):
        assert browser("ruth").get("/home").status_code == 200
    with clock.standing_at(begin + 2 * rules.IDLE_LIMIT - timedelta(minutes=1)):
        assert browser("ruth").get("/home").status_code == 200, "the visit kept it alive"
    with clock.standing_at(begin + 3 * rules.IDLE_LIMIT):
        assert browser("ruth").get("/home").status_code == 303


def test_a_session_ends_for_good_after_its_time_however_busy_it_is(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, begin = browser("ruth"), clock.now()
    pause = timedelta(minutes=20)
    last = 0
    for step in range(1, 40):
        with clock.standing_at(begin + step * pause):
            if ruth.client.get("/home", base_url=BASE_URL).status_code != 200:
                break
            last = step
    assert last * pause < rules.ABSOLUTE_LIMIT <= (last + 2) * pause


def test_being_seen_is_written_at_most_once_a_minute(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, seen = browser("ruth"), []
    rows = select(LoginSession.last_seen_at).where(LoginSession.person_id == cast.ruth.id)
    with installation.of(app).database.reading() as session:
        begin = session.scalars(rows).one()
    for seconds in (30, 59, 61, 90, 119, 125):
        with clock.standing_at(begin + timedelta(seconds=seconds)):
            ruth.get("/home")
        with installation.of(app).database.reading() as session:
            seen.append(session.scalar(rows))
    assert len(set(seen)) == 3


def test_somebody_disabled_is_out_at_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    assert ben.get("/desk").status_code == 200
    with installation.of(app).database.transaction() as session:
        session.get_one(Person, cast.ben.id).disabled_at = clock.now()
    assert ben.get("/desk").status_code == 303


def test_somebody_of_a_revoked_link_is_out_at_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    guest = browser("guest")
    path = f"/documents/{cast.invoice.id}"
    assert guest.get(path).status_code == 200
    with clock.standing_at(cast.link.expires_at):
        assert guest.get(path).status_code == 303
    with installation.of(app).database.transaction() as session:
        session.merge(cast.link).revoked_at = clock.now()
    assert guest.get(path).status_code == 303


def test_a_region_decides_how_amounts_are_written(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert "642.24\N{NO-BREAK SPACE}CHF" in browser("ruth").get("/documents").text
