"""What stops a reminder, whatever happens first: money, withdrawal, dispute, a pause."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations

import pytest
from sqlalchemy import select, update

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, journal
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.delivery import queries as deliveries
from app.delivery.actions.hearing import hear
from app.delivery.models import Dispatch
from app.delivery.rules import Response
from app.delivery.rules import State as Sending
from app.delivery.rules.news import News, reference_of
from app.documents.actions import publication
from app.documents.rules.life import State
from app.dunning import queries
from app.dunning.actions import deciding, pausing, running
from app.dunning.rules import Cause, Choice, Obstacle
from app.dunning.rules import State as ReminderState
from tests import cast
from tests.dunning import houses
from tests.dunning.houses import (
    DUE,
    House,
    at,
    day_of,
    document,
    invoice,
    ordered,
    pay,
    reminders,
    work,
)
from tests.factories import BY

FIRST = DUE + timedelta(days=10)
SECOND = FIRST + timedelta(days=14)
Event = Callable[[Runtime, str], None]


def paid(here: Runtime, found: str) -> None:
    pay(here, found)


def withdrawn(here: Runtime, found: str) -> None:
    with here.database.transaction():
        publication.withdraw(document(found), BY)


def disputed(here: Runtime, found: str) -> None:
    answered(here, found, Response.UNDER_QUERY)


def rejected(here: Runtime, found: str) -> None:
    answered(here, found, Response.REJECTED)


def answered(here: Runtime, found: str, response: Response) -> None:
    """Let the recipient's side of an invoice answer to it, twice with the same words."""
    with here.database.transaction():
        (dispatch,) = deliveries.of_document(found)
        told = News(
            key=f"{found}.{response}",
            occurred_at=clock.now(),
            reference=reference_of(dispatch.id, dispatch.round),
            response=response,
        )
        house_id = dispatch.organisation_id
        first = hear(told, dispatch.channel, organisation_id=house_id)
        assert (first, hear(told, dispatch.channel, organisation_id=house_id)) == (
            response.value,
            "known already",
        )


def paused(here: Runtime, found: str) -> None:
    with here.database.transaction():
        pausing.pause_document(document(found), BY, Cause.AGREEMENT, until=SECOND)


def spared(here: Runtime, found: str) -> None:
    with here.database.transaction():
        one = document(found)
        (standing,) = queries.of_documents([found], one.organisation_id)
        who = Principal(Role.STAFF, "staff", "Ben", one.organisation_id)
        deciding.choose(standing.customer, who, Choice.NO)


def for_one_more(here: Runtime, house: House, number: str) -> str:
    """Publish an invoice of a customer of its own."""
    with here.database.transaction():
        email = f"{number.lower()}@kunden.example"
        one = cast.customer(house.organisation, number, f"Customer {number}", email)
    found = invoice(here, house, number, customer=one)
    with clock.standing_at(at(DUE)):
        work(here, ["reactions.react"])
    return found


def begun(here: Runtime) -> None:
    with here.database.transaction():
        running.start_due()
    work(here, ["dunning.run"])


STOPS = {
    paid: Obstacle.PAID,
    withdrawn: Obstacle.NOT_PUBLISHED,
    disputed: Obstacle.DISPUTED,
    rejected: Obstacle.DISPUTED,
    paused: Obstacle.PAUSED,
    spared: Obstacle.SPARED,
}


@pytest.mark.parametrize("is_before", [True, False])
def test_no_reminder_is_made_whether_it_was_decided_on_or_not(
    here: Runtime, house: House, is_before: bool
) -> None:
    found = {stop: for_one_more(here, house, stop.__name__) for stop in STOPS}
    with clock.standing_at(at(FIRST)):
        if not is_before:
            begun(here)
        for stop, document_id in found.items():
            stop(here, document_id)
        if is_before:
            begun(here)
        work(here)
        assert reminders(here) == []
        made = [] if is_before else [ReminderState.STOPPED] * len(STOPS)
        assert [one.state for one in ordered(here)] == made
        with here.database.reading() as opened:
            lines = opened.scalars(select(Entry).where(Entry.name == "reminder.stopped")).all()
            stood = [document(one) for one in found.values()]
    assert {(one.reminded_level, one.reminded_on) for one in stood} == {(0, None)}
    because = {line.object_id: line.data["because"] for line in lines}
    expected = {found[stop]: obstacle.value for stop, obstacle in STOPS.items()}
    assert because == ({} if is_before else expected)


@pytest.mark.parametrize("stop", [paid, withdrawn, rejected, paused])
def test_what_is_made_but_not_published_is_discarded(here: Runtime, stop: Event) -> None:
    one = houses.house(here, publishes_at_once=False)
    with here.database.transaction():
        huber = cast.customer(one.organisation, "K-2", "Max Huber", "max@kunden.example")
    found = [invoice(here, one, number, customer=huber) for number in ("A-1", "A-2")]
    with here.database.transaction():
        for document_id in found:
            publication.publish(document(document_id), BY)
    work(here, ["reactions.react"])
    day_of(here, FIRST)
    with clock.standing_at(at(FIRST)):
        stop(here, found[0])
        work(here)
    day_of(here, FIRST + timedelta(days=1))
    told = [
        (made.state, [one.number for one in said.reminded_invoices])
        for made, said in reminders(here)
    ]
    assert told == [(State.DISCARDED, ["A-1", "A-2"]), (State.READY, ["A-2"])]


def test_mails_that_have_not_gone_out_are_stopped_when_the_money_comes(here: Runtime) -> None:
    one = houses.house(here)
    with here.database.transaction():
        huber = cast.customer(one.organisation, "K-2", "Max Huber", "max@kunden.example")
    found = invoice(here, one, "A-1", customer=huber)
    day_of(here, FIRST)
    assert sending(here) == [Sending.QUEUED]
    with clock.standing_at(at(FIRST)):
        pay(here, found)
        work(here)
    assert sending(here) == [Sending.CANCELLED]


@pytest.mark.parametrize(
    ("state", "is_followed"),
    [(Sending.SUBMITTED, True), (Sending.QUEUED, False), (Sending.UNDELIVERABLE, False)],
)
def test_no_level_follows_one_that_nobody_got(
    here: Runtime, state: Sending, is_followed: bool
) -> None:
    one = houses.house(here)
    with here.database.transaction():
        huber = cast.customer(one.organisation, "K-2", "Max Huber", "max@kunden.example")
    invoice(here, one, "A-1", customer=huber)
    day_of(here, FIRST)
    with here.database.transaction() as opened:
        opened.execute(update(Dispatch).values(state=state))
    day_of(here, SECOND)
    assert len(reminders(here)) == 1 + is_followed


def test_all_at_once_in_any_order_stops_once_and_for_good(here: Runtime, house: House) -> None:
    events = (paid, withdrawn, rejected)
    found = {
        order: for_one_more(here, house, f"A-{place}")
        for place, order in enumerate(permutations(events))
    }
    day_of(here, FIRST)
    made = len(reminders(here))
    assert made == len(found) == 6
    with here.database.transaction() as opened:
        opened.execute(update(Dispatch).values(state=Sending.SUBMITTED))
    with clock.standing_at(at(FIRST)):
        for order, document_id in found.items():
            for event in order:
                event(here, document_id)
            work(here, ["reactions.react"])
    day_of(here, SECOND)
    day_of(here, SECOND + timedelta(days=365))
    assert len(reminders(here)) == made


def test_a_pause_ends_by_itself_and_by_hand(here: Runtime, house: House) -> None:
    found = invoice(here, house, "A-1")
    with clock.standing_at(at(DUE)), here.database.transaction():
        pausing.pause_document(document(found), BY, Cause.OTHER, until=FIRST + timedelta(days=2))
        pausing.pause_customer(house.keller, BY, Cause.AGREEMENT, until=None)
    day_of(here, FIRST + timedelta(days=3))
    assert reminders(here) == []
    with here.database.transaction():
        pausing.resume(house.keller, BY)
    day_of(here, FIRST + timedelta(days=4))
    assert len(reminders(here)) == 1
    with here.database.reading():
        names = [one.name for one in journal.about("customer", house.keller.id)]
    assert names.count("reminder.paused") == names.count("reminder.resumed") == 1


def test_a_question_that_was_answered_lets_reminders_go_on(here: Runtime, house: House) -> None:
    found = for_one_more(here, house, "A-1")
    with clock.standing_at(at(DUE)):
        disputed(here, found)
    day_of(here, FIRST)
    assert reminders(here) == []
    with clock.standing_at(at(FIRST)):
        answered(here, found, Response.ACCEPTED)
    day_of(here, FIRST + timedelta(days=1))
    ((made, _said),) = reminders(here)
    with here.database.transaction() as opened:
        opened.execute(update(Dispatch).values(state=Sending.DELIVERED))
    answered(here, made.id, Response.REJECTED)
    day_of(here, SECOND + timedelta(days=1))
    assert len(reminders(here)) == 1


def sending(here: Runtime) -> list[Sending]:
    with here.database.reading() as opened:
        rows = select(Dispatch.state).where(Dispatch.number == "M-2026-0001")
        return list(opened.scalars(rows))
