"""The mail of a run to one recipient: handed over at most once, to who may still read it."""

from dataclasses import dataclass

from sqlalchemy import update

from app.core import cells, clock, languages, runtime
from app.core.db import session
from app.core.errors import Refused
from app.core.mail import Answer, Enclosure, Letter, Outcome, verp
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.reports.actions.running import scope_of
from app.reports.formats import apart, leaving, mail, said, table
from app.reports.formats.mail import Addressed
from app.reports.formats.paper import Sheet
from app.reports.models import Report, ReportLetter
from app.reports.queries import figures, reports
from app.reports.queries.figures import Scope
from app.reports.rules import LetterState
from app.reports.rules.counting import Figures

AFTER = {
    Outcome.ACCEPTED: LetterState.SENT,
    Outcome.PERMANENT: LetterState.FAILED,
    Outcome.UNKNOWN: LetterState.LOST,
}
"""What the mail server said → what became of the mail; anything else is tried again."""


@dataclass(frozen=True, slots=True)
class Due:
    """A mail on its way out, with all that is needed once the transaction is closed."""

    letter_id: str
    recipient_id: str
    name: str
    address: str
    report: Report
    house: Organisation
    sheet: Sheet
    scope: Scope


def begin(letter_id: str) -> Due | None:
    """Return what is needed to write a mail; None where it is done, or nobody is left to read it."""
    letter = reports.letter_by_id(letter_id)
    if letter is None or letter.state is not LetterState.WAITING:
        if letter is not None and letter.state is LetterState.SENDING:
            _move(letter_id, LetterState.SENDING, LetterState.LOST)
        return None
    due = _due(letter)
    if due is None:
        _move(letter_id, LetterState.WAITING, LetterState.WITHHELD)
        return None
    return due


def mark(due: Due) -> bool:
    """Put the attempt on record before the network is touched; False where somebody else did."""
    return _move(due.letter_id, LetterState.WAITING, LetterState.SENDING)


def _due(letter: ReportLetter) -> Due | None:
    run, recipient = reports.run_by_id(letter.run_id), reports.recipient_by_id(letter.recipient_id)
    assert run is not None
    assert recipient is not None
    report = reports.by_id(run.report_id)
    assert report is not None
    person = reports.reader(recipient)
    if person is None or report.removed_at is not None:
        return None
    house = organisations.organisation_by_id(letter.organisation_id)
    named = figures.named(house.id, Figures.from_json(run.figures).named)
    language = languages.choose(person.language, house.language)
    return Due(
        letter_id=letter.id,
        recipient_id=recipient.id,
        name=person.name,
        address=person.email,
        report=report,
        house=house,
        sheet=mail.sheet(report, run, named, house, language),
        scope=scope_of(report),
    )


def written(due: Due) -> Letter:
    """Return the letter with its files; outside of any transaction, for drawing takes a while."""
    settings = runtime.current().settings
    files, left_out = _files(due)
    url = leaving.url(due.house.base_url, due.recipient_id)
    to = Addressed(due.name, url)
    words = mail.written(due.sheet, due.report, due.house, to, left_out)
    return Letter(
        sender_name=due.house.sender_name,
        sender_address=due.house.sender_email,
        recipient_name=due.name,
        recipient_address=due.address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        message_id=f"<{due.letter_id}@{settings.bounce_domain}>",
        envelope_sender=verp(due.letter_id, settings.key("bounce"), settings.bounce_domain),
        language=due.sheet.reader.language,
        date=due.sheet.moment,
        reply_address=due.house.contact_email,
        headers={
            "List-Unsubscribe": f"<{url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        enclosures=files,
    )


def _files(due: Due) -> tuple[tuple[Enclosure, ...], list[str]]:
    """Return the files that the report comes with, and the names of those that could not be made."""
    files: list[Enclosure] = []
    left_out: list[str] = []
    begin = said.day_and_hour(due.sheet.period.ends, due.house.timezone)
    if due.report.has_pdf:
        try:
            pdf = apart.drawn(due.sheet)
            files.append(Enclosure(f"{begin}.pdf", apart.MEDIA_TYPE, pdf))
        except (Refused, cells.CellDied, cells.CellNotStarted):
            left_out.append("PDF")
    if due.report.has_csv:
        files.append(Enclosure(f"{begin}.csv", "text/csv", _table(due)))
    return tuple(files), left_out


def _table(due: Due) -> bytes:
    reader = due.sheet.reader
    with runtime.current().database.reading():
        rows = figures.rows_of(due.scope, due.sheet.period)
    with languages.speaking(reader.language, reader.region, reader.timezone):
        return table.written(rows, due.house.currency)


def finish(due: Due, answer: Answer | None) -> bool:
    """Write down what came of it; True asks for another try. None: the letter cannot be written."""
    if answer is None:
        _move(due.letter_id, LetterState.SENDING, LetterState.FAILED)
        return False
    state = AFTER.get(answer.outcome, LetterState.WAITING)
    _move(due.letter_id, LetterState.SENDING, state, answer.text)
    return state is LetterState.WAITING


def give_up(letter_id: str) -> None:
    """Say that it was tried often enough."""
    _move(letter_id, LetterState.WAITING, LetterState.FAILED)


def _move(letter_id: str, before: LetterState, after: LetterState, answer: str = "") -> bool:
    moved = (
        update(ReportLetter)
        .where(ReportLetter.id == letter_id, ReportLetter.state == before)
        .values(state=after, settled_at=clock.now(), answer=answer[:500])
        .returning(ReportLetter.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(moved).first() is not None
