"""What follows where mail comes back: blocks, letters instead, and the circuit breaker."""

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import clock, ids, outbox
from app.core.errors import Refused
from app.core.journal import REACT, Entry
from app.delivery import actions, queries
from app.delivery.actions import blocking, breaker, dispatching, listening, returning
from app.delivery.channels import register
from app.delivery.channels.email import Result, Sending
from app.delivery.models import BlockedAddress, ChannelSettings, DeliverySettings, Dispatch
from app.delivery.queries import blocked, channels
from app.delivery.rules import Because, Held, LeftOut, Obstacle, Outcome, State
from app.delivery.rules.bouncing import BlockReason, BouncePolicy
from app.documents.models import Document
from app.notices.models import Notice
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel, MemberRole
from jobs import reactions
from tests import cast, factories
from tests.delivery.channels.reports import bounce_address, comes_back, report
from tests.delivery.channels.sham import Partner

RUTH = "ruth@kunden.example"


def send(dispatch: Dispatch, answer: Result | None = None) -> None:
    sending = actions.begin(dispatch.id)
    assert isinstance(sending, Sending), sending
    actions.finish(sending, answer or Result(Outcome.ACCEPTED, 250, "2.0.0", "250 Ok"))


def react(session: Session) -> None:
    """Do all that was promised to follow from what happened."""
    session.flush()
    for promise in session.scalars(select(outbox.Promise).where(outbox.Promise.task == REACT)):
        reactions.react(**promise.arguments)
        session.delete(promise)
    session.flush()


def returns(session: Session, dispatch: Dispatch, status: str = "5.1.1", number: str = "1") -> None:
    """Send a letter, have it come back, and let everything follow."""
    if dispatch.state is State.QUEUED:
        send(dispatch)
    raw = report("failed", status, words=f"550 {status} so it is", number=number)
    assert comes_back(session, bounce_address(dispatch), raw) == "undeliverable"
    react(session)


def another(keller: Customer, number: str) -> Dispatch:
    """Publish one more invoice, and return its newest dispatch."""
    document = factories.invoice_for(keller, number)
    actions.dispatch_document(document.id)
    (one,) = queries.of_document(document.id)
    return one


def blocks(session: Session) -> list[tuple[str, BlockReason, str]]:
    session.flush()
    rows = select(BlockedAddress).execution_options(populate_existing=True)
    return [(one.address, one.reason, one.code) for one in session.scalars(rows)]


@pytest.fixture
def partner(monkeypatch: pytest.MonkeyPatch) -> Partner:
    one = Partner()
    monkeypatch.setitem(register.ADAPTERS, Channel.PRINT, one.adapter)  # type: ignore[arg-type]
    monkeypatch.setitem(listening.BY_SOURCE, "delivery.print", one.adapter)
    return one


@pytest.fixture
def printing(house: Organisation, session: Session, partner: Partner) -> ChannelSettings:
    found = ChannelSettings(
        organisation_id=house.id,
        channel=Channel.PRINT,
        is_on=True,
        values={"host": "print.example"},
        cursor={},
        trouble="",
        changed_at=clock.now(),
    )
    session.add(found)
    session.flush()
    return found


def test_a_hard_bounce_blocks_the_address_and_the_next_document_waits_for_a_sound_one(
    session: Session, dispatch: Dispatch, keller: Customer
) -> None:
    returns(session, dispatch)
    assert blocks(session) == [(RUTH, BlockReason.HARD, "5.1.1")]
    lines = session.scalars(select(Entry).where(Entry.name == "address.blocked")).all()
    assert [(one.data["to"], one.data["reason"]) for one in lines] == [(RUTH, "hard")]
    held = another(keller, "2026-0500")
    assert (held.state, held.held_because) == (State.HELD, Held.OBSTACLE)
    assert held.passed == [{"channel": "email", "obstacle": Obstacle.BLOCKED.value}]


def test_with_a_fallback_the_next_document_goes_another_way(
    session: Session, dispatch: Dispatch, keller: Customer, house: Organisation
) -> None:
    session.add(DeliverySettings(organisation_id=house.id, fallback=["portal"]))
    returns(session, dispatch)
    other = another(keller, "2026-0500")
    assert (other.channel, other.because) == (Channel.PORTAL, Because.FALLBACK)


def test_what_was_on_its_way_to_a_blocked_address_is_held_and_goes_on_when_it_is_lifted(
    session: Session, dispatch: Dispatch, keller: Customer, house: Organisation, ben: Principal
) -> None:
    waiting = another(keller, "2026-0500")
    returns(session, dispatch)
    assert actions.begin(waiting.id) is None
    assert (waiting.state, waiting.held_because) == (State.HELD, Held.OBSTACLE)
    with pytest.raises(Refused, match="Lift the block"):
        actions.try_again(dispatch, RUTH, ben)
    assert blocking.lift(house.id, RUTH, ben) == 1
    session.refresh(waiting)
    assert (waiting.state, blocks(session)) == (State.QUEUED, [])
    with pytest.raises(Refused):
        blocking.lift(house.id, RUTH, ben)
    send(waiting)


@pytest.mark.parametrize(
    ("policy", "blocked_then", "posted"),
    [(BouncePolicy.BLOCK, 1, 0), (BouncePolicy.LETTER, 0, 1), (BouncePolicy.BOTH, 1, 1)],
)
@pytest.mark.usefixtures("printing")
def test_the_policy_says_whether_a_block_a_letter_or_both_follow(
    session: Session,
    dispatch: Dispatch,
    house: Organisation,
    ben: Principal,
    policy: BouncePolicy,
    blocked_then: int,
    posted: int,
) -> None:
    returning.choose_policy(house, ben, policy)
    returns(session, dispatch)
    assert len(blocks(session)) == blocked_then
    letters = [one for one in queries.of_document(dispatch.document_id) if one.id != dispatch.id]
    assert len(letters) == posted
    for one in letters:
        assert (one.channel, one.because, one.state) == (
            *(Channel.PRINT, Because.RETURNED),
            State.QUEUED,
        )


def test_a_letter_that_cannot_be_printed_waits_and_says_why(
    session: Session, dispatch: Dispatch, house: Organisation, ben: Principal
) -> None:
    returning.choose_policy(house, ben, BouncePolicy.LETTER)
    returns(session, dispatch)
    (letter,) = [one for one in queries.of_document(dispatch.document_id) if one.id != dispatch.id]
    assert (letter.channel, letter.because) == (Channel.PRINT, Because.RETURNED)
    assert (letter.state, letter.held_because) == (State.HELD, Held.OBSTACLE)
    assert [one["channel"] for one in letter.passed] == ["print"]


def test_a_full_mailbox_is_tried_on_and_blocked_at_the_third_in_a_row(
    session: Session, dispatch: Dispatch, keller: Customer
) -> None:
    returns(session, dispatch, "5.2.2")
    returns(session, another(keller, "2026-0501"), "5.2.2", "2")
    assert blocks(session) == []
    returns(session, another(keller, "2026-0502"), "5.7.1", "3")
    assert blocks(session) == [(RUTH, BlockReason.SOFT, "5.7.1")]


def test_one_that_arrived_in_between_breaks_the_row(
    session: Session, dispatch: Dispatch, keller: Customer
) -> None:
    returns(session, dispatch, "5.2.2")
    send(another(keller, "2026-0501"))
    for number in ("2", "3"):
        returns(session, another(keller, f"2026-060{number}"), "5.2.2", number)
    assert blocks(session) == []


@pytest.mark.parametrize(
    ("code", "enhanced", "state", "reason"),
    [
        (550, "5.1.1", State.UNDELIVERABLE, BlockReason.HARD),
        (550, None, State.UNDELIVERABLE, BlockReason.HARD),
        (550, "5.2.2", State.UNDELIVERABLE, None),
        (550, "5.7.1", State.REJECTED, None),
    ],
)
def test_what_the_next_server_refuses_at_once_counts_alike(
    session: Session,
    dispatch: Dispatch,
    code: int,
    enhanced: str | None,
    state: State,
    reason: BlockReason | None,
) -> None:
    told = State.REJECTED if state is State.REJECTED else None
    is_hard = reason is BlockReason.HARD
    send(dispatch, Result(Outcome.PERMANENT, code, enhanced, "no", told=told, is_hard=is_hard))
    react(session)
    assert dispatch.state is state
    assert [one[1] for one in blocks(session)] == ([reason] if reason else [])


def test_a_mail_that_came_back_for_its_size_goes_once_more_without_its_files(
    session: Session, dispatch: Dispatch
) -> None:
    send(dispatch)
    session.execute(update(Dispatch).values(enclosed=["1.pdf"]))
    session.refresh(dispatch)
    returns(session, dispatch, "5.3.4")
    session.refresh(dispatch)
    assert (dispatch.state, dispatch.left_out, dispatch.round) == (
        *(State.QUEUED, LeftOut.REFUSED),
        2,
    )
    returns(session, dispatch, "5.3.4", "2")
    session.refresh(dispatch)
    assert dispatch.state is State.UNDELIVERABLE


def test_a_harder_reason_takes_the_place_of_a_weaker_one_and_not_the_other_way_round(
    session: Session, house: Organisation, ben: Principal
) -> None:
    blocking.add(house.id, " Ruth@Kunden.example ", ben)
    with pytest.raises(Refused):
        blocking.add(house.id, RUTH, ben)
    assert blocking.block(house.id, RUTH, BlockReason.HARD, ben.actor, code="5.1.1")
    assert not blocking.block(house.id, RUTH, BlockReason.SOFT, ben.actor)
    assert not blocking.block(house.id, RUTH, BlockReason.COMPLAINT, ben.actor)
    assert blocks(session) == [(RUTH, BlockReason.HARD, "5.1.1")]


def test_the_rest_goes_to_the_corrected_address(
    session: Session, dispatch: Dispatch, keller: Customer, ben: Principal
) -> None:
    second = another(keller, "2026-0501")
    send(second)
    returns(session, dispatch)
    returns(session, second, number="2")
    who = Principal(role=ben.role, id=ben.id, name=ben.name, organisation_id=ben.organisation_id)
    recipient = session.scalars(select(Recipient)).one()
    (shown,) = blocked.beside_recipients(who, keller)["returns"].values()
    assert (shown.blocked, shown.waiting) == (BlockReason.HARD, 0)
    recipient.email = "ruth@neu.example"
    session.flush()
    (shown,) = blocked.beside_recipients(who, keller)["returns"].values()
    assert (shown.blocked, shown.waiting) == (None, 2)
    assert dispatching.send_rest(recipient, who) == 2
    for one in (dispatch, second):
        session.refresh(one)
        assert (one.state, one.address, one.round) == (State.QUEUED, "ruth@neu.example", 2)
    assert dispatching.send_rest(recipient, who) == 0


def week(session: Session, like: Dispatch, sent: int, back: int) -> None:
    """Put mails of this week beside one: `sent` in all, `back` of them undeliverable."""
    columns = {column.key: getattr(like, column.key) for column in Dispatch.__table__.columns}
    now = clock.now()
    for place in range(sent):
        row = columns | {
            "id": ids.new(),
            "state": State.UNDELIVERABLE if place < back else State.SUBMITTED,
            "document_id": factories.invoice_for(
                session.get_one(Customer, like.customer_id), f"W-{place}"
            ).id,
            "handed_at": now,
            "changed_at": now,
        }
        session.add(Dispatch(**row))
    session.flush()


def test_half_of_a_hundred_mails_back_stops_mails_and_letters_instead_until_somebody_says_so(
    session: Session, dispatch: Dispatch, house: Organisation, ben: Principal
) -> None:
    week(session, dispatch, 100, 49)
    breaker.watch(house.id)
    assert channels.house_settings(house.id).letters_paused_at is None
    session.execute(
        update(Dispatch)
        .where(
            Dispatch.id
            == select(func.max(Dispatch.id)).where(Dispatch.id != dispatch.id).scalar_subquery()
        )
        .values(state=State.UNDELIVERABLE)
    )
    breaker.watch(house.id)
    settings = channels.house_settings(house.id)
    assert settings.letters_paused_at is not None
    line = session.scalars(select(Entry).where(Entry.name == "letters.paused")).one()
    assert (line.data["sent"], line.data["undeliverable"]) == (100, 50)
    assert actions.begin(dispatch.id) is None
    assert (dispatch.state, dispatch.held_because) == (State.HELD, Held.BREAKER)
    letter = Dispatch(channel=Channel.PRINT, because=Because.RETURNED)
    by_itself = Dispatch(channel=Channel.PRINT, because=Because.RECIPIENT)
    assert [breaker.is_held(one, settings) for one in (letter, by_itself)] == [True, False]
    breaker.resume(house, ben)
    with pytest.raises(Refused):
        breaker.resume(house, ben)
    breaker.go_on(house.id, "")
    session.refresh(dispatch)
    assert dispatch.state is State.QUEUED
    # What came back before counts no more.
    breaker.watch(house.id)
    assert channels.house_settings(house.id).letters_paused_at is None


def test_administrators_are_told_once_that_letters_pause(
    session: Session, dispatch: Dispatch, house: Organisation
) -> None:
    cast.member(house, "anna", MemberRole.ADMINISTRATOR)
    week(session, dispatch, 100, 100)
    breaker.watch(house.id)
    breaker.watch(house.id)
    react(session)
    assert session.scalar(select(func.count()).select_from(Notice)) == 1


def test_what_was_held_is_let_go_in_portions(
    session: Session, dispatch: Dispatch, house: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "AT_ONCE", 2)
    week(session, dispatch, 5, 0)
    session.execute(update(Dispatch).values(state=State.HELD, held_because=Held.BREAKER))
    after, rounds = "", 0
    while after is not None and rounds < 9:
        breaker.go_on(house.id, after)
        session.flush()
        key = func.max(outbox.Promise.key)
        found = session.scalar(select(key).where(outbox.Promise.key.startswith("go-on:")))
        following = found.rpartition(":")[2] if found else None
        after, rounds = (following if following != after else None), rounds + 1
    assert rounds == 4
    assert set(session.scalars(select(Dispatch.state))) == {State.QUEUED}
    assert session.scalar(select(func.count()).select_from(Document)) == 6
