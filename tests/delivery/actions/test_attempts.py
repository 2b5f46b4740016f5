from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import clock
from app.core.journal import Entry
from app.delivery import actions, queries, rules
from app.delivery.channels.email import Result, Sending
from app.delivery.models import Attempt, ChannelSettings, Dispatch
from app.delivery.rules import Outcome, State
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.identity import actions as identity
from app.identity.models import CapabilityLink
from tests.factories import BY

ACCEPTED = Result(Outcome.ACCEPTED, 250, "2.0.0", "250 2.0.0 Ok")


def result(outcome: Outcome, answer: str = "said") -> Result:
    return Result(outcome, None, None, answer)


def stands(dispatch: Dispatch) -> State:
    """Return where a dispatch stands now."""
    return dispatch.state


def begun(dispatch: Dispatch) -> Sending:
    sending = actions.begin(dispatch.id)
    assert sending is not None
    return sending


def attempts(dispatch: Dispatch, session: Session) -> list[tuple[int, Outcome | None, str]]:
    """Return position, outcome and who set it off of every attempt, in order."""
    session.flush()
    session.expire_all()
    rows = select(Attempt).where(Attempt.dispatch_id == dispatch.id).order_by(Attempt.position)
    return [(one.position, one.outcome, one.trigger) for one in session.scalars(rows)]


def in_journal(session: Session, dispatch: Dispatch) -> list[str]:
    session.flush()
    rows = select(Entry.name).where(Entry.object_id == dispatch.id)
    return sorted(session.scalars(rows))


def test_an_attempt_is_on_record_before_the_network_is_touched(
    dispatch: Dispatch, session: Session
) -> None:
    sending = begun(dispatch)
    assert (dispatch.state, dispatch.attempts) == (State.SUBMITTING, 1)
    assert dispatch.attempt_token == sending.token
    assert attempts(dispatch, session) == [(1, None, "")]


@pytest.mark.parametrize(
    ("outcome", "state", "again"),
    [
        (Outcome.ACCEPTED, State.SUBMITTED, False),
        (Outcome.TEMPORARY, State.QUEUED, True),
        (Outcome.PERMANENT, State.UNDELIVERABLE, False),
        (Outcome.UNAVAILABLE, State.COMPONENT_DOWN, True),
        (Outcome.UNKNOWN, State.UNCERTAIN, True),
    ],
)
def test_the_answer_decides_what_becomes_of_it(
    dispatch: Dispatch, session: Session, outcome: Outcome, state: State, again: bool
) -> None:
    assert actions.finish(begun(dispatch), result(outcome, "the other side's words")) is again
    assert (dispatch.state, dispatch.answer) == (state, "the other side's words")
    assert dispatch.attempt_token is None
    assert attempts(dispatch, session) == [(1, outcome, "")]
    assert in_journal(session, dispatch) == [f"dispatch.{state.value}"]


def test_all_attempts_of_one_round_are_one_letter(dispatch: Dispatch, session: Session) -> None:
    first = begun(dispatch)
    actions.finish(first, result(Outcome.TEMPORARY))
    second = begun(dispatch)
    assert first.letter == second.letter
    assert first.token != second.token
    assert first.letter.message_id == f"<{dispatch.id}.1@bounces.kontor.test>"
    assert len(session.scalars(select(CapabilityLink)).all()) == 1


def test_after_three_days_it_is_given_up(dispatch: Dispatch, session: Session) -> None:
    with clock.standing_at(dispatch.queued_at + rules.LONGEST_TRY):
        assert actions.finish(begun(dispatch), result(Outcome.TEMPORARY)) is False
    assert stands(dispatch) is State.FAILED
    assert actions.begin(dispatch.id) is None


@pytest.mark.parametrize(
    "state", [State.SUBMITTED, State.UNDELIVERABLE, State.FAILED, State.CANCELLED]
)
def test_what_is_over_is_not_begun_again(
    dispatch: Dispatch, session: Session, state: State
) -> None:
    session.execute(update(Dispatch).values(state=state))
    session.refresh(dispatch)
    assert actions.begin(dispatch.id) is None
    assert attempts(dispatch, session) == []
    assert actions.begin("nothing") is None


def test_a_letter_whose_worker_died_goes_out_again_where_twice_does_no_harm(
    dispatch: Dispatch, session: Session
) -> None:
    first = begun(dispatch)
    second = begun(dispatch)
    assert attempts(dispatch, session) == [(1, Outcome.UNKNOWN, ""), (2, None, "")]
    assert first.letter.message_id == second.letter.message_id
    # The dead one was only slow: what it says is its own line and nothing else.
    assert actions.finish(first, result(Outcome.PERMANENT)) is False
    assert stands(dispatch) is State.SUBMITTING
    assert attempts(dispatch, session)[0][1] is Outcome.PERMANENT
    actions.finish(second, ACCEPTED)
    assert stands(dispatch) is State.SUBMITTED


def test_a_reminder_whose_worker_died_waits_for_a_person(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    invoice.kind = Kind.REMINDER
    session.flush()
    first = begun(dispatch)
    assert actions.begin(dispatch.id) is None
    assert stands(dispatch) is State.UNCERTAIN
    assert attempts(dispatch, session) == [(1, Outcome.UNKNOWN, "")]
    # It had been accepted after all.
    actions.finish(first, ACCEPTED)
    assert stands(dispatch) is State.SUBMITTED


def test_an_acceptance_that_comes_late_stops_a_second_letter(
    dispatch: Dispatch, session: Session
) -> None:
    first = begun(dispatch)
    second = begun(dispatch)
    actions.finish(second, result(Outcome.TEMPORARY))
    assert actions.finish(first, ACCEPTED) is False
    assert stands(dispatch) is State.SUBMITTED
    assert actions.begin(dispatch.id) is None


def test_an_acceptance_of_another_round_counts_for_nothing(
    dispatch: Dispatch, ben: Principal, session: Session
) -> None:
    first = begun(dispatch)
    actions.finish(begun(dispatch), result(Outcome.PERMANENT))
    actions.try_again(dispatch, "corrected@kunden.example", ben)
    actions.finish(first, ACCEPTED)
    assert stands(dispatch) is State.QUEUED, "the corrected letter has still to go out"


def test_an_attempt_says_who_set_it_off(
    dispatch: Dispatch, ben: Principal, session: Session
) -> None:
    actions.finish(begun(dispatch), result(Outcome.PERMANENT))
    session.flush()
    actions.try_again(dispatch, dispatch.address, ben)
    session.flush()
    actions.finish(begun(dispatch), result(Outcome.TEMPORARY))
    session.flush()
    actions.finish(begun(dispatch), ACCEPTED)
    assert [trigger for _, _, trigger in attempts(dispatch, session)] == ["", "Ben Brunner", ""]


def test_what_was_withdrawn_meanwhile_is_not_sent(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    publication.withdraw(invoice, BY)
    assert actions.begin(dispatch.id) is None
    assert stands(dispatch) is State.CANCELLED
    assert attempts(dispatch, session) == []


def test_what_died_on_its_way_is_never_called_withdrawn(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    first = begun(dispatch)
    publication.withdraw(invoice, BY)
    assert actions.begin(dispatch.id) is None
    assert stands(dispatch) is State.UNCERTAIN
    actions.finish(first, ACCEPTED)
    assert stands(dispatch) is State.SUBMITTED


def test_a_letter_never_carries_a_link_that_is_over(
    dispatch: Dispatch, ben: Principal, session: Session
) -> None:
    actions.finish(begun(dispatch), result(Outcome.PERMANENT))
    old = dispatch.link_id
    assert old is not None
    identity.revoke_link(old)
    session.expire_all()
    actions.try_again(dispatch, dispatch.address, ben)
    begun(dispatch)
    assert dispatch.link_id != old
    session.execute(update(Dispatch).values(state=State.UNDELIVERABLE))
    session.refresh(dispatch)
    second = dispatch.link_id
    with clock.standing_at(clock.now() + timedelta(days=365)):
        actions.try_again(dispatch, dispatch.address, ben)
        begun(dispatch)
    assert dispatch.link_id not in (old, second)


def test_what_was_tried_too_often_is_left_to_staff(dispatch: Dispatch, session: Session) -> None:
    begun(dispatch)
    actions.give_up(dispatch.id)
    assert stands(dispatch) is State.UNCERTAIN, "it may have arrived"
    session.execute(update(Dispatch).values(state=State.QUEUED))
    session.refresh(dispatch)
    actions.give_up(dispatch.id)
    assert stands(dispatch) is State.FAILED
    actions.give_up(dispatch.id)
    assert stands(dispatch) is State.FAILED
    assert [one.state for one in queries.of_document(dispatch.document_id)] == [State.FAILED]


def test_what_died_on_its_way_and_may_not_go_on_is_uncertain(
    dispatch: Dispatch, session: Session
) -> None:
    begun(dispatch)
    session.add(
        ChannelSettings(
            organisation_id=dispatch.organisation_id,
            channel=dispatch.channel,
            is_on=False,
            changed_at=clock.now(),
        )
    )
    session.flush()
    assert actions.begin(dispatch.id) is None
    assert stands(dispatch) is State.UNCERTAIN
    assert attempts(dispatch, session) == [(1, Outcome.UNKNOWN, "")]
