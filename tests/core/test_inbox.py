import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.core import clock, inbox, outbox
from app.core.db import session
from app.core.inbox import Message
from app.core.outbox import Promise
from app.core.runtime import Runtime


def count(table: type) -> int:
    return session().scalar(select(func.count()).select_from(table)) or 0


def test_the_same_message_twice_is_kept_and_promised_once(here: Runtime) -> None:
    for expected in (True, False, False):
        with here.database.transaction():
            assert inbox.receive("payments.bank", "event-1", b"raw") is expected
    with here.database.reading():
        assert (count(Message), count(Promise)) == (1, 1)
        (message,) = inbox.unapplied()
        promise = session().scalars(select(Promise)).one()
        assert (promise.task, promise.arguments) == (inbox.APPLY, {"message": message.id})


def test_the_first_one_wins(here: Runtime) -> None:
    with here.database.transaction():
        inbox.receive("payments.bank", "event-1", b"\x00first\xff")
        assert not inbox.receive("payments.bank", "event-1", b"second")
    with here.database.reading():
        (message,) = inbox.unapplied()
        assert message.raw == b"\x00first\xff"


def test_two_sources_may_use_one_key(here: Runtime) -> None:
    with here.database.transaction():
        assert inbox.receive("payments.bank", "1", b"")
        assert inbox.receive("delivery.email", "1", b"")
    with here.database.reading():
        assert (count(Message), count(Promise)) == (2, 2)


def test_a_message_is_kept_together_with_its_promise(here: Runtime) -> None:
    def fail() -> None:
        with here.database.transaction():
            inbox.receive("payments.bank", "event-1", b"raw")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with here.database.reading():
        assert (count(Message), count(Promise)) == (0, 0)
        assert outbox.due(1) == []
    with here.database.transaction():
        assert inbox.receive("payments.bank", "event-1", b"raw")


def test_a_key_too_long_to_tell_two_messages_apart_is_refused(here: Runtime) -> None:
    with pytest.raises(DBAPIError), here.database.transaction():
        inbox.receive("payments.bank", "x" * 201, b"")


def test_a_settled_message_stays_for_the_record(here: Runtime) -> None:
    moment = clock.now()
    with here.database.transaction():
        inbox.receive("payments.bank", "1", b"one")
    with clock.standing_at(moment), here.database.transaction():
        (message,) = inbox.unapplied()
        inbox.settle(message, "payment found " + "x" * 300)
    with here.database.reading():
        assert inbox.unapplied() == []
        kept = inbox.by_id(message.id)
        assert kept is not None
        assert (kept.raw, kept.applied_at) == (b"one", moment)
        assert kept.outcome is not None
        assert len(kept.outcome) == 200
