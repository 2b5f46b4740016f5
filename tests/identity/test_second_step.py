import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.core import clock
from app.identity import actions, queries, rules
from app.identity.models import Factor, Person
from app.organisations.models import Organisation
from app.web import installation
from tests import cast as stage
from tests.browser import Browser
from tests.cast import Cast
from tests.identity.authenticator import App, enrol, scan
from tests.identity.test_account import another
from tests.identity.test_views import SECRET, is_in, sign_in
from tests.web.observing import error_at, main_of

STEP = "/sign-in/second-factor"


@pytest.fixture
def phone(app: Flask, cast: Cast) -> App:
    """Ruth's, where she has a password too."""
    with installation.of(app).database.transaction() as session:
        ruth = session.get_one(Person, cast.ruth.id)
        actions.set_password(ruth, SECRET)
        return enrol(ruth)[0]


def test_one_comes_in_with_a_password_and_the_code_of_an_app(
    phone: App, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    answer = sign_in(nobody, cast.ruth.email, next_="/documents")
    assert answer.headers["Location"] == f"{STEP}?next=/documents"
    assert not is_in(nobody)
    assert "One more step" in nobody.get(STEP).text
    wrong = nobody.post(STEP, {"code": phone.wrong_code(), "next": "/documents"})
    assert wrong.status_code == 422
    assert "not right" in error_at(wrong.text, "code")
    right = nobody.post(STEP, {"code": phone.code(), "next": "/documents"})
    assert right.headers["Location"] == "/documents"
    assert is_in(nobody)
    assert "by password + code of an app" in main_of(nobody.get("/account").text)


def test_a_second_step_is_bound_to_its_browser_and_leads_to_no_other_host(
    phone: App, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    own, other = browser("nobody"), browser("nobody")
    sign_in(own, cast.ruth.email)
    assert other.get(STEP).headers["Location"].startswith("/sign-in?")
    assert other.post(STEP, {"code": phone.code()}).status_code == 303
    assert not is_in(other)
    answer = own.post(STEP, {"code": phone.code(), "next": "//evil.example"})
    assert answer.headers["Location"] == "/"


def test_a_step_that_is_over_begins_anew(
    phone: App, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    sign_in(nobody, cast.ruth.email)
    with clock.standing_at(clock.now() + rules.SECOND_STEP_LIFE):
        answer = nobody.post(STEP, {"code": phone.code()})
        assert answer.headers["Location"].startswith("/sign-in?")
        assert not is_in(nobody)


def test_an_app_is_set_up_shown_once_and_removed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    assert "Add an authenticator app" in ruth.get("/account/factors").text
    page = ruth.post("/account/factors/totp", {"name": "Ruths Telefon"}).headers["Location"]
    with installation.of(app).database.reading() as session:
        factor = session.get_one(Factor, page.rsplit("/", 1)[1])
        phone = scan(factor)
    assert phone.seed in ruth.get(page).text.replace(" ", "")
    picture = ruth.get(f"{page}/picture.svg")
    assert (picture.mimetype, picture.headers["Cache-Control"]) == (
        "image/svg+xml",
        "private, no-store",
    )
    assert ruth.post(page, {"code": phone.wrong_code()}).status_code == 422
    shown = ruth.post(page, {"code": phone.code()})
    assert shown.status_code == 201
    codes = re.findall(r"<code>([0-9a-z]{5}-[0-9a-z]{5})</code>", shown.text)
    assert len(set(codes)) == rules.RECOVERY_CODES
    assert "10 of 10 left" in main_of(ruth.get("/account/factors").text)
    assert ruth.get(page).status_code == ruth.get(f"{page}/picture.svg").status_code == 404
    own = f"/account/factors/{factor.id}"
    assert ruth.post(f"{own}/name", {"name": "Tablet"}).status_code == 303
    assert "Tablet" in ruth.get(own).text
    assert ruth.post(f"{own}/removal").status_code == 303
    with installation.of(app).database.reading():
        assert queries.factors_of(cast.ruth.id) == queries.Factors(False, 0, 0)


def test_what_secures_an_account_asks_for_a_fresh_sign_in(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    begin = clock.now()
    ruth = browser("ruth")
    with installation.of(app).database.transaction() as session:
        actions.set_password(session.get_one(Person, cast.ruth.id), SECRET)
    with clock.standing_at(begin + timedelta(minutes=11)):
        asked = ruth.get("/account/factors").headers["Location"]
        assert asked == "/account/confirmation?next=/account/factors"
        assert "By your password" in ruth.get(asked).text
        before = ruth.client.get_cookie("kontor", domain="kontor.test")
        fields = {"next": "/account/factors", "way": "password", "password": "wrong"}
        assert ruth.post("/account/confirmation", fields).status_code == 422
        assert ruth.get("/account/factors").status_code == 303
        answer = ruth.post("/account/confirmation", fields | {"password": SECRET})
        assert answer.headers["Location"] == "/account/factors"
        assert ruth.get("/account/factors").status_code == 200
        after = ruth.client.get_cookie("kontor", domain="kontor.test")
        assert before is not None
        assert after is not None
        ruth.client.set_cookie("kontor", before.value, domain="kontor.test")
        assert not is_in(ruth), "the token of before is worth nothing (ASVS 7.2.4)"


def test_who_has_no_password_confirms_by_a_code_that_opens_no_session(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    page = "/account/confirmation"
    assert "Mail me a code" in ruth.get(page).text
    sent = ruth.post(f"{page}/code", {"next": "/account/factors", "parked": ""})
    assert sent.headers["Location"].startswith(f"{page}?next=/account/factors")
    with ruth.client.session_transaction(base_url="http://kontor.test") as cookie:
        code_id = str(cookie["pending_confirmation"])
        assert "pending_code" not in cookie
    code = stage.mailed_code.code(code_id)
    fields = {"next": "/account/factors", "way": "mailed_code", "code": code}
    assert ruth.post(page, fields).headers["Location"] == "/account/factors"
    assert ruth.post(page, fields).status_code == 422, "it is used up"


@pytest.mark.parametrize(
    ("name", "switch", "is_asked"),
    [
        ("anna", "members_need_factor", True),
        ("anna", "contacts_need_factor", False),
        ("ruth", "contacts_need_factor", True),
        ("ruth", "members_need_factor", False),
        ("guest", "contacts_need_factor", False),
    ],
)
def test_an_organisation_insists_on_a_second_factor(
    app: Flask,
    cast: Cast,
    browser: Callable[[str], Browser],
    name: str,
    switch: str,
    is_asked: bool,
) -> None:
    with installation.of(app).database.transaction() as session:
        setattr(session.get_one(Organisation, cast.lindenhof.id), switch, True)
    one, address = browser(name), f"/documents/{cast.invoice.id}"
    answer = one.get(address)
    if not is_asked:
        assert answer.status_code == 200
        return
    assert answer.headers["Location"] == "/account/factors"
    assert one.post(f"{address}/withdrawal").headers["Location"] == "/account/factors"
    assert "asks for a second factor" in main_of(one.get("/account/factors").text)
    assert one.get("/account").status_code == 200
    with installation.of(app).database.transaction() as session:
        enrol(session.get_one(Person, getattr(cast, name).id))
    assert one.get(address).status_code == 200


def test_a_new_password_ends_every_other_session(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, lost = browser("ruth"), another(app, cast.ruth)
    fields = {"present": "", "new": SECRET, "again": SECRET}
    assert ruth.post("/account/password", fields).status_code == 303
    assert is_in(ruth)
    assert not is_in(lost)


@pytest.mark.parametrize("whose", ["member", "contact"])
def test_an_administrator_helps_who_lost_everything(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], whose: str
) -> None:
    person = cast.ben if whose == "member" else cast.ruth
    theirs = f"/customers/{cast.keller.id}/contacts/{cast.ruth.id}"
    listed = "/settings/members" if whose == "member" else theirs
    page = f"{listed}/{person.id}/factors" if whose == "member" else f"{theirs}/factors"
    anna, own = browser("anna"), browser(person.name.split()[0].lower())
    assert anna.post(f"{page}/removal").status_code == 409
    with installation.of(app).database.transaction() as session:
        enrol(session.get_one(Person, person.id))
    assert page in anna.get(listed).text
    assert "Make sure that it is really" in anna.get(page).text
    assert browser("ben").get(page).status_code == browser("olga").get(page).status_code == 403
    assert anna.post(f"{page}/removal").headers["Location"] == listed
    assert not is_in(own)
    with installation.of(app).database.reading():
        assert queries.factors_of(person.id) == queries.Factors(False, 0, 0)
        found = queries.person_by_id(person.id)
        assert found is not None
        assert not found.has_factor
