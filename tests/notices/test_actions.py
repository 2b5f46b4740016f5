"""Telling people: once, in their language, and never twice."""

from sqlalchemy import select

from app.core import outbox
from app.core.db import session
from app.core.mail import Answer, Outcome
from app.core.mail.transport import Stage
from app.core.runtime import Runtime
from app.notices import actions, queries
from app.notices.models import Notice
from app.notices.rules import Addressee, Said, State
from tests import cast

RUTH = Addressee("Ruth@Kunden.example", "Ruth Keller", "de")


def said() -> Said:
    return Said(
        subject="Neue Nachricht\nBcc: x@y.example",
        sentences=("Es gibt eine neue Nachricht.",),
        label="Ansehen",
        url="http://kontor.test/documents/1",
        quote="<b>Guten Tag</b>",
    )


def told(here: Runtime, times: int = 1) -> list[Notice]:
    with here.database.transaction() as opened:
        house = cast.found("lindenhof", "Haus Lindenhof")
        for _time in range(times):
            actions.tell(house, RUTH, said, key="one:ruth", about=("document", "D"))
        opened.flush()
        return list(opened.scalars(select(Notice)))


def test_what_is_told_twice_is_one_notice(here: Runtime) -> None:
    (notice,) = told(here, times=2)
    assert notice.address == "ruth@kunden.example"
    with here.database.reading():
        waiting = session().scalars(
            select(outbox.Promise).where(outbox.Promise.task == actions.SEND)
        )
        assert [promise.arguments for promise in waiting] == [{"notice": notice.id}]
        assert [one.id for one in queries.about("document", "D")] == [notice.id]


def test_a_letter_is_in_its_readers_words_and_nothing_in_it_is_markup(here: Runtime) -> None:
    (notice,) = told(here)
    with here.database.transaction():
        due = actions.begin(notice.id)
    assert due is not None
    assert due.letter.subject == "Neue Nachricht Bcc: x@y.example"
    assert "Guten Tag Ruth Keller" in due.letter.text
    assert "&lt;b&gt;Guten Tag&lt;/b&gt;" in due.letter.html
    assert due.letter.language == "de"


def test_a_server_that_is_down_is_asked_again_and_one_that_took_it_is_not(here: Runtime) -> None:
    (notice,) = told(here)
    for outcome, again, state in (
        (Outcome.UNAVAILABLE, True, State.WAITING),
        (Outcome.ACCEPTED, False, State.SENT),
    ):
        with here.database.transaction():
            due = actions.begin(notice.id)
            assert due is not None
            assert actions.finish(due, Answer(outcome, 250, None, "ok", Stage.DATA)) is again
            session().refresh(session().get_one(Notice, notice.id))
        with here.database.reading():
            assert session().get_one(Notice, notice.id).state is state
    with here.database.transaction():
        assert actions.begin(notice.id) is None


def test_who_finds_an_attempt_on_record_sends_no_second_letter(here: Runtime) -> None:
    (notice,) = told(here)
    with here.database.transaction():
        assert actions.begin(notice.id) is not None
    with here.database.transaction():
        assert actions.begin(notice.id) is None
    with here.database.reading():
        assert session().get_one(Notice, notice.id).state is State.LOST


def test_what_was_taken_back_is_quoted_neither_here_nor_in_a_letter_to_come(here: Runtime) -> None:
    (notice,) = told(here)
    for keys, quote in (("other:", "<b>Guten Tag</b>"), ("one:", "")):
        with here.database.transaction():
            actions.unquote(("document", "D"), keys)
        with here.database.reading():
            assert session().get_one(Notice, notice.id).said["quote"] == quote
    with here.database.transaction():
        due = actions.begin(notice.id)
    assert due is not None
    assert "Guten Tag</b>" not in due.letter.text
