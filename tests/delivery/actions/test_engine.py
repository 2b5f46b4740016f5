"""The engine with a partner that can be asked: nothing lost, nothing twice, every word kept once."""

from datetime import timedelta

import pytest
from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import clock, inbox, outbox
from app.delivery import actions, queries
from app.delivery.actions import health, listening, releasing
from app.delivery.channels import register
from app.delivery.channels.adapter import Parcel
from app.delivery.models import ChannelSettings, DeliverySettings, Dispatch, Event
from app.delivery.queries import channels
from app.delivery.rules import Because, Held, Response, State
from app.documents.models import Document
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel
from tests import cast, factories
from tests.delivery.channels.sham import Partner


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Partner:
    one = Partner()
    monkeypatch.setitem(register.ADAPTERS, Channel.PRINT, one.adapter)  # type: ignore[arg-type]
    monkeypatch.setitem(listening.BY_SOURCE, "delivery.print", one.adapter)
    return one


@pytest.fixture
def connected(house: Organisation, session: Session, partner: Partner) -> ChannelSettings:
    found = ChannelSettings(
        organisation_id=house.id,
        channel=Channel.PRINT,
        is_on=True,
        values={"host": "print.example"},
        cost_minor=120,
        cursor={},
        trouble="",
        changed_at=clock.now(),
    )
    session.add(found)
    session.flush()
    return found


@pytest.fixture
def letter(
    keller: Customer, connected: ChannelSettings, invoice: Document, session: Session
) -> Dispatch:
    """The invoice, on its way through the partner."""
    session.execute(update_recipients(keller))
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    return one


def update_recipients(keller: Customer) -> Update:
    return update(Recipient).where(Recipient.customer_id == keller.id).values(channel=Channel.PRINT)


def run(dispatch: Dispatch) -> bool:
    """Make one attempt; returns whether another one comes."""
    parcel = actions.begin(dispatch.id)
    assert isinstance(parcel, Parcel), parcel
    return actions.finish(parcel, actions.hand_over(parcel))


def hear(session: Session, house: Organisation, *lines: str, key: str = "m") -> str:
    """Let the partner tell something, all the way through the inbox; returns what came of it."""
    listening.receive(Channel.PRINT, house.id, key, "\n".join(lines).encode())
    rows = select(inbox.Message).where(inbox.Message.key == f"{house.id}:{key}")
    message = session.scalars(rows).one()
    listening.promise_reading(message)
    unread = listening.unread(message.id)
    assert unread is not None
    again = listening.apply(unread, listening.read(unread))
    return "waits" if again else message.outcome or ""


def test_a_dispatch_takes_its_channel_and_says_what_it_cost(
    letter: Dispatch, partner: Partner
) -> None:
    assert (letter.channel, letter.address) == (Channel.PRINT, "Dorfstrasse 1, 8000 Zürich")
    assert not run(letter)
    assert (letter.state, letter.provider_ref, letter.cost_minor) == (State.SUBMITTED, "P1", 120)
    assert partner.has == [f"{letter.id}.1"]
    assert letter.handed_at is not None


def test_what_lost_its_answer_is_asked_for_and_not_sent_twice(
    letter: Dispatch, partner: Partner
) -> None:
    partner.loses_answer = True
    assert run(letter), "the channel can be asked: it is tried again, whatever the document"
    assert letter.state is State.UNCERTAIN
    partner.loses_answer = False
    assert not run(letter)
    assert (letter.state, letter.provider_ref) == (State.SUBMITTED, "P-found")
    assert len(partner.has) == 1


def test_what_did_not_arrive_is_sent_once_the_partner_says_so(
    letter: Dispatch, partner: Partner
) -> None:
    partner.is_away = True
    assert run(letter)
    assert letter.state is State.COMPONENT_DOWN
    partner.is_away = False
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        assert not run(letter)
    assert partner.has == [letter.reference]


def test_a_channel_that_is_down_is_tried_by_one_and_drained_when_it_is_back(
    letter: Dispatch,
    keller: Customer,
    house: Organisation,
    partner: Partner,
    session: Session,
) -> None:
    others = [factories.invoice_for(keller, f"2026-05{number}") for number in range(3)]
    for one in others:
        actions.dispatch_document(one.id)
    waiting = [queries.of_document(one.id)[0] for one in others]
    partner.is_away = True
    run(letter)
    found = channels.health(house.id, Channel.PRINT)
    assert found is not None
    assert found.trouble == "nobody answers"
    pauses = [actions.begin(one.id) for one in waiting]
    assert all(isinstance(pause, timedelta) for pause in pauses), "they do not hammer it"
    assert {one.state for one in waiting} == {State.COMPONENT_DOWN}
    outbox_later(session)
    partner.is_away = False
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        run(letter)
        assert channels.health(house.id, Channel.PRINT) is None
        assert len(outbox.due(100)) >= len(waiting), "all that waited is due at once"


def test_a_channel_that_is_down_is_tried_every_minute_however_seldom_its_queue_is_looked_at(
    letter: Dispatch, house: Organisation, partner: Partner, session: Session
) -> None:
    partner.is_away = True
    run(letter)
    outbox_later(session)
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        listening.promise_listening()
        rows = select(outbox.Promise.due_at).where(outbox.Promise.key == f"send:{letter.id}")
        assert session.scalars(rows).one() <= clock.now()


def outbox_later(session: Session) -> None:
    later = clock.now() + timedelta(hours=1)
    session.execute(update(outbox.Promise).values(due_at=later))


def test_only_one_of_those_that_wait_tries_a_channel_that_is_down(
    house: Organisation, connected: ChannelSettings, session: Session
) -> None:
    health.note_down(house.id, Channel.PRINT, "nobody answers")
    with clock.standing_at(clock.now() + timedelta(minutes=2)):
        tries = [health.pause(house.id, Channel.PRINT) for _ in range(3)]
    assert [one is None for one in tries] == [True, False, False]


def test_news_are_kept_once_and_climb_in_any_order(
    letter: Dispatch, house: Organisation, session: Session
) -> None:
    run(letter)
    name = letter.reference
    assert hear(session, house, f"{name} delivered d1", key="1") == "delivered"
    assert hear(session, house, f"{name} dispatched d0", key="2") == "history"
    assert hear(session, house, f"{name} delivered d1", key="3") == "known already"
    assert hear(session, house, f"{name} PERFORATED d2", key="4") == "history"
    assert letter.state is State.DELIVERED
    assert letter.arrived_at is not None
    assert [one.code for one in channels.events_of(letter.id)] == [
        *("PERFORATED", "dispatched", "delivered")
    ]
    assert hear(session, house, f"{name} undeliverable d3", key="5") == "undeliverable"
    assert letter.state is State.UNDELIVERABLE


def test_news_may_overtake_the_answer_to_handing_over(
    letter: Dispatch, house: Organisation, partner: Partner, session: Session
) -> None:
    parcel = actions.begin(letter.id)
    assert isinstance(parcel, Parcel)
    result = actions.hand_over(parcel)
    assert hear(session, house, f"{letter.reference} dispatched") == "dispatched"
    assert not actions.finish(parcel, result)
    assert (letter.state, letter.provider_ref) == (State.DISPATCHED, "P1")


def test_news_resolve_what_is_uncertain(
    letter: Dispatch, house: Organisation, partner: Partner, session: Session
) -> None:
    partner.loses_answer = True
    run(letter)
    hear(session, house, f"{letter.reference} accepted")
    assert letter.state is State.ACCEPTED
    assert actions.begin(letter.id) is None, "it has arrived: nothing is sent any more"


def test_what_is_told_of_an_earlier_round_is_history(
    letter: Dispatch, house: Organisation, ben: Principal, session: Session
) -> None:
    run(letter)
    old = letter.reference
    hear(session, house, f"{old} undeliverable", key="1")
    actions.try_again(letter, "Other street 2", ben)
    assert (letter.round, letter.provider_ref, letter.response) == (2, None, Response.NONE)
    assert hear(session, house, f"{old} rejected", key="2") == "of an earlier round"
    assert letter.state is State.QUEUED


def test_news_of_what_is_not_known_wait_and_are_kept_in_the_end(
    letter: Dispatch, house: Organisation, session: Session
) -> None:
    strange = "0" * 26 + ".1"
    assert hear(session, house, f"{strange} delivered", key="1") == "waits"
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        assert hear(session, house, f"{strange} delivered", key="1") == "nothing of ours"
    assert session.scalars(select(Event.dispatch_id)).all() == [None]
    assert hear(session, house, f"{strange} nonsense", key="2").startswith("unreadable")


def test_another_house_cannot_tell_us_of_our_dispatch(letter: Dispatch, session: Session) -> None:
    run(letter)
    other = cast.found("elsewhere", "Somebody else")
    assert hear(session, other, f"{letter.reference} undeliverable") == "waits"
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        assert hear(session, other, f"{letter.reference} undeliverable") == "nothing of ours"
    assert letter.state is State.SUBMITTED


def test_what_was_heard_is_confirmed_once_it_is_kept(
    connected: ChannelSettings, house: Organisation, partner: Partner, session: Session
) -> None:
    partner.told = [("a", b"x"), ("b", b"y")]

    def once() -> bool:
        begun = listening.begin(house.id, Channel.PRINT)
        assert begun is not None
        return listening.keep(begun, listening.listen(begun))

    assert once(), "something is to be confirmed: again, at once"
    assert partner.confirmed == [], "nothing before it is kept"
    assert not once()
    assert partner.confirmed == ["a", "b"]
    partner.is_away = True
    assert not once()
    assert connected.trouble == "nobody answers"


def test_what_waits_for_release_goes_out_when_somebody_lets_it(
    connected: ChannelSettings, letter: Dispatch, keller: Customer, ben: Principal, session: Session
) -> None:
    connected.holds = True
    session.flush()
    other = factories.invoice_for(keller, "2026-0600")
    actions.dispatch_document(other.id)
    (held,) = queries.of_document(other.id)
    assert (held.state, held.held_because) == (State.HELD, Held.RELEASE)
    assert actions.begin(held.id) is None
    assert releasing.release(held, ben)
    assert not releasing.release(held, ben), "once"
    assert not run(held)
    assert held.state is State.SUBMITTED


def test_a_channel_that_is_not_possible_gives_way_to_the_next_and_says_why(
    house: Organisation, keller: Customer, invoice: Document, session: Session
) -> None:
    session.execute(update_recipients(keller))
    session.add(DeliverySettings(organisation_id=house.id, fallback=["email", "portal"]))
    session.flush()
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    assert (one.channel, one.because) == (Channel.EMAIL, Because.FALLBACK)
    assert one.passed == [{"channel": "print", "obstacle": "incomplete"}]


def test_where_no_channel_is_possible_staff_see_it_held(
    house: Organisation, keller: Customer, invoice: Document, ben: Principal, session: Session
) -> None:
    session.execute(update_recipients(keller))
    actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    assert (one.state, one.held_because) == (State.HELD, Held.OBSTACLE)
