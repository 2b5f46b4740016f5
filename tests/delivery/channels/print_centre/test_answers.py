"""What a print centre tells: read, kept before it is moved, folded in."""

import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.inbox import Message
from app.core.journal import Entry
from app.delivery import actions
from app.delivery.actions import handing, listening
from app.delivery.channels.print_centre.answers import STATES, parse
from app.delivery.models import ChannelSettings, Dispatch, Event
from app.delivery.rules import OURS, State
from app.demo.print_centre import PrintCentre
from app.organisations.rules import Channel


@pytest.fixture
def posted(letter: Dispatch, centre: PrintCentre) -> Dispatch:
    """A letter that the print centre has taken."""
    posting = actions.begin(letter.id)
    assert posting is not None
    actions.finish(posting, handing.hand_over(posting))  # type: ignore[arg-type]
    centre.take()
    return letter


def hear(dispatch: Dispatch, session: Session) -> bool:
    """Listen once and read what came; says whether there is more."""
    begun = listening.begin(dispatch.organisation_id, Channel.PRINT)
    assert begun is not None
    more = listening.keep(begun, listening.listen(begun))
    session.flush()
    for message in session.scalars(select(Message)):
        unread = listening.unread(message.id)
        assert unread is not None
        if message.outcome is None:
            listening.apply(unread, listening.read(unread))
    session.flush()
    session.expire_all()
    return more


def names(centre: PrintCentre, folder: str) -> list[str]:
    return sorted(one.name for one in (centre.files / folder).iterdir() if one.is_file())


def test_answers_are_moved_only_once_they_are_kept(
    posted: Dispatch, centre: PrintCentre, session: Session, connected: ChannelSettings
) -> None:
    ack = f"{posted.reference}.ack.json"
    begun = listening.begin(posted.organisation_id, Channel.PRINT)
    assert begun is not None
    listening.listen(begun)  # and the worker dies
    assert names(centre, "out") == [ack]
    assert hear(posted, session) is True
    assert posted.state is State.ACCEPTED
    assert (names(centre, "out"), names(centre, "out/done")) == ([ack], [])
    assert hear(posted, session) is False
    assert (names(centre, "out"), names(centre, "out/done")) == ([], [ack])
    assert connected.cursor == {"read": []}
    assert len(session.scalars(select(Message)).all()) == 1


def test_a_file_that_was_written_anew_meanwhile_is_read_again(
    posted: Dispatch, centre: PrintCentre, session: Session
) -> None:
    hear(posted, session)
    centre.report([(posted.reference, "DISPATCHED", "")], f"{posted.reference}.ack.json")
    assert hear(posted, session) is True
    assert posted.state is State.DISPATCHED
    assert hear(posted, session) is False
    assert names(centre, "out") == []


def test_a_letter_that_comes_back_is_undeliverable_whatever_is_told_after(
    posted: Dispatch, centre: PrintCentre, session: Session
) -> None:
    rows = [(posted.reference, word, "") for word in ("DELIVERED", "PRINTED", "DISPATCHED")]
    centre.report(rows)
    hear(posted, session)
    assert posted.state is State.DELIVERED
    centre.report([(posted.reference, "RETURNED", "address unknown")])
    centre.report([(posted.reference, "ENCLOSED", ""), (posted.reference, "ENCLOSED", "")])
    hear(posted, session)
    assert (posted.state, posted.answer) == (State.UNDELIVERABLE, "address unknown")
    announced = select(Entry.data).where(
        Entry.name == "dispatch.undeliverable", Entry.object_kind == "document"
    )
    (data,) = session.scalars(announced).all()
    assert (data["answer"], data["is_hard"]) == ("address unknown", True)


def test_a_rejected_job_is_turned_down_and_an_unknown_word_is_kept(
    posted: Dispatch, centre: PrintCentre, session: Session
) -> None:
    centre.report([(posted.reference, "QUALITY CHECK 7", "operator")])
    hear(posted, session)
    assert posted.state is State.ACCEPTED
    centre.report([(posted.reference, "REJECTED", "address block is not readable")])
    centre.write("broken.json", b"{nothing")
    centre.write("large.csv", b"x" * 5_000_000)
    centre.write("readme.txt", b"not an answer")
    while hear(posted, session):
        pass
    assert (posted.state, posted.answer) == (State.REJECTED, "address block is not readable")
    kept = select(Event.code, Event.state).where(Event.dispatch_id == posted.id)
    assert ("QUALITY CHECK 7", None) in [tuple(row) for row in session.execute(kept)]
    results = sorted(session.scalars(select(Message.outcome)), key=str)
    assert sum(str(one).startswith("unreadable") for one in results) == 2
    assert names(centre, "out") == ["readme.txt"]


def test_a_line_about_nothing_of_ours_holds_no_other_up(
    posted: Dispatch, centre: PrintCentre, session: Session
) -> None:
    stranger = "01jd3v8q2k5w7x9y0z1a2b3c4d.1"
    centre.report([(stranger, "PRINTED", ""), (posted.reference, "POSTED", "")])
    hear(posted, session)
    assert posted.state is State.DISPATCHED
    waiting = session.scalars(select(Message).where(Message.outcome.is_(None))).one()
    waiting.received_at -= listening.ORPHANS_FOR
    session.flush()
    hear(posted, session)
    assert waiting.outcome == "nothing of ours; known already"


def test_a_centre_that_cannot_be_asked_is_said(
    posted: Dispatch, centre: PrintCentre, session: Session, connected: ChannelSettings
) -> None:
    centre.close()
    assert hear(posted, session) is False
    assert connected.trouble.startswith("ConnectionRefusedError")
    centre.open()
    hear(posted, session)
    assert connected.trouble == ""


def test_every_word_leads_to_something_that_others_can_know() -> None:
    assert OURS.isdisjoint(state for state in STATES.values() if state)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"reference": "R.1", "status": "printed", "timestamp": "2026-11-22T08:00:00Z"}',
        b'[{"ourReference": "R.1.pdf", "STATUS": "Printed", "Time": "2026-11-22T09:00:00+01:00"}]',
        b'{"events": [{"job_id": "R.1", "state": "PRINTED", "occurredAt": "2026-11-22T08:00:00"}]}',
        b"\xef\xbb\xbfReference;Status;Timestamp\r\nR.1;PRINTED;2026-11-22T08:00:00Z\r\n",
        b"job\tresult\tdate\nR.1.json\tprinted\t2026-11-22T08:00:00Z\n",
    ],
)
def test_files_of_many_shapes_say_the_same(raw: bytes) -> None:
    (told,) = parse(raw)
    assert (told.reference, told.state) == ("R.1", State.ACCEPTED)
    assert told.occurred_at == datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "raw",
    [
        b"\xff\xfe",
        b"{",
        b'{"status": "PRINTED"}',
        b'["PRINTED"]',
        b"[" * 5000,
        json.dumps({"too_large": "x.csv"}).encode(),
        b"reference;status\nR.1;\n",
    ],
)
def test_what_is_no_answer_is_no_news(raw: bytes) -> None:
    with pytest.raises(ValueError):
        parse(raw)


def test_an_empty_report_is_no_news() -> None:
    assert parse(b"reference;status\n") == []
