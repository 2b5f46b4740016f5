import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

from flask import Flask

from app.core import clock, journal, languages
from app.master_data.models import DataChange
from app.master_data.rules import State
from app.organisations import queries as customers
from app.organisations.models import Contact, Customer
from app.organisations.rules.own_data import spelled, values_of
from app.web import installation
from app.words.happenings import happenings
from tests import cast as stage
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import contents, error_at, main_of, testids, typed_in

IBAN = "CH9300762011623852957"
OTHER = "DE89 3704 0044 0532 0130 00"


def keller(app: Flask, cast: Cast) -> Customer:
    with installation.of(app).database.reading():
        found = customers.customer_by_id(cast.keller.id)
    assert found is not None
    return found


def form_of(customer: Customer, **changes: str) -> dict[str, Any]:
    """Return what a browser sends from the page of a customer, with some fields changed."""
    now = values_of(customer)
    shown = {field.value: spelled(field, value) for field, value in now.items()}
    return shown | {"seen": json.dumps(now)} | changes


def change_now(app: Flask, change_id: str) -> DataChange:
    with installation.of(app).database.reading() as opened:
        return opened.get_one(DataChange, change_id)


def lena(app: Flask, cast: Cast, invited_by: str | None = None) -> Browser:
    """Give Keller a second person, and a browser to her."""
    with installation.of(app).database.transaction() as opened:
        person = stage.contact(opened.get_one(Customer, cast.keller.id), "Lena Keller")
        opened.flush()
        opened.get_one(Contact, person.id).invited_by = invited_by
        token = stage.sign_in(person)
    return Browser(app, token)


def test_a_person_sees_their_data_and_where_they_come_from(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    page = ruth.get("/own-data").text
    assert typed_in(page, "street") == "Seestrasse 12"
    assert "From Haus Lindenhof, " in unescape(main_of(page))
    assert 'data-testid="menu-own-data"' in page
    assert "CH93 0076 2011 6238 5295 7" in main_of(page)


def test_what_is_typed_is_saved_by_its_risk(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, wanted = browser("ruth"), {"phone": "044 668 18 00", "vat_id": "CHE-107.787.577 MWST"}
    answer = ruth.post("/own-data", form_of(keller(app, cast), **wanted))
    assert answer.status_code == 303
    shown = main_of(ruth.get("/own-data").text)
    assert "1 change counts now. 1 change waits for a decision." in shown
    now = keller(app, cast)
    assert (now.phone, now.vat_id) == ("+41446681800", None)
    assert "From Ruth Keller, " in shown
    assert "CHE107787577MWST" in shown


def test_saving_without_a_change_confirms(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    before = contents(installation.of(app))["data_change"]
    assert browser("ruth").post("/own-data", form_of(keller(app, cast))).status_code == 303
    assert keller(app, cast).confirmed_at is not None
    assert contents(installation.of(app))["data_change"] == before


WRONG = (
    ("name", " ", "Enter a name."),
    ("postcode", "800", "It looks like 8001."),
    ("email", "ruth", "Enter an address like name@example.org."),
    ("phone", "12", "There is no such number."),
    ("mobile", "044 668 18 00", "That is not a mobile number."),
    ("vat_id", "107787577", "Begin with the two letters"),
    ("uid", "CHE-100.155.213", "its check digit is wrong"),
    ("gln", "12", "A GLN has 13 digits."),
    ("bic", "POFI", "A BIC has 8 or 11"),
)


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_saved(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    before, ruth = contents(installation.of(app)), browser("ruth")
    for field, wrong, message in WRONG:
        answer = ruth.post("/own-data", form_of(keller(app, cast), **{field: wrong}))
        assert answer.status_code == 422, field
        assert message in error_at(answer.text, field)
        assert typed_in(answer.text, field) == wrong.strip()
    answer = ruth.post("/own-data", form_of(keller(app, cast), iban=OTHER, account_holder="R"))
    assert "A change of this waits for a decision already." in error_at(answer.text, "iban")
    assert contents(installation.of(app)) == before


def test_what_others_changed_meanwhile_is_neither_overwritten_nor_hidden(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    old = form_of(keller(app, cast))
    with installation.of(app).database.transaction() as opened:
        opened.get_one(Customer, cast.keller.id).city = "Bern"
    ruth = browser("ruth")
    answer = ruth.post("/own-data", old | {"city": "Basel"})
    assert answer.status_code == 422
    assert "now it is “Bern”" in error_at(answer.text, "city")
    assert ruth.post("/own-data", old | {"street": "Bergstrasse 1"}).status_code == 303
    now = keller(app, cast)
    assert (now.city, now.street) == ("Bern", "Bergstrasse 1")


def test_a_form_that_says_nothing_of_what_was_seen_is_read_against_what_is_there(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    for number, seen in enumerate(("", "x", "[]", '{"street": {}}', "null")):
        fields = form_of(keller(app, cast), city=f"Town {number}") | {"seen": seen}
        assert browser("ruth").post("/own-data", fields).status_code == 303
        assert keller(app, cast).city == f"Town {number}"


def test_a_second_person_decides_and_the_first_one_only_withdraws(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert cast.change is not None
    path = f"/own-data/changes/{cast.change.id}"
    page = browser("ruth").get("/own-data").text
    assert "change-withdraw" in page
    assert "change-accept" not in page
    assert browser("ruth").post(f"{path}/acceptance").status_code == 409
    second = lena(app, cast)
    page = second.get("/own-data").text
    assert "change-accept" in page
    assert "change-withdraw" not in page
    assert second.post(f"{path}/withdrawal").status_code == 409
    assert second.post(f"{path}/acceptance").status_code == 303
    assert keller(app, cast).iban == IBAN
    again = second.post(f"{path}/acceptance")
    assert again.status_code == 409
    assert "decided already" in main_of(again.text)


def test_somebody_they_asked_in_is_offered_no_decision(app: Flask, cast: Cast) -> None:
    assert cast.change is not None
    asked = lena(app, cast, invited_by="Ruth Keller")
    assert "change-accept" not in asked.get("/own-data").text
    answer = asked.post(f"/own-data/changes/{cast.change.id}/acceptance")
    assert answer.status_code == 409
    assert change_now(app, cast.change.id).state is State.WAITING


def test_a_refusal_has_a_reason(app: Flask, cast: Cast, browser: Callable[[str], Browser]) -> None:
    assert cast.change is not None
    one = cast.change
    for who, place in ((browser("ben"), "master-data"), (lena(app, cast), "own-data")):
        answer = who.post(f"/{place}/changes/{one.id}/refusal", {f"{one.id}-reason": " "})
        assert answer.status_code == 422
        assert "Say why" in error_at(answer.text, f"{one.id}-reason")
        assert change_now(app, one.id).state is State.WAITING
    fields = {f"{one.id}-reason": "Call us."}
    assert browser("ben").post(f"/master-data/changes/{one.id}/refusal", fields).status_code == 303
    assert change_now(app, one.id).reason == "Call us."
    assert "Call us." in main_of(browser("ruth").get("/own-data").text)


def test_a_change_is_withdrawn_by_who_proposed_it(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert cast.change is not None
    ruth = browser("ruth")
    assert ruth.post(f"/own-data/changes/{cast.change.id}/withdrawal").status_code == 303
    assert change_now(app, cast.change.id).state is State.WITHDRAWN
    assert "waiting-row" not in ruth.get("/own-data").text


def test_staff_decide_field_by_field(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert cast.change is not None
    ben = browser("ben")
    page = main_of(ben.get("/master-data").text)
    assert "…2957" in page
    assert IBAN not in page
    assert "1 change of a customer’s data waits." in main_of(ben.get("/desk").text)
    assert "…2957" in main_of(ben.get(f"/customers/{cast.keller.id}").text)
    shown = main_of(ben.get(f"/master-data/{cast.change.proposal_id}").text)
    assert "CH93 0076 2011 6238 5295 7" in shown
    assert ben.post(f"/master-data/changes/{cast.change.id}/acceptance").status_code == 303
    assert keller(app, cast).iban == IBAN
    shown = ben.get(f"/master-data/{cast.change.proposal_id}").text
    assert "change-accept" not in shown
    assert "Ben Brunner" in main_of(shown)
    assert "data-waiting" not in testids(ben.get("/desk").text)
    assert "Nothing waits for a decision" in ben.get("/master-data").text


def test_an_auditor_watches(cast: Cast, browser: Callable[[str], Browser]) -> None:
    assert cast.change is not None
    olga = browser("olga")
    assert "change-accept" not in olga.get(f"/master-data/{cast.change.proposal_id}").text
    assert "export-take" not in olga.get("/master-data/exports").text
    assert olga.post("/master-data/exports").status_code == 403


def test_accepted_changes_are_exported_once_and_downloaded_again(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert cast.change is not None
    ben = browser("ben")
    assert ben.post("/master-data/exports").status_code == 409
    ben.post(f"/master-data/changes/{cast.change.id}/acceptance")
    page = ben.get("/master-data/exports").text
    assert "Export 1 new" in page
    assert ben.post("/master-data/exports").status_code == 303
    page = ben.get("/master-data/exports").text
    paths = re.findall(r'href="([^"]+)"[^>]*data-testid="batch-link"', page)
    assert len(paths) == 2
    for _time in range(2):
        answer = ben.get(paths[0])
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        lines = answer.get_data().decode("utf-8-sig").splitlines()
        assert len(lines) == 2
        assert lines[1].startswith(f"K-1,iban,,{IBAN},Ruth Keller,Ben Brunner,")


def test_old_data_are_asked_about_once_a_year(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    assert "nudge" not in testids(ruth.get("/home").text)
    with installation.of(app).database.transaction() as opened:
        opened.get_one(Customer, cast.keller.id).confirmed_at = clock.now() - timedelta(days=366)
    page = ruth.get("/home").text
    assert "Are your data still right?" in main_of(page)
    assert "Last confirmed" in main_of(page)
    assert "nudge" not in testids(browser("guest").get("/home").text)
    assert ruth.post("/own-data/confirmation").headers["Location"] == "/home"
    assert "nudge" not in testids(ruth.get("/home").text)


def test_where_it_is_not_released_there_is_no_such_page(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as opened:
        opened.get_one(Contact, cast.ruth.id).rights = ["invoice:view"]
    ruth = browser("ruth")
    assert ruth.get("/own-data").status_code == 403
    assert "menu-own-data" not in ruth.get("/home").text
    assert browser("guest").get("/own-data").status_code == 403


def test_timelines_call_a_field_by_its_name(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert cast.change is not None
    browser("ben").post(f"/master-data/changes/{cast.change.id}/acceptance")
    browser("ruth").post("/own-data", form_of(keller(app, cast), vat_id="DE136695976"))
    with installation.of(app).database.reading(), languages.speaking("de"):
        told = [line[1] for line in happenings(journal.about("customer", cast.keller.id))]
    assert told[:2] == ["Daten bestätigt", "Änderung vorgeschlagen"]
    assert "IBAN geändert" in told
    assert "Als Kunde erfasst" in told
