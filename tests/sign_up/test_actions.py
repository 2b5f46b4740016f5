"""What becomes of a request: decided on once, told to those whom it concerns, forgotten in time."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.identity import queries as people
from app.identity.models import Person
from app.organisations import queries as organisations
from app.organisations.models import Contact, Organisation
from app.organisations.rules.granting import PRESETS, Preset
from app.privacy.queries import known, of_person
from app.sign_up import actions, queries, rules
from app.sign_up.rules import Sign, State
from app.web import installation
from tests.cast import Cast, administrator
from tests.sign_up import guests
from tests.sign_up.guests import GUEST

LETTING_IN = PRESETS[Preset.READ_ONLY]


@pytest.fixture
def here(app: Flask, cast: Cast) -> Runtime:
    one = installation.of(app)
    guests.welcome(one, cast.lindenhof)
    return one


def approve(
    here: Runtime, cast: Cast, request_id: str, rights: frozenset[str] = frozenset()
) -> Person:
    with here.database.transaction():
        by = administrator(cast.anna).actor
        actions.approve(guests.load(request_id), cast.keller, by, rights=rights, ends_on=None)
        session().flush()
        found = people.person_by_email(guests.load(request_id).email)
        assert found is not None
        return found


def test_before_the_approval_there_is_nobody_and_after_it_no_right(
    here: Runtime, cast: Cast
) -> None:
    request_id = guests.waiting(here, cast)
    with here.database.reading():
        assert people.person_by_email(GUEST) is None
    person = approve(here, cast, request_id)
    with here.database.reading():
        contact = session().get_one(Contact, person.id)
        assert (contact.customer_id, contact.rights) == (cast.keller.id, [])
        assert not contact.is_primary
        who = organisations.contact_as_principal(cast.lindenhof.id, person.id)
        assert who is not None
        assert organisations.given_to(who) == frozenset()
    (letter,) = guests.mails(here, GUEST)
    assert "as soon as they are released" in letter.said["sentences"][2]


def test_rights_are_those_that_were_ticked(here: Runtime, cast: Cast) -> None:
    request_id = guests.waiting(here, cast)
    person = approve(here, cast, request_id, LETTING_IN)
    with here.database.reading():
        assert set(session().get_one(Contact, person.id).rights or ()) == LETTING_IN
        one = guests.load(request_id)
        assert (one.state, one.person_id) == (State.APPROVED, person.id)
        assert one.decided_by == "Anna Amsler"
    assert guests.lines(here, "access_request.approved")[0].data["who"] == "Gina Gast"


def test_what_was_decided_is_decided(here: Runtime, cast: Cast) -> None:
    request_id, by = guests.waiting(here, cast), administrator(cast.anna).actor
    approve(here, cast, request_id)
    with pytest.raises(Refused, match="already"), here.database.transaction():
        actions.refuse(guests.load(request_id), by, "No", is_told=True)
    assert guests.requests(here)[0].state is State.APPROVED


def test_an_address_that_has_a_login_by_now_is_refused_and_stays_open(
    here: Runtime, cast: Cast
) -> None:
    request_id = guests.waiting(here, cast)
    with here.database.transaction():
        session().get_one(Person, cast.dora.id).email = GUEST
    with pytest.raises(Refused, match="belongs to one organisation only") as refused:
        approve(here, cast, request_id)
    assert "Brandt" not in refused.value.sentence
    assert guests.requests(here)[0].state is State.WAITING


def test_nobody_is_let_in_for_another_organisations_customer(here: Runtime, cast: Cast) -> None:
    request_id, by = guests.waiting(here, cast), administrator(cast.anna).actor
    with here.database.transaction():
        theirs = organisations.customers(administrator(cast.dora), "", None, 1)[0]
    with pytest.raises(Refused), here.database.transaction():
        actions.approve(guests.load(request_id), theirs, by, rights=LETTING_IN, ends_on=None)


@pytest.mark.parametrize("is_told", [True, False])
def test_a_refusal_is_mailed_with_its_reason_or_without(
    here: Runtime, cast: Cast, is_told: bool
) -> None:
    request_id = guests.waiting(here, cast)
    with here.database.transaction():
        by = administrator(cast.anna).actor
        actions.refuse(guests.load(request_id), by, "You are no customer.", is_told=is_told)
    (letter,) = guests.mails(here, GUEST)
    assert letter.said["quote"] == ("You are no customer." if is_told else "")
    (line,) = guests.lines(here, "access_request.refused")
    assert line.data["reason"] == "You are no customer."


def test_support_decides_in_an_administrators_place_and_they_are_told(
    here: Runtime, cast: Cast
) -> None:
    request_id = guests.waiting(here, cast)

    def approve_because(why: str) -> None:
        with here.database.transaction():
            one = guests.load(request_id)
            actions.approve_by_support(one, cast.keller, "Sam Support", why, rights=LETTING_IN)

    with pytest.raises(Refused, match="and why"):
        approve_because(" ")
    approve_because("Anna is on leave.")
    assert guests.lines(here, "access_request.approved") == []
    (line,) = guests.lines(here, "access_request.approved_by_support")
    assert (line.actor_kind, line.actor_name) == ("support", "Sam Support")
    assert line.data["reason"] == "Anna is on leave."
    (told,) = guests.mails(here, cast.anna.email)
    assert "Sam Support" in told.said["sentences"][0]
    assert told.said["quote"] == "Anna is on leave."


def test_administrators_are_told_at_most_once_an_hour(here: Runtime, cast: Cast) -> None:
    def tell() -> None:
        with here.database.transaction():
            actions.tell_administrators(cast.lindenhof.id)

    guests.waiting(here, cast, "one@gast.example")
    guests.waiting(here, cast, "two@gast.example")
    tell()
    tell()
    assert [one.said["sentences"][0] for one in guests.mails(here, cast.anna.email)] == [
        "2 people ask for access to your portal."
    ]
    assert guests.mails(here, cast.ben.email) == []
    guests.waiting(here, cast, "three@gast.example")
    with pytest.raises(outbox.Again):
        tell()
    with here.database.reading():
        promised = select(Promise).where(Promise.task == "sign_up.tell_administrators")
        first = session().scalars(promised).one()
        assert first.due_at <= clock.now(), "the first one is told at once"
    with clock.standing_at(clock.now() + rules.TOLD_EVERY):
        tell()
    assert len(guests.mails(here, cast.anna.email)) == 2


def test_the_next_mail_to_administrators_waits_for_the_hour(here: Runtime, cast: Cast) -> None:
    with here.database.transaction():
        session().get_one(Organisation, cast.lindenhof.id).guests_told_at = clock.now()
    guests.waiting(here, cast)
    with here.database.reading():
        promised = select(Promise).where(Promise.task == "sign_up.tell_administrators")
        due = session().scalars(promised).one().due_at - clock.now()
    assert timedelta(minutes=59) < due <= rules.TOLD_EVERY


def test_who_asks_again_waits_once(here: Runtime, cast: Cast) -> None:
    first, second = (guests.ask(here, cast.lindenhof) for _time in range(2))
    guests.confirm(here, second)
    guests.confirm(here, first)
    assert [one.id for one in guests.requests(here)] == [second]
    guests.answer(here, guests.ask(here, cast.lindenhof))
    (letter,) = guests.mails(here, GUEST)
    assert "has your request already" in letter.said["sentences"][0]


def test_what_nobody_confirmed_is_forgotten_and_what_nobody_decided_is_told(
    here: Runtime, cast: Cast
) -> None:
    guests.answer(here, guests.ask(here, cast.lindenhof, "olaf@gast.example"))
    guests.waiting(here, cast)
    assert len(guests.mails(here, "olaf@gast.example")) == 1
    sweep_after(here, rules.CONFIRM_WITHIN - timedelta(minutes=1))
    assert len(guests.requests(here)) == 2
    sweep_after(here, rules.CONFIRM_WITHIN + timedelta(minutes=1))
    assert [one.email for one in guests.requests(here)] == [GUEST]
    assert guests.mails(here, GUEST) == []
    for _time in range(2):
        sweep_after(here, rules.DECIDE_WITHIN + timedelta(minutes=1))
    assert guests.requests(here)[0].state is State.EXPIRED
    assert len(guests.mails(here, GUEST)) == 1
    assert guests.mails(here, "olaf@gast.example") == []
    assert len(guests.lines(here, "access_request.expired")) == 2
    sweep_after(here, rules.KEPT_FOR + timedelta(minutes=1))
    assert guests.requests(here) == []


def sweep_after(here: Runtime, delay: timedelta) -> None:
    with clock.standing_at(clock.now() + delay), here.database.transaction():
        actions.sweep()


@pytest.mark.parametrize(
    ("email", "reference", "signs"),
    [
        ("ruth@kunden.example", "", {"Ruth Keller": (Sign.EMAIL,)}),
        (GUEST, "Kunde K-1", {"Ruth Keller": (Sign.NUMBER,)}),
        (GUEST, "invoice 2026-0414", {"Max Huber": (Sign.DOCUMENT,)}),
        (
            "ruth@kunden.example",
            "k-1 / 2026-0414",
            {"Ruth Keller": (Sign.EMAIL, Sign.NUMBER), "Max Huber": (Sign.DOCUMENT,)},
        ),
        (GUEST, "R-1", {}),
    ],
)
def test_customers_are_proposed_by_what_fits(
    here: Runtime, cast: Cast, email: str, reference: str, signs: dict[str, tuple[Sign, ...]]
) -> None:
    """Brandt has a K-1 and an R-1 too: they are no business of Lindenhof's."""
    with here.database.transaction():
        # Ruth's own address is free for this: what counts here is the customer's.
        session().get_one(Person, cast.ruth.id).email = "elsewhere@kunden.example"
    request_id = guests.waiting(here, cast, email, reference)
    with here.database.reading():
        found = queries.proposals(guests.load(request_id))
    assert {one.customer.name: one.signs for one in found} == signs


def test_requests_are_told_and_forgotten_with_their_person(here: Runtime, cast: Cast) -> None:
    person = approve(here, cast, guests.waiting(here, cast))
    with here.database.reading():
        tables = {one.table: one.rows for one in known(of_person(person))}
    assert tables["access_request"] == 1


def test_a_code_belongs_to_one_organisation(here: Runtime, cast: Cast) -> None:
    def take(house: Organisation, person: Person, code: str) -> None:
        with here.database.transaction():
            found = session().get_one(Organisation, house.id)
            actions.open_door(found, administrator(person), is_open=True, code=code)

    take(cast.lindenhof, cast.anna, "K7Q-4M")
    take(cast.lindenhof, cast.anna, "K7Q-4M")
    for code in ("k7q-4m", "Lindenhof"):
        with pytest.raises(Refused, match="another one"):
            take(cast.brandt, cast.dora, code)
    with here.database.reading():
        found = queries.house_by_code(" k7q-4M ")
        assert found is not None
        assert found.id == cast.lindenhof.id
        assert queries.house_by_code("brandt") is None


def test_a_closed_door_writes_to_nobody(here: Runtime, cast: Cast) -> None:
    request_id = guests.ask(here, cast.lindenhof)
    with here.database.transaction():
        session().get_one(Organisation, cast.lindenhof.id).guests_welcome = False
    guests.answer(here, request_id)
    assert guests.mails(here, GUEST) == []
