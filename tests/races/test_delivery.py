"""Twenty at once: a dispatch is made, begun, tried again and withdrawn once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, journal, outbox
from app.core.db import session
from app.core.runtime import Runtime
from app.delivery import actions, queries, rules
from app.delivery.channels import email
from app.delivery.models import Attempt, Dispatch, Receipt, ReceiptKind
from app.delivery.rules import Outcome, State
from app.documents import queries as documents
from app.identity.models import CapabilityLink
from jobs import runner
from tests import cast
from tests.factories import invoice_for
from tests.races.together import THREADS, Meeting, together

ACCEPTED = email.Result(Outcome.ACCEPTED, 250, "2.0.0", "2.0.0 Kept")
REFUSED = email.Result(Outcome.TEMPORARY, 451, "4.3.2", "4.3.2 Later")


def staff(dispatch: Dispatch) -> Principal:
    return Principal(
        role=Role.STAFF, id="1" * 26, name="Ben", organisation_id=dispatch.organisation_id
    )


@pytest.fixture
def document_id(here: Runtime) -> str:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        return invoice_for(customer, "R-1").id


@pytest.fixture
def dispatch_id(here: Runtime, document_id: str) -> str:
    with here.database.transaction():
        actions.dispatch_document(document_id)
        (dispatch,) = queries.of_document(document_id)
        return dispatch.id


def load(dispatch_id: str) -> Dispatch:
    found = queries.by_id(dispatch_id)
    assert found is not None
    return found


def put(here: Runtime, dispatch_id: str, state: State) -> None:
    """Let a dispatch stand as if it had come to `state`, with no work promised for it."""
    with here.database.transaction() as opened:
        opened.execute(update(Dispatch).where(Dispatch.id == dispatch_id).values(state=state))
        opened.query(outbox.Promise).filter_by(key=f"send:{dispatch_id}").delete()


def sends() -> int:
    rows = select(func.count()).where(outbox.Promise.task == actions.SEND)
    return session().scalar(rows) or 0


def lines(name: str, dispatch_id: str) -> int:
    about = (journal.Entry.object_kind == "dispatch", journal.Entry.object_id == dispatch_id)
    rows = select(func.count()).where(journal.Entry.name == name, *about)
    return session().scalar(rows) or 0


def test_twenty_reactions_make_one_dispatch_per_recipient(here: Runtime, document_id: str) -> None:
    together(here, THREADS, lambda _: actions.dispatch_document(document_id))
    with here.database.reading():
        assert len(queries.of_document(document_id)) == 1
        assert sends() == 1


@pytest.fixture(autouse=True)
def _taking_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often one takes over from another, as if that had died, nobody gives up."""
    monkeypatch.setattr(rules.attempts, "MOST_UNCERTAIN", 1000)


def test_one_of_twenty_begins_an_attempt(here: Runtime, dispatch_id: str) -> None:
    meeting = Meeting(here, THREADS)

    def begin(_number: int) -> email.Sending | None:
        assert load(dispatch_id).state in (State.QUEUED, State.SUBMITTING)
        meeting.wait()
        return actions.begin(dispatch_id)

    begun = [one for one in together(here, THREADS, begin) if one is not None]
    with here.database.reading():
        dispatch = load(dispatch_id)
        attempts = queries.attempts_of(dispatch_id)
        assert dispatch.attempts == len(attempts) == len(begun)
        assert dispatch.attempt_token == begun_token(begun, attempts)
        assert len({one.letter.message_id for one in begun}) == 1


def begun_token(begun: list[email.Sending], attempts: list[Attempt]) -> str:
    """Return the token of the newest attempt; all before it are closed."""
    newest, *older = attempts
    assert all(one.outcome is Outcome.UNKNOWN for one in older)
    assert newest.token in {one.token for one in begun}
    return newest.token


def test_one_attempt_of_twenty_says_how_it_ended(here: Runtime, dispatch_id: str) -> None:
    with here.database.transaction():
        sending = actions.begin(dispatch_id)
    assert sending is not None
    found = sending
    together(here, THREADS, lambda _: actions.finish(found, ACCEPTED))
    with here.database.reading():
        assert load(dispatch_id).state is State.SUBMITTED
        assert lines("dispatch.submitted", dispatch_id) == 1


@pytest.mark.parametrize("state", [State.COMPONENT_DOWN, State.UNDELIVERABLE, State.FAILED])
def test_one_of_twenty_tries_again(here: Runtime, dispatch_id: str, state: State) -> None:
    put(here, dispatch_id, state)
    meeting = Meeting(here, THREADS)

    def again(number: int) -> int:
        dispatch = load(dispatch_id)
        meeting.wait()
        actions.try_again(dispatch, dispatch.address, staff(dispatch))
        return number

    assert len(together(here, THREADS, again)) == 1
    with here.database.reading():
        dispatch = load(dispatch_id)
        assert dispatch.state is State.QUEUED
        assert dispatch.round == (1 if state is State.COMPONENT_DOWN else 2)
        assert sends() == 1
        assert lines("dispatch.tried_again", dispatch_id) == 1


def test_one_of_twenty_withdraws(here: Runtime, dispatch_id: str) -> None:
    meeting = Meeting(here, THREADS)

    def withdraw(number: int) -> int:
        dispatch = load(dispatch_id)
        meeting.wait()
        actions.withdraw(dispatch, staff(dispatch))
        return number

    assert len(together(here, THREADS, withdraw)) == 1
    with here.database.reading():
        assert load(dispatch_id).state is State.CANCELLED
        assert lines("dispatch.withdrawn", dispatch_id) == 1


def test_a_dispatch_is_either_withdrawn_or_begun(here: Runtime, dispatch_id: str) -> None:
    for _ in range(5):
        put(here, dispatch_id, State.QUEUED)
        meeting = Meeting(here, THREADS)

        def compete(number: int, meeting: Meeting = meeting) -> str:
            dispatch = load(dispatch_id)
            meeting.wait()
            if number % 2:
                actions.withdraw(dispatch, staff(dispatch))
                return "withdrawn"
            return "begun" if actions.begin(dispatch_id) else "nothing"

        done = together(here, THREADS, compete)
        with here.database.reading():
            state = load(dispatch_id).state
        assert {"withdrawn", "begun"} - set(done), "it was withdrawn and sent"
        assert state is (State.CANCELLED if "withdrawn" in done else State.SUBMITTING)


def test_staff_who_try_again_and_a_worker_do_not_wait_for_each_other(
    here: Runtime, dispatch_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Both change the promise and the dispatch: in different order they would lock each other out."""
    key = f"send:{dispatch_id}"
    for _ in range(10):
        put(here, dispatch_id, State.COMPONENT_DOWN)
        with here.database.transaction():
            outbox.promise(actions.SEND, key=key, dispatch=dispatch_id)
        with here.database.reading():
            row = select(outbox.Promise.id).where(outbox.Promise.key == key)
            promise_id = session().scalars(row).one()

        def compete(number: int, promise_id: str = promise_id) -> None:
            if number % 2:
                with clock.standing_at(clock.now() + timedelta(seconds=number)):
                    runner.run(here, promise_id)
                return
            with here.database.transaction():
                dispatch = load(dispatch_id)
                actions.try_again(dispatch, dispatch.address, staff(dispatch))

        together(here, 8, compete, in_transaction=False)
        with here.database.reading():
            dispatch = load(dispatch_id)
            assert dispatch.state in (State.COMPONENT_DOWN, State.QUEUED)
            assert sends() == 1, "nobody would send it"
    assert [record.getMessage() for record in caplog.records] == []


def test_a_late_acceptance_counts_before_a_second_letter_goes_out(
    here: Runtime, dispatch_id: str
) -> None:
    with here.database.transaction():
        slow = actions.begin(dispatch_id)
    with here.database.transaction():
        fast = actions.begin(dispatch_id)
    assert slow is not None
    assert fast is not None
    with here.database.transaction():
        assert actions.finish(fast, REFUSED)
    with here.database.transaction():
        assert not actions.finish(slow, ACCEPTED)
    with here.database.transaction():
        assert load(dispatch_id).state is State.SUBMITTED
        assert lines("dispatch.submitted", dispatch_id) == 1
        assert actions.begin(dispatch_id) is None
        assert [one.outcome for one in queries.attempts_of(dispatch_id)] == [
            Outcome.TEMPORARY,
            Outcome.ACCEPTED,
        ]


def test_a_late_acceptance_of_the_old_address_does_not_stand_for_the_new_one(
    here: Runtime, dispatch_id: str
) -> None:
    with here.database.transaction():
        slow = actions.begin(dispatch_id)
    assert slow is not None
    put(here, dispatch_id, State.UNDELIVERABLE)
    with here.database.transaction():
        dispatch = load(dispatch_id)
        actions.try_again(dispatch, "ruth@correct.example", staff(dispatch))
    with here.database.transaction():
        assert not actions.finish(slow, ACCEPTED)
    with here.database.transaction():
        dispatch = load(dispatch_id)
        assert (dispatch.state, dispatch.address) == (State.QUEUED, "ruth@correct.example")
        sending = actions.begin(dispatch_id)
        assert sending is not None
        assert sending.letter.recipient_address == "ruth@correct.example"


def test_one_of_twenty_renews_a_link(here: Runtime, dispatch_id: str) -> None:
    with here.database.transaction():
        sending = actions.begin(dispatch_id)
        assert sending is not None
        actions.finish(sending, ACCEPTED)
    with here.database.reading():
        link_id = load(dispatch_id).link_id
    assert link_id is not None
    meeting = Meeting(here, THREADS)

    def renew(_number: int) -> None:
        link = session().get_one(CapabilityLink, link_id)
        meeting.wait()
        actions.renew_link(link, "ruth@one.example")

    together(here, THREADS, renew)
    with here.database.reading():
        dispatch = load(dispatch_id)
        assert (dispatch.state, dispatch.round, dispatch.link_id) == (State.QUEUED, 2, None)
        assert lines("dispatch.link_renewed", dispatch_id) == 1
        assert session().get_one(CapabilityLink, link_id).revoked_at is not None


def test_the_first_of_twenty_readers_leaves_a_receipt(here: Runtime, document_id: str) -> None:
    with here.database.reading():
        document = documents.by_id(document_id)
    assert document is not None
    found = document
    who = Principal(
        role=Role.CONTACT, id="2" * 26, name="Ruth", organisation_id=document.organisation_id
    )
    together(here, THREADS, lambda _: actions.note_read(who, found, ReceiptKind.OPENED))
    with here.database.reading():
        assert session().scalar(select(func.count()).select_from(Receipt)) == 1
        named = select(func.count()).where(journal.Entry.name == "document.opened")
        assert session().scalar(named) == 1
