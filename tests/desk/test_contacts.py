"""A customer's first contact keeps its own people."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.access.grants import Can
from app.core import clock, outbox
from app.core.journal import Entry
from app.identity.models import Person
from app.identity.queries import person_by_email
from app.notices import actions as notices
from app.notices.models import Notice
from app.organisations.models import Contact, Customer
from app.organisations.queries import contact_as_principal, contacts_of
from app.organisations.queries import is_over as is_over_now
from app.organisations.rules.granting import INVITATIONS_PER_DAY
from app.organisations.rules.portal import Access
from app.web import installation
from jobs import contacts as contact_jobs
from jobs.reactions import react
from tests.browser import Browser
from tests.cast import Cast
from tests.people import contact, join
from tests.web.observing import contents, error_at, main_of, testids

NEW: dict[str, Any] = {
    "name": "Eva Treuhand",
    "email": "eva@treuhand.example",
    "language": "de",
    "rights": ["invoice:view"],
    "ends_on": "",
}


def made(app: Flask, email: str = "eva@treuhand.example") -> tuple[Contact, Person]:
    with installation.of(app).database.reading() as session:
        person = person_by_email(email)
        assert person is not None
        return session.get_one(Contact, person.id), person


def journalled(app: Flask, name: str) -> list[Entry]:
    with installation.of(app).database.reading() as session:
        return list(session.scalars(select(Entry).where(Entry.name == name)))


def test_somebody_is_asked_in_with_rights_and_a_last_day_and_told_so_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    last = clock.today(cast.lindenhof.timezone) + timedelta(days=60)
    ruth = browser("ruth")
    answer = ruth.post("/contacts", NEW | {"ends_on": last.isoformat()})
    assert answer.status_code == 303
    one, person = made(app)
    assert (one.customer_id, one.rights, one.ends_on) == (cast.keller.id, ["invoice:view"], last)
    assert (one.is_primary, one.invited_by) == (False, "Ruth Keller")
    (entry,) = journalled(app, "contact.invited")
    for _time in range(2):
        with installation.of(app).database.transaction():
            react(entry.id)
    with installation.of(app).database.transaction() as session:
        (notice,) = session.scalars(select(Notice))
        due = notices.begin(notice.id)
        assert due is not None
    assert due.letter.recipient_address == person.email
    assert due.letter.language == "de"
    assert "Ruth Keller hat Sie" in due.letter.text
    assert "/sign-in/code" in due.letter.text
    shown = main_of(ruth.get("/contacts").text)
    assert "Eva Treuhand" in shown
    assert "Tax adviser" in shown
    assert f"until {last.day} {last:%B} {last.year}" in shown


def test_what_is_wrong_with_an_invitation_is_said_and_nobody_is_made(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, before = browser("ruth"), contents(installation.of(app))
    for change, field, message in (
        ({"email": "info@treuhand.example"}, "email", "shared by several people"),
        ({"email": cast.dora.email}, "email", "has a login already"),
        ({"email": "eva"}, "email", "Enter an address"),
        ({"name": ""}, "name", "Enter a name."),
        ({"ends_on": "2020-01-01"}, "email", "lies in the past"),
        ({"rights": ["invoice:pay"]}, "email", "must be allowed to view"),
    ):
        answer = ruth.post("/contacts", NEW | change)
        assert answer.status_code == 422, change
        assert message in error_at(answer.text, field)
    assert ruth.post("/contacts", NEW | {"rights": ["invoice:eat"]}).status_code == 422
    assert contents(installation.of(app)) == before


def test_a_preset_fills_the_table_without_scripts(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    page = browser("ruth").get("/contacts/new?preset=purchasing").text
    ticked = {part.split('"')[0] for part in page.split('value="')[1:] if "checked" in part[:60]}
    assert "quote:answer" in ticked
    assert "invoice:view" not in ticked
    adviser = browser("ruth").get("/contacts/new?preset=tax-adviser").text
    assert "-12-31" in adviser
    assert browser("ruth").get("/contacts/new?preset=nonsense").status_code == 200


def test_invitations_are_limited(app: Flask, cast: Cast, browser: Callable[[str], Browser]) -> None:
    ruth = browser("ruth")
    for number in range(INVITATIONS_PER_DAY):
        answer = ruth.post("/contacts", NEW | {"email": f"eva{number}@treuhand.example"})
        assert answer.status_code == 303
    answer = ruth.post("/contacts", NEW | {"email": "eva@treuhand.example"})
    assert "No more people" in error_at(answer.text, "email")
    with installation.of(app).database.reading():
        assert len(contacts_of(cast.keller.id)) == 1 + INVITATIONS_PER_DAY


def test_nobody_is_asked_into_a_portal_that_is_closed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Customer, cast.keller.id).portal = Access.NO
    ruth = browser("ruth")
    assert "does not have the portal" in main_of(ruth.get("/contacts/new").text)
    assert "portal is closed" in error_at(ruth.post("/contacts", NEW).text, "email")


def test_the_first_contact_gives_no_more_than_they_have(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Contact, cast.ruth.id).rights = ["invoice:view", "quote:view"]
        lena = contact(cast, "Lena Keller", rights=["reminder:view"])
    ruth, path = browser("ruth"), f"/contacts/{lena.id}"
    refused = ruth.post("/contacts", NEW | {"rights": ["delivery_note:view"]})
    assert "right that you do not have" in error_at(refused.text, "email")
    refused = ruth.post(path, {"rights": ["reminder:view", "delivery_note:view"]})
    assert refused.status_code == 422
    assert "right that you do not have" in error_at(refused.text, "rights")
    page = ruth.get(path).text
    assert "not yours to give" in main_of(page)
    # What Lena had already may stay.
    assert ruth.post(path, {"rights": ["reminder:view", "quote:view"]}).status_code == 303
    with installation.of(app).database.reading() as session:
        assert session.get_one(Contact, lena.id).rights == ["quote:view", "reminder:view"]
    (entry,) = journalled(app, "contact.rights_changed")
    assert entry.actor_id == cast.ruth.id
    assert entry.data["rights"] == ["quote:view", "reminder:view"]


def test_changed_rights_count_at_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        lena, _theo = join(cast)
    path = f"/documents/{cast.invoice.id}"
    assert browser("lena").get(path).status_code == 404
    browser("ruth").post(f"/contacts/{lena.id}", {"rights": ["invoice:view"]})
    assert browser("lena").get(path).status_code == 200
    assert browser("lena").get("/contacts").status_code == 403


def test_ending_signs_out_at_once_and_can_be_undone(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        lena, _theo = join(cast)
    ruth, path = browser("ruth"), f"/contacts/{lena.id}"
    assert browser("lena").get("/home").status_code == 200
    asked = ruth.get(f"{path}/ending")
    assert "signed out at once" in main_of(asked.text)
    assert browser("lena").get("/home").status_code == 200, "asking changes nothing"
    assert ruth.post(f"{path}/ending").status_code == 303
    assert browser("lena").get("/home").status_code == 303
    assert ruth.post(f"{path}/ending").status_code == 409
    assert "ended" in main_of(ruth.get("/contacts").text)
    assert ruth.post(f"{path}/reopening").status_code == 303
    assert ruth.post(f"{path}/reopening").status_code == 409
    one, _person = made(app, lena.email)
    assert one.ended_at is None


def test_the_first_contact_neither_ends_nor_changes_themselves(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth, path = browser("ruth"), f"/contacts/{cast.ruth.id}"
    before = contents(installation.of(app))
    assert ruth.post(f"{path}/ending").status_code == 409
    assert ruth.post(f"{path}/reopening").status_code == 409
    refused = ruth.post(path, {"rights": ["invoice:view"]})
    assert refused.status_code == 422
    assert "Nobody changes their own rights" in main_of(refused.text)
    assert "rights-save" not in testids(ruth.get(path).text)
    assert contents(installation.of(app)) == before


def test_a_delegation_ends_by_itself_after_its_last_day_there(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    """Midnight is the organisation's, not the server's."""
    zone = cast.lindenhof.timezone
    today = clock.today(zone)
    with installation.of(app).database.transaction():
        join(cast)
        theo = person_by_email("theo@kunden.example")
        assert theo is not None
    browser("ruth").post(
        f"/contacts/{theo.id}", {"rights": ["invoice:view"], "ends_on": today.isoformat()}
    )
    one = browser("theo")
    assert one.get(f"/documents/{cast.invoice.id}").status_code == 200
    midnight = clock.midnight(today + timedelta(days=1), zone)
    for moment, is_over in ((midnight - timedelta(seconds=1), False), (midnight, True)):
        with clock.standing_at(moment), installation.of(app).database.reading() as session:
            assert is_over_now(session.get_one(Contact, theo.id), clock.today(zone)) is is_over
            found = contact_as_principal(cast.lindenhof.id, theo.id)
            assert found is not None
            assert found.may(Can.READ_DOCUMENTS, "invoice") is not is_over


def test_whose_time_is_over_keeps_home_and_account_and_is_told_why(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        join(cast)
    theo = browser("theo")
    page = theo.get("/home")
    yesterday = clock.today(cast.lindenhof.timezone) - timedelta(days=1)
    assert f"Your access ended on {yesterday.day} " in main_of(page.text)
    assert cast.invoice.number not in page.text
    assert theo.get("/account").status_code == 200
    assert theo.get("/documents").status_code == 403
    assert "access-over" not in testids(browser("ruth").get("/home").text)


def test_a_first_contact_whose_access_is_over_manages_nobody(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        session.get_one(Contact, cast.ruth.id).ended_at = clock.now()
    assert browser("ruth").get("/contacts").status_code == 403
    assert browser("ruth").post("/contacts", NEW).status_code == 403


def test_both_sides_are_told_a_week_before_the_end(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    zone = cast.lindenhof.timezone
    last = clock.today(zone) + timedelta(days=30)
    browser("ruth").post("/contacts", NEW | {"ends_on": last.isoformat()})
    _one, person = made(app)
    with installation.of(app).database.reading() as session:
        rows = select(outbox.Promise).where(outbox.Promise.task == "contacts.tell_of_end")
        (promise,) = session.scalars(rows)
        assert promise.due_at.date() == last - timedelta(days=7)
        assert promise.arguments == {"person": person.id}

    def told(day: date) -> list[str]:
        with (
            clock.standing_at(clock.midnight(day, zone)),
            installation.of(app).database.transaction() as session,
        ):
            contact_jobs.tell_of_end(person.id)
            session.flush()
            return sorted(session.scalars(select(Notice.address)))

    assert told(last - timedelta(days=8)) == []
    for _time in range(2):
        assert told(last - timedelta(days=7)) == [person.email, cast.ruth.email]
    with installation.of(app).database.transaction() as session:
        session.get_one(Contact, person.id).ends_on = last + timedelta(days=300)
    assert len(told(last)) == 2, "prolonged meanwhile"


def test_a_strangers_person_does_not_exist(cast: Cast, browser: Callable[[str], Browser]) -> None:
    for path in (f"/contacts/{cast.max.id}", f"/contacts/{cast.ben.id}"):
        assert browser("ruth").get(path).status_code == 404
        assert browser("ruth").post(path, {"rights": []}).status_code == 404
