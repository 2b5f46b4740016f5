import re
from collections.abc import Callable

from flask import Flask

from app.core import clock
from app.identity import actions, rules
from app.identity.models import Person
from app.web import installation
from tests import cast as stage
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.web.observing import error_at, main_of, typed_in

SECRET = "correct horse battery staple"
OTHER = "a quiet harbour in november"


def is_in(browser: Browser) -> bool:
    return browser.client.get("/account", base_url=BASE_URL).status_code == 200


def another(app: Flask, person: Person) -> Browser:
    """Return one more browser of a person."""
    with installation.of(app).database.transaction():
        token = stage.sign_in(person)
    return Browser(app, token)


def devices(browser: Browser) -> list[str]:
    """Return the ids of the sessions on the devices page."""
    page = browser.get("/account").text
    return re.findall(r'data-testid="session-row" data-id="(\w+)"', page)


def change(browser: Browser, present: str, new: str, again: str | None = None) -> tuple[int, str]:
    fields = {"present": present, "new": new, "again": new if again is None else again}
    answer = browser.post("/account/password", fields)
    return answer.status_code, answer.text


def test_every_device_is_listed_and_this_one_is_marked(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    another(app, cast.ruth)
    page = ruth.get("/account").text
    assert len(devices(ruth)) == 2
    assert page.count('data-testid="this-device"') == 1
    assert page.count('data-testid="session-end"') == 1
    assert "203.0.113.7" in page


def test_one_device_is_signed_out_from_another(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, lost = browser("ruth"), another(app, cast.ruth)
    (address,) = re.findall(
        r'action="(/account/sessions/\w{26}/revocation)"', ruth.get("/account").text
    )
    assert ruth.post(address).status_code == 303
    assert is_in(ruth)
    assert not is_in(lost)
    assert len(devices(ruth)) == 1
    assert ruth.post(address).status_code == 404, "it is over already"


def test_nobody_ends_the_session_of_somebody_else(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    (own,) = devices(ruth)
    for who in ("max", "anna", "dora", "guest"):
        assert browser(who).post(f"/account/sessions/{own}/revocation").status_code in (403, 404)
    assert is_in(ruth)


def test_signing_out_everywhere_ends_all_of_them(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, lost, max_ = browser("ruth"), another(app, cast.ruth), browser("max")
    answer = ruth.post("/account/sessions/revocation")
    assert answer.headers["Location"] == "/sign-in"
    assert [is_in(ruth), is_in(lost), is_in(max_)] == [False, False, True]
    assert "You are signed out everywhere." in main_of(ruth.get("/sign-in").text)


def test_a_session_that_is_over_is_not_listed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    begin = clock.now()
    with clock.standing_at(begin + rules.IDLE_LIMIT - (rules.IDLE_LIMIT / 3)):
        fresh = another(app, cast.ruth)
        assert len(devices(fresh)) == 2
    with clock.standing_at(begin + rules.IDLE_LIMIT):
        assert len(devices(fresh)) == 1


def test_somebody_without_a_password_sets_one(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    assert "Set a password" in main_of(ruth.get("/account").text)
    assert change(ruth, "", SECRET)[0] == 303
    nobody = browser("nobody")
    assert (
        nobody.post("/sign-in", {"email": cast.ruth.email, "password": SECRET}).status_code == 303
    )


def test_a_password_is_changed_by_who_knows_the_present_one(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        actions.set_password(session.merge(cast.ruth), SECRET)
    ruth = browser("ruth")
    for wrong in ("", "wrong", SECRET + " "):
        status, page = change(ruth, wrong, OTHER)
        assert status == 422
        assert error_at(page, "present") == "This is not your present password."
    assert change(ruth, SECRET, OTHER)[0] == 303
    nobody = browser("nobody")
    assert (
        nobody.post("/sign-in", {"email": cast.ruth.email, "password": SECRET}).status_code == 422
    )
    assert nobody.post("/sign-in", {"email": cast.ruth.email, "password": OTHER}).status_code == 303


def test_a_password_that_will_not_do_is_said_at_its_field(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    for new, again, field, message in (
        ("short", "short", "new", "Use at least 12 characters."),
        ("passwordpassword", "passwordpassword", "new", "This password is among the first"),
        ("Ruth Keller is my name", "Ruth Keller is my name", "new", "must not contain your name"),
        (OTHER, OTHER + "x", "again", "The two passwords are not the same."),
        ("", "", "new", "Enter the new password."),
        ("x" * 201, "x" * 201, "new", "200"),
    ):
        status, page = change(browser("ruth"), "", new, again)
        assert status == 422
        assert message in error_at(page, field)
        # No password ever comes back in a page.
        assert not typed_in(page, "new")
        assert not typed_in(page, "again")


def test_a_guest_has_no_account(cast: Cast, browser: Callable[[str], Browser]) -> None:
    assert browser("guest").get("/account").status_code in (403, 404)
    assert "menu-account" not in browser("guest").get("/home").text
