"""A report as it arrives: through a real mail server, read back part by part."""

import csv
import email
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

import pypdfium2
import pytest
from lxml import html
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core import clock, outbox, runtime
from app.core.db import session
from app.core.mail import Letter
from app.core.runtime import Runtime
from app.delivery.rules import State
from app.organisations.rules import Channel
from app.reports.actions import keeping, letters, running
from app.reports.formats import leaving
from app.reports.models import Report, ReportLetter
from app.reports.rules import MOST_PROBLEMS, LetterState
from jobs import reports as jobs
from jobs import runner
from tests.core.scripted_smtp import Script, serving
from tests.reports.stage import NOW, Stage, staged, work

HOUR = timedelta(hours=1)
FORMULA = "=HYPERLINK(1)"


@contextmanager
def server(here: Runtime, script: Script) -> Iterator[Runtime]:
    with serving(script) as transport:
        url = f"smtp://{transport.host}:{transport.port}?starttls=no"
        with runtime.using(replace(here, settings=replace(here.settings, mail_url=url))) as one:
            yield one


def asked(here: Runtime, problems: int = 2, **wishes: object) -> Stage:
    """Have a report sent by hand about a morning with some problems."""
    with clock.standing_at(NOW), here.database.transaction() as opened:
        stage = staged(opened)
        report = stage.report(**wishes)
        made = NOW - timedelta(hours=12)
        stage.dispatches(opened, 5, State.DELIVERED, made, channel=Channel.PRINT, cost_minor=110)
        stage.dispatches(opened, problems, State.UNDELIVERABLE, made, answer=FORMULA)
        other = staged(opened, "brandt")
        other.dispatches(opened, 3, State.FAILED, made, number="FREMD-1", name="Fremde")
        keeping.send_now(opened.get_one(Report, report.id), stage.who, stage.house)
    return stage


def arrived(here: Runtime, **wishes: object) -> EmailMessage:
    script = Script()
    asked(here, **wishes)  # type: ignore[arg-type]
    with server(here, script) as sending:
        work(sending, NOW)
    (message,) = script.kept
    found = email.message_from_bytes(message, policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def promised(here: Runtime, task: str) -> str:
    with here.database.reading():
        rows = select(outbox.Promise.id).where(outbox.Promise.task == task)
        return session().scalars(rows).one()


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content())


def test_a_mail_has_figures_a_chart_and_the_problems_in_its_readers_language(here: Runtime) -> None:
    message = arrived(here)
    assert message["Content-Language"] == "de"
    assert message["To"].addresses[0].addr_spec == "ben@lindenhof.example"
    page = html.fromstring(body(message, "html"))
    first = page.xpath("//table[caption]//tr[th[@scope='row']][1]")[0]
    assert [cell.text_content() for cell in first][:2] == ["E-Mail", "2"]
    widths = page.xpath("//table[@role='presentation']//td/@width")
    assert widths == ["100%", "100%"]
    text = body(message, "plain")
    assert "░" * 20 in text
    assert "█" * 20 in text
    links = page.xpath("//td/a/@href")
    assert len(links) == 2
    for link in links:
        assert link.startswith("http://kontor.test/deliveries/")
        assert link in text
    assert "FREMD" not in message.as_string() + text + body(message, "html")


def test_a_mail_program_can_end_it_by_one_click(here: Runtime) -> None:
    message = arrived(here)
    with here.database.reading():
        recipient_id = session().scalars(select(ReportLetter.recipient_id)).one()
    url = leaving.url("http://kontor.test", recipient_id)
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in body(message, "plain")
    assert not leaving.is_right("0" * 26, leaving.token(recipient_id))


def test_of_many_problems_fifty_are_named_and_a_link_leads_to_all(here: Runtime) -> None:
    text = body(arrived(here, problems=MOST_PROBLEMS + 2), "plain")
    assert text.count("http://kontor.test/deliveries/") == MOST_PROBLEMS
    assert "http://kontor.test/deliveries\n" in text.replace("\r\n", "\n")


def test_the_enclosed_files_say_the_same_and_hold_no_formula(here: Runtime) -> None:
    message = arrived(here, has_pdf=True, has_csv=True)
    files = {part.get_content_type(): part.get_content() for part in message.iter_attachments()}
    table = list(csv.reader(io.StringIO(files["text/csv"].lstrip("\ufeff")), delimiter=";"))
    assert len(table) == 1 + 5 + 2
    assert {row[2] for row in table[1:]} == {"2026-0412"}
    assert {row[7] for row in table[1:]} == {"", f"'{FORMULA}"}
    assert {row[3] for row in table[1:]} == {"'=Ruth Keller"}
    assert {row[8] for row in table[1:]} == {"", "1.10"}
    with pypdfium2.PdfDocument(files["application/pdf"]) as document:
        text = "".join(page.get_textpage().get_text_bounded() for page in document)
    for said in ("Zustellung", "E-Mail", "5.50", "2026-0412", FORMULA):
        assert said in text
    assert "FREMD" not in text + str(table)


def test_one_that_was_handed_over_and_not_noted_goes_out_no_second_time(here: Runtime) -> None:
    script = Script()
    asked(here)
    with server(here, script) as sending, clock.standing_at(NOW):
        runner.run(sending, promised(here, "reports.make"))
        promise_id = promised(here, "reports.send")
        with here.database.transaction():
            assert outbox.claim(promise_id, timedelta(seconds=0)) is not None
            letter_id = session().scalars(select(ReportLetter.id)).one()
            due = jobs.begin(letter_id)
        assert due is not None
        assert jobs.submit(due)[0] is True
        # Its worker died; another one comes, and one that came too late as well.
        work(sending, NOW)
        assert jobs.submit(due)[0] is False
    assert len(script.kept) == 1
    with here.database.reading():
        assert session().scalars(select(ReportLetter.state)).all() == [LetterState.LOST]


def test_a_mail_that_is_put_off_is_sent_later(here: Runtime) -> None:
    asked(here)
    for answers, state in (({"rcpt": "450 4.2.1 later"}, "waiting"), ({}, "sent")):
        with server(here, Script(answers=answers)) as sending:
            work(sending, NOW)
        with here.database.reading():
            assert session().scalars(select(ReportLetter.state)).all() == [LetterState(state)]


def test_where_the_sheet_cannot_be_drawn_the_mail_says_so(stage: Stage, session: Session) -> None:
    with clock.standing_at(NOW):
        stage.house.name = "語" * 3
        keeping.send_now(stage.report(has_pdf=True), stage.who, stage.house)
        session.flush()
        (run,) = session.scalars(select(running.ReportRun))
        planned = running.plan(run.id)
        assert planned is not None
        running.settle(planned, running.figures.figures(planned.scope, planned.period))
        session.flush()
        session.execute(update(ReportLetter).values(answer=""))
        due = letters.begin(session.scalars(select(ReportLetter.id)).one())
    assert due is not None
    letter: Letter = letters.written(due)
    assert letter.enclosures == ()
    assert "PDF" in letter.text


@pytest.mark.parametrize("language", ["en", "de", "sv", "nb"])
def test_every_language_has_its_mail(stage: Stage, session: Session, language: str) -> None:
    with clock.standing_at(NOW):
        stage.ben.language = language
        stage.dispatches(session, 1, State.FAILED, NOW - 12 * HOUR)
        keeping.send_now(stage.report(), stage.who, stage.house)
        session.flush()
        (run,) = session.scalars(select(running.ReportRun))
        planned = running.plan(run.id)
        assert planned is not None
        running.settle(planned, running.figures.figures(planned.scope, planned.period))
        session.flush()
        due = letters.begin(session.scalars(select(ReportLetter.id)).one())
    assert due is not None
    assert letters.written(due).language == language
