"""Sending notices to a real mail server: arrived, refused, answer lost, killed between."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.core import clock, outbox, runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.notices import actions
from app.notices.models import Notice
from app.notices.rules import Addressee, Said, State
from jobs import notices, runner
from tests import cast
from tests.core.scripted_smtp import Script, serving

RUTH = Addressee("ruth@kunden.example", "Ruth Keller", "de")


def told(here: Runtime, to: Addressee = RUTH) -> str:
    """Tell somebody something; return the id of the notice."""
    words = Said(
        "Neuer Kommentar", ("Es gibt einen.",), "Ansehen", "http://kontor.test/documents/1"
    )
    with here.database.transaction() as opened:
        house = cast.found("lindenhof", "Haus Lindenhof")
        actions.tell(house, to, lambda: words, key="one", about=("document", "D"))
        opened.flush()
        return opened.scalars(select(Notice.id)).one()


@contextmanager
def server(here: Runtime, script: Script) -> Iterator[Runtime]:
    """Let an installation send through a scripted server."""
    with serving(script) as transport:
        url = f"smtp://{transport.host}:{transport.port}?starttls=no"
        with runtime.using(replace(here, settings=replace(here.settings, mail_url=url))) as one:
            yield one


def work(here: Runtime) -> None:
    """Do the promised work once, as a pump does."""
    with here.database.transaction() as opened:
        opened.execute(update(outbox.Promise).values(due_at=clock.now()))
        ids = list(opened.scalars(select(outbox.Promise.id).where(~outbox.Promise.dead)))
    for promise_id in ids:
        assert runner.run(here, promise_id)


def state(here: Runtime, notice_id: str) -> tuple[State, str]:
    with here.database.reading():
        notice = session().get_one(Notice, notice_id)
        return notice.state, notice.answer


def promised(here: Runtime) -> int:
    with here.database.reading():
        return len(session().scalars(select(outbox.Promise)).all())


def test_a_notice_arrives_and_its_work_is_done(here: Runtime) -> None:
    notice_id, script = told(here), Script()
    with server(here, script) as sending:
        work(sending)
    (letter,) = script.kept
    assert b"Content-Language: de" in letter
    assert f"<{notice_id}@{here.settings.bounce_domain}>".encode() in letter
    assert state(here, notice_id)[0] is State.SENT
    assert promised(here) == 0


def test_a_notice_that_is_refused_for_good_is_not_tried_again(here: Runtime) -> None:
    notice_id, script = told(here), Script(answers={"rcpt": "550 5.1.1 no such user"})
    with server(here, script) as sending:
        work(sending)
    found, answer = state(here, notice_id)
    assert found is State.FAILED
    assert "no such user" in answer
    assert (promised(here), script.kept) == (0, [])


@pytest.mark.parametrize("answers", [{"rcpt": "450 4.2.1 try later"}, {"mail": "451 4.7.1 grey"}])
def test_a_notice_that_is_put_off_is_sent_later(here: Runtime, answers: dict[str, str]) -> None:
    notice_id = told(here)
    with server(here, Script(answers=answers)) as sending:
        work(sending)
    assert state(here, notice_id)[0] is State.WAITING
    assert promised(here) == 1
    script = Script()
    with server(here, script) as sending:
        work(sending)
    assert state(here, notice_id)[0] is State.SENT
    assert (promised(here), len(script.kept)) == (0, 1)


def test_a_server_that_is_away_is_asked_again(here: Runtime) -> None:
    notice_id = told(here)
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"smtp://127.0.0.1:{reserved.getsockname()[1]}?starttls=no"
        with runtime.using(replace(here, settings=replace(here.settings, mail_url=url))):
            work(runtime.current())
    assert state(here, notice_id)[0] is State.WAITING
    assert promised(here) == 1


def test_a_notice_whose_answer_was_lost_goes_out_no_second_time(here: Runtime) -> None:
    notice_id, script = told(here), Script(cuts={"end-of-data"})
    with server(here, script) as sending:
        work(sending)
    assert state(here, notice_id)[0] is State.LOST
    assert (promised(here), len(script.kept)) == (0, 1)


@pytest.mark.parametrize("after", ["the attempt was noted", "the letter was sent"])
def test_a_worker_that_dies_leaves_a_notice_that_nobody_sends_twice(
    here: Runtime, after: str
) -> None:
    notice_id, script = told(here), Script()
    with server(here, script) as sending:
        with here.database.transaction():
            (promise_id,) = outbox.due(1)
            assert outbox.claim(promise_id, timedelta(seconds=0)) is not None
            due = notices.begin(notice_id)
        assert due is not None
        if after == "the letter was sent":
            notices.submit(due)
        sent = len(script.kept)
        # Its lease is over, and another comes.
        work(sending)
    assert len(script.kept) == sent
    assert state(here, notice_id)[0] is State.LOST
    assert promised(here) == 0


@pytest.mark.parametrize("address", ["", "ruth", "a@b\r\nBcc: c@d.ch"])
def test_a_notice_that_no_mail_can_carry_fails_before_the_network(
    here: Runtime, address: str
) -> None:
    notice_id, script = told(here, Addressee(address, "Ruth", "de")), Script()
    with server(here, script) as sending:
        work(sending)
    assert state(here, notice_id)[0] is State.FAILED
    assert (promised(here), script.commands["connect"]) == (0, 0)


def test_a_notice_that_was_tried_often_enough_is_given_up(here: Runtime) -> None:
    notice_id = told(here)
    with here.database.transaction() as opened:
        opened.execute(update(outbox.Promise).values(attempts=notices.SEND.tries))
    with server(here, Script()) as sending:
        work(sending)
    assert state(here, notice_id)[0] is State.FAILED
    with here.database.reading():
        assert session().scalars(select(outbox.Promise.dead)).all() == [True]
