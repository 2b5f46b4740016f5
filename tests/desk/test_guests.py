"""The queue of those who ask for access, as administrators work on it."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.core.db import session
from app.core.runtime import Runtime
from app.identity.models import Person
from app.organisations.models import Contact, Organisation
from app.organisations.rules.granting import PRESETS, Preset
from app.sign_up import actions, queries
from app.sign_up.rules import State
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast, administrator
from tests.factories import BY
from tests.sign_up import guests
from tests.web.observing import testids

Browsers = Callable[[str], Browser]


@pytest.fixture
def here(app: Flask, cast: Cast) -> Runtime:
    one = installation.of(app)
    guests.welcome(one, cast.lindenhof)
    return one


def test_a_guest_is_let_in_step_by_step(here: Runtime, cast: Cast, browser: Browsers) -> None:
    request_id, anna = guests.waiting(here, cast, reference="K-1"), browser("anna")
    assert guests.GUEST in anna.get("/settings/guests").text
    path = f"/settings/guests/{request_id}"
    first = anna.get(path).text
    assert f"chosen={cast.keller.id}" in first
    assert "right-invoice:view" not in first, "rights come after the customer"
    assert f"chosen={cast.huber.id}" in anna.get(f"{path}?q=max").text
    chosen = anna.get(f"{path}?chosen={cast.keller.id}").text
    assert "right-invoice:view" in chosen
    assert ticked(chosen) == 0, "nothing is given before somebody ticks it"
    preset = anna.get(f"{path}?chosen={cast.keller.id}&preset=tax-adviser").text
    assert ticked(preset) == 1
    rights = sorted(PRESETS[Preset.READ_ONLY])
    done = anna.post(f"{path}/approval", {"customer": cast.keller.id, "rights": rights})
    assert (done.status_code, done.headers["Location"]) == (303, "/settings/guests")
    again = anna.post(f"{path}/approval", {"customer": cast.keller.id, "rights": rights})
    assert (again.status_code, "already" in again.text) == (409, True)
    (one,) = guests.requests(here)
    with here.database.reading():
        assert sorted(session().get_one(Contact, one.person_id).rights or ()) == rights
    decided = anna.get(path).text
    assert f"/customers/{cast.keller.id}/contacts/{one.person_id}" in decided
    assert "guest-approve" not in decided


def test_the_desk_says_how_many_wait_to_those_who_decide(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    assert "guests-waiting" not in testids(browser("anna").get("/desk").text)
    guests.waiting(here, cast)
    assert "1 person asks for access" in browser("anna").get("/desk").text
    assert "guests-waiting" not in testids(browser("ben").get("/desk").text)


def test_what_cannot_be_approved_changes_nothing(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    request_id, anna = guests.waiting(here, cast), browser("anna")
    path = f"/settings/guests/{request_id}/approval"
    with here.database.reading():
        theirs = cast.strangers.customer_id
    assert anna.post(path).status_code == 409
    assert anna.post(path, {"customer": theirs}).status_code == 409
    blind = anna.post(path, {"customer": cast.keller.id, "rights": ["invoice:pay"]})
    assert (blind.status_code, "allowed to view it" in blind.text) == (422, True)
    assert ticked(blind.text) == 1, "what was ticked is still there"
    past = anna.post(path, {"customer": cast.keller.id, "ends_on": "2020-01-01"})
    assert (past.status_code, "lies in the past" in past.text) == (422, True)
    assert anna.post(path, {"customer": cast.keller.id, "ends_on": "tomorrow"}).status_code == 422
    with here.database.transaction():
        session().get_one(Person, cast.dora.id).email = guests.GUEST
    taken = anna.post(path, {"customer": cast.keller.id})
    assert (taken.status_code, "use another address" in taken.text) == (422, True)
    assert guests.requests(here)[0].state is State.WAITING


def test_a_refusal_needs_a_reason(here: Runtime, cast: Cast, browser: Browsers) -> None:
    request_id, anna = guests.waiting(here, cast), browser("anna")
    path = f"/settings/guests/{request_id}/refusal"
    assert anna.post(path, {"reason": " "}).status_code == 422
    assert anna.post(path, {"reason": "Unknown to us", "is_told": "y"}).status_code == 303
    assert guests.mails(here, guests.GUEST)[0].said["quote"] == "Unknown to us"
    assert "Unknown to us" in anna.get(f"/settings/guests/{request_id}").text


def test_what_nobody_confirmed_is_on_no_page(here: Runtime, cast: Cast, browser: Browsers) -> None:
    request_id, anna = guests.ask(here, cast.lindenhof), browser("anna")
    assert guests.GUEST not in anna.get("/settings/guests").text
    assert anna.get(f"/settings/guests/{request_id}").status_code == 404
    assert guests.GUEST not in anna.get("/settings/guests?state=asked").text


def ticked(text: str) -> int:
    return len(re.findall(r'name="rights"[^>]* checked', text))


def test_the_queue_is_read_in_pages(here: Runtime, cast: Cast) -> None:
    asked = [guests.waiting(here, cast, f"g{number}@gast.example") for number in range(5)]

    def listed(cursor: str | None, *, back: bool = False) -> list[str]:
        with here.database.reading():
            who = administrator(cast.anna)
            rows = queries.listed(who, State.WAITING, cursor, back=back, limit=2)
            return [one.id for one in rows]

    assert listed(None) == asked[:2], "the oldest comes first"
    assert listed(asked[1]) == asked[2:4]
    assert listed(asked[4], back=True) == asked[2:4]
    with here.database.transaction():
        for request_id in asked:
            actions.refuse(guests.load(request_id), BY, "No", is_told=False)
    with here.database.reading():
        who = administrator(cast.anna)
        newest = queries.listed(who, State.REFUSED, None, back=False, limit=2)
        assert [one.id for one in newest] == [asked[4], asked[3]]


def test_the_door_is_opened_and_shut_by_administrators(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    anna, path = browser("anna"), "/settings/guests/door"
    shown = anna.get(path).text
    assert "http://kontor.test/guest/signup/lindenhof" in shown
    assert "Anna Amsler" in shown
    assert anna.post(path, {"is_open": "y", "code": "a b"}).status_code == 422
    assert anna.post(path, {"is_open": "y", "code": "brandt"}).status_code == 422
    assert anna.post(path, {"is_open": "y", "code": "HAUS-7"}).status_code == 303
    assert browser("nobody").get("/guest/signup/haus-7").status_code == 200
    assert anna.post(path, {"code": "HAUS-7"}).status_code == 303
    with here.database.reading():
        house = session().get_one(Organisation, cast.lindenhof.id)
        assert (house.guests_welcome, house.guest_code) == (False, "haus-7")
    assert "Nobody can ask at present" in anna.get("/settings/guests").text
    assert "settings-guests" not in testids(browser("ben").get("/settings").text)
