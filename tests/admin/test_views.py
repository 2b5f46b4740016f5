from collections.abc import Callable
from typing import Any

from flask import Flask

from app.organisations import queries
from app.organisations.models import Organisation
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import contents, error_at, main_of, testids, typed_in

SETTINGS: dict[str, Any] = {
    "name": "Haus am See",
    "language": "de",
    "country": "CH",
    "timezone": "Europe/Zurich",
    "vat_id": "CHE-107.787.577",
    "contact_email": "fragen@lindenhof.example",
    "contact_phone": "+41 44 765 43 21",
    "sender_name": "Haus am See",
    "sender_email": "post@lindenhof.example",
}
MEMBER = {"name": "Nora Neu", "email": "nora@lindenhof.example", "role": "auditor"}


def house(app: Flask, cast: Cast) -> Organisation:
    with installation.of(app).database.reading():
        return queries.organisation_by_id(cast.lindenhof.id)


def test_an_administrator_changes_what_the_house_says_of_itself(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    assert anna.post("/settings", SETTINGS).status_code == 303
    found = house(app, cast)
    assert (found.name, found.language, found.vat_id) == ("Haus am See", "de", "CHE107787577")
    assert found.publishes_at_once is False, "a box that is not ticked"
    page = anna.get("/settings").text
    assert "Haus am See" in page


def test_nobody_changes_what_was_not_asked_for(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    extra = {
        "id": cast.brandt.id,
        "slug": "evil",
        "base_url": "https://evil.example",
        "currency": "XXX",
        "created_at": "2000-01-01",
    }
    assert browser("anna").post("/settings", SETTINGS | extra).status_code == 303
    found = house(app, cast)
    assert (found.id, found.slug, found.base_url, found.currency) == (
        cast.lindenhof.id,
        "lindenhof",
        "http://kontor.test",
        "CHF",
    )


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_is_kept(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    before = contents(installation.of(app))
    for field, wrong, message in (
        ("name", " ", "Enter a name."),
        ("contact_email", "", "Enter an e-mail address."),
        ("sender_email", "post", "Enter an address like name@example.org."),
        ("contact_phone", "1" * 41, "40"),
    ):
        answer = browser("anna").post("/settings", SETTINGS | {field: wrong})
        assert answer.status_code == 422, (field, wrong)
        assert message in error_at(answer.text, field)
        assert typed_in(answer.text, field) == wrong.strip()
        assert typed_in(answer.text, "vat_id") == SETTINGS["vat_id"]
    assert contents(installation.of(app)) == before


def test_a_choice_that_was_not_offered_is_refused(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    before = contents(installation.of(app))
    for field in ("language", "country", "timezone"):
        for wrong in ("xx", ""):
            answer = browser("anna").post("/settings", SETTINGS | {field: wrong})
            assert answer.status_code == 422
    assert contents(installation.of(app)) == before


def test_a_form_that_lost_fields_is_no_malfunction(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    for field in SETTINGS:
        fields = {name: value for name, value in SETTINGS.items() if name != field}
        assert browser("anna").post("/settings", fields).status_code in (303, 422), field
    assert house(app, cast).contact_phone is not None


def test_staff_and_auditors_read_the_settings_and_change_nothing(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    for who in ("ben", "olga"):
        page = browser(who).get("/settings").text
        assert "settings-facts" in testids(page)
        assert "settings-form" not in testids(page)
        assert browser(who).post("/settings", SETTINGS).status_code == 403
        assert "member-form" not in testids(browser(who).get("/settings/members").text)
    assert browser("ruth").get("/settings").status_code == 403


def test_a_member_is_added_and_may_what_the_role_says(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    answer = anna.post("/settings/members", MEMBER | {"organisation_id": cast.brandt.id})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/members")
    shown = main_of(anna.get("/settings/members").text)
    assert "Nora Neu can sign in now, with a mailed code." in shown
    assert "nora@lindenhof.example" in shown
    assert "Nora Neu" not in main_of(browser("dora").get("/settings/members").text)


def test_a_member_that_cannot_be_is_refused_with_its_reason(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    before = contents(installation.of(app))
    anna = browser("anna")
    for field, wrong, message in (
        ("email", "office@lindenhof.example", "shared by several people"),
        ("email", "ruth@kunden.example", "has a login already"),
        ("email", "nora", "Enter an address like name@example.org."),
        ("name", "", "Enter a name."),
    ):
        answer = anna.post("/settings/members", MEMBER | {field: wrong})
        assert answer.status_code == 422
        assert message in error_at(answer.text, field)
        assert typed_in(answer.text, field) == wrong
    assert anna.post("/settings/members", MEMBER | {"role": "owner"}).status_code == 422
    assert contents(installation.of(app)) == before


def test_closing_a_login_ends_its_sessions_at_once(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna, ben = browser("anna"), browser("ben")
    assert ben.get("/desk").status_code == 200
    path = f"/settings/members/{cast.ben.id}"
    assert anna.post(f"{path}/disabling").status_code == 303
    assert ben.get("/desk").status_code == 303
    assert "closed" in main_of(anna.get("/settings/members").text)
    assert anna.post(f"{path}/enabling").status_code == 303
    assert ben.get("/desk").status_code == 303, "an ended session stays ended"


def test_nobody_closes_their_own_login_or_one_of_another_house(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    own = anna.post(f"/settings/members/{cast.anna.id}/disabling")
    assert own.status_code == 409
    assert "You cannot disable your own login." in main_of(own.text)
    for foreign in (cast.dora.id, cast.ruth.id):
        assert anna.post(f"/settings/members/{foreign}/disabling").status_code == 404
    assert browser("dora").get("/desk").status_code == 200
