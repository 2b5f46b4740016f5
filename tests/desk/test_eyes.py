"""Looking through a contact's eyes: everything they see, nothing they could do, and no trace of them."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.journal import Entry
from app.identity.models import LoginSession, Person
from app.web import installation, login
from tests.browser import Browser
from tests.cast import Cast
from tests.people import join
from tests.web.observing import contents, main_of, testids


def eyes_of(cast: Cast, person: Person | None = None) -> str:
    return f"/customers/{cast.keller.id}/contacts/{(person or cast.ruth).id}/eyes"


def test_staff_see_what_the_person_sees_under_a_banner(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        lena, _theo = join(cast)
    ben = browser("ben")
    answer = ben.post(eyes_of(cast))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/home")
    for path in ("/home", "/documents", f"/documents/{cast.invoice.id}"):
        page = ben.get(path)
        assert page.status_code == 200, path
        assert "eyes-stop" in testids(page.text)
        assert "as Ruth Keller" in page.text
        assert "findings" not in testids(page.text)
    own, seen = browser("ruth").get("/home"), ben.get("/home")
    assert main_of(own.text) == main_of(seen.text)
    assert ben.get(f"/documents/{cast.hubers.id}").status_code == 404
    missing = ben.get(f"/documents/{cast.held.id}")
    assert (missing.status_code, "eyes-stop" in testids(missing.text)) == (404, True)
    ben.post("/eyes/closing")
    ben.post(eyes_of(cast, lena))
    assert ben.get(f"/documents/{cast.invoice.id}").status_code == 404


def test_nothing_can_be_done_and_no_trace_of_the_person_is_left(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    ben.post(eyes_of(cast))
    before = contents(installation.of(app))
    with installation.of(app).database.reading() as session:
        rows = select(LoginSession).where(LoginSession.person_id == cast.ruth.id)
        seen = [one.last_seen_at for one in session.scalars(rows)]
    document = f"/documents/{cast.invoice.id}"
    assert ben.get(document).status_code == 200
    assert ben.get(f"{document}/files/{cast.file_id}").status_code == 200
    for path in (
        f"{document}/renditions",
        f"{document}/withdrawal",
        "/contacts",
        "/exports",
        "/account/password",
        f"/customers/{cast.keller.id}",
        eyes_of(cast),
    ):
        assert ben.post(path).status_code in (403, 404), path
    for path in ("/account", "/contacts", "/desk", "/settings"):
        assert ben.get(path).status_code == 403, path
    ben.post("/language", {"language": "sv"})
    assert contents(installation.of(app)) == before
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        ben.get("/home")
    with installation.of(app).database.reading() as session:
        assert [one.last_seen_at for one in session.scalars(rows)] == seen


def test_it_is_noted_and_the_person_can_read_it(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    browser("ben").post(eyes_of(cast))
    with installation.of(app).database.reading() as session:
        (entry,) = session.scalars(select(Entry).where(Entry.name == "contact.looked_through"))
        assert (entry.actor_id, entry.object_id) == (cast.ben.id, cast.ruth.id)
    account = main_of(browser("ruth").get("/account").text)
    assert "The portal was looked at as this person sees it" in account


def test_stopping_leads_back_to_where_it_began(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    ben.post(eyes_of(cast))
    answer = ben.post("/eyes/closing")
    assert answer.headers["Location"] == eyes_of(cast).removesuffix("/eyes")
    assert ben.get("/desk").status_code == 200
    assert ben.post("/eyes/closing").headers["Location"] == "/"
    assert browser("nobody").post("/eyes/closing").status_code == 303


def test_it_ends_by_itself_and_with_signing_out(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, begin = browser("ben"), clock.now()
    ben.post(eyes_of(cast))
    with clock.standing_at(begin + login.EYES_OPEN - timedelta(seconds=5)):
        assert ben.get("/desk").status_code == 403
    with clock.standing_at(begin + login.EYES_OPEN + timedelta(seconds=5)):
        assert ben.get("/desk").status_code == 200
    ben.post(eyes_of(cast))
    ben.post("/sign-out")
    assert ben.get("/home").status_code == 303
    with ben.client.session_transaction(base_url="http://kontor.test") as cookie:
        assert "eyes" not in cookie
    assert browser("ruth").get("/home").status_code == 200, "their session is their own"


def test_a_cookie_alone_lets_nobody_look_who_may_not(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    until = (clock.now() + timedelta(minutes=5)).isoformat()
    for who, person in (("olga", cast.ruth), ("max", cast.ruth), ("dora", cast.ruth)):
        one = browser(who)
        with one.client.session_transaction(base_url="http://kontor.test") as cookie:
            cookie["eyes"] = [person.id, until]
        assert one.get(f"/documents/{cast.invoice.id}").status_code == (
            200 if who == "olga" else 404
        )
        assert "eyes-stop" not in testids(one.get("/", follow_redirects=True).text)


def test_who_cannot_sign_in_sees_nothing(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Person, cast.ruth.id).disabled_at = clock.now()
    assert browser("ben").post(eyes_of(cast)).status_code == 409
