"""The inside of drawing a statement: what a cell does. Nobody else imports this."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from reportlab.lib.units import mm

from app import paper
from app.core import languages, text
from app.core.cells import Answer
from app.core.languages import gettext as _
from app.core.languages import ngettext
from app.core.money import Money
from app.documents.rules.einvoice import EInvoice
from app.renditions.formats import archive
from app.renditions.formats.archive import Label
from app.renditions.formats.pdf import UndrawableError, letterhead, sheet, table
from app.renditions.formats.pdf.fonts import BOLD
from app.renditions.formats.pdf.sheet import BODY, LEADING, MUTED, ROOM, Page, Pen
from app.renditions.formats.pdf.table import Column, Row, Table
from app.statements import rules
from app.statements.formats.letter import Letter, unpacked
from app.statements.rules import Balance, Bucket, Entry, OpenItem

DAY: Final = 24 * mm
SUM: Final = 31 * mm


def draw(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    """Draw a statement in its reader's language; the answer names letters that the fonts lack."""
    letter = unpacked(arguments)
    reader = letter.reader
    with languages.speaking(reader.language, reader.region, reader.timezone):
        title = _("Statement of account")
        try:
            made = sheet.printed(_laid_out(letter, title), title, languages.current())
        except UndrawableError as error:
            return Answer({"lacks": str(error)})
        language = str(languages.locale()).replace("_", "-")
    label = Label(title, letter.sender.name or letter.house.name, language, letter.moment)
    return Answer({}, (archive.plain(made, label),))


def _laid_out(letter: Letter, title: str) -> list[Page]:
    # The letterhead asks a document for who writes to whom, and for nothing else.
    parties = EInvoice(seller=letter.sender, buyer=letter.receiver)
    window = letterhead.window_of(letter.house.country)
    pen = Pen(letter.house, letterhead.TEXT_TOP)
    letterhead.head(pen, parties)
    letterhead.address(pen, parties, window)
    below = letterhead.facts(pen, _facts(letter), window)
    letterhead.marks(pen.page, window)
    pen.y = min(letterhead.TEXT_TOP, below - 6 * mm)
    pen.paragraph(title, font=BOLD, size=15, colour=letter.house.colour)
    pen.y -= 2 * mm
    _text(pen, letter)
    letterhead.feet(pen, parties, title)
    return pen.pages


def _facts(letter: Letter) -> list[tuple[str, str]]:
    said = letter.statement
    return [
        (_("Date"), text.day(said.today)),
        (_("Customer number"), letter.number),
        (_("From"), text.day(said.period.since)),
        (_("Until"), text.day(said.period.until)),
    ]


def _text(pen: Pen, letter: Letter) -> None:
    said = letter.statement
    if letter.remark:
        pen.paragraph(letter.remark, colour=MUTED)
        pen.y -= BODY
    if not said.balances:
        pen.paragraph(_("There are no entries up to the end of this period."))
        pen.y -= BODY
    for one in said.balances:
        entries = [entry for entry in said.entries if entry.currency == one.currency]
        _headline(pen, _("Account in %(currency)s", currency=one.currency))
        table.draw(pen, _account_table(one), _account_rows(letter, one, entries))
        pen.y -= BODY * LEADING
    if said.open_items:
        day = text.day(said.today)
        _headline(pen, _("Open on %(day)s", day=day))
        table.draw(pen, _open_table(), (_open_row(letter, item) for item in said.open_items))
        pen.y -= BODY * LEADING
        _headline(pen, _("For how long it has been overdue"))
        ageing = rules.ageing(said.open_items, said.today)
        table.draw(pen, _ageing_table(), (_ageing_row(*pair) for pair in ageing.items()))
    else:
        pen.paragraph(_("Nothing is open on %(day)s.", day=text.day(said.today)))


def _headline(pen: Pen, words: str) -> None:
    pen.heading(words, below=6 * BODY * LEADING)
    pen.y -= 0.4 * BODY


def _account_table(one: Balance) -> Table:
    narrow = [Column(_("Date"), DAY), Column(_("Due"), DAY)]
    sums = [Column(_("Amount"), SUM, is_number=True), Column(_("Balance"), SUM, is_number=True)]
    what = Column(_("What"), ROOM - 2 * DAY - 2 * SUM)
    columns = (narrow[0], what, narrow[1], *sums)
    return Table(columns, 1, lambda value: paper.price(value, one.currency))


def _account_rows(letter: Letter, one: Balance, entries: Iterable[Entry]) -> Iterator[Row]:
    period = letter.statement.period
    opening = Money(one.opening, one.currency).amount
    day = text.day(period.since)
    yield Row((day, _("Opening balance"), "", "", _sum(opening, one.currency)), (), opening)
    for entry, balance in rules.running(one.opening, entries):
        amount = Money(entry.minor, one.currency).amount
        cells = (
            text.day(entry.day),
            f"{_(rules.SOURCE_NAMES[entry.source])} {entry.number}",
            text.day(entry.due) if entry.due else "",
            _sum(amount, one.currency),
            _sum(Money(balance, one.currency).amount, one.currency),
        )
        yield Row(cells, (), amount)
    closing = _sum(Money(one.closing, one.currency).amount, one.currency)
    yield Row((text.day(period.until), _("Closing balance"), "", "", closing), (), Decimal(0))


def _open_table() -> Table:
    days, due, code = Column(_("Overdue"), 30 * mm, is_number=True), Column(_("Due"), DAY), 6 * mm
    amount = Column(_("Open amount"), SUM + code, is_number=True)
    invoice = Column(_("Invoice"), ROOM - days.width - due.width - amount.width)
    return Table((invoice, due, days, amount))


def _open_row(letter: Letter, item: OpenItem) -> Row:
    days = rules.days_overdue(item.due, letter.statement.today)
    late = ngettext("%(num)d day", "%(num)d days", days) if days else ""
    due = text.day(item.due) if item.due else ""
    return Row((item.number, due, late, text.money(Money(item.minor, item.currency))))


def _ageing_table() -> Table:
    width = ROOM / 6
    names = [Column(_(rules.BUCKET_NAMES[one]), width, is_number=True) for one in Bucket]
    return Table((Column(_("Currency"), width), *names))


def _ageing_row(currency: str, sums: Mapping[Bucket, int]) -> Row:
    cells = (_sum(Money(sums[one], currency).amount, currency) for one in Bucket)
    return Row((currency, *cells))


def _sum(amount: Decimal, currency: str) -> str:
    return paper.price(amount, currency)
