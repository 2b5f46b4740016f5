"""The tables of a document: its lines with or without prices, and what a reminder is about."""

from collections.abc import Iterator
from decimal import Decimal

from reportlab.lib.units import mm

from app import paper
from app.core import text
from app.core.languages import gettext as _
from app.documents.rules.einvoice import EInvoice, RemindedInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.line import Line
from app.renditions.formats.pdf.sheet import ROOM
from app.renditions.formats.pdf.table import Column, Row, Table


def tables(einvoice: EInvoice, kind: Kind) -> Iterator[tuple[Table, Iterator[Row]]]:
    """Return the tables of a document with their rows."""
    if einvoice.reminded_invoices:
        yield _reminded_table(einvoice), map(_reminded(einvoice), einvoice.reminded_invoices)
    if not einvoice.lines:
        return
    if kind is not Kind.DELIVERY_NOTE and paper.has_amounts(einvoice):
        has_vat = any(line.vat_category for line in einvoice.lines)
        rows = (_priced(line, einvoice, has_vat) for line in einvoice.lines)
        yield _priced_table(einvoice, has_vat), rows
    else:
        has_rest = any(line.outstanding for line in einvoice.lines)
        rows = (_counted(line, einvoice, has_rest) for line in einvoice.lines)
        yield _counted_table(kind, has_rest), rows


def _priced_table(einvoice: EInvoice, has_vat: bool) -> Table:
    currency = einvoice.currency
    amount = _("Amount in %(currency)s", currency=currency or "–")
    narrow = [
        Column(_("Quantity"), 25 * mm, is_number=True),
        Column(_("Price"), 25 * mm, is_number=True),
        *([Column(_("VAT"), 15 * mm, is_number=True)] if has_vat else []),
        Column(amount, 30 * mm, is_number=True),
    ]
    return Table(_with_wide(narrow), 1, lambda value: paper.price(value, currency))


def _counted_table(kind: Kind, has_rest: bool) -> Table:
    quantity = _("Delivered quantity") if kind is Kind.DELIVERY_NOTE else _("Quantity")
    narrow = [Column(quantity, 30 * mm, is_number=True)]
    narrow += [Column(_("To follow"), 30 * mm, is_number=True)] if has_rest else []
    return Table(_with_wide(narrow), 1)


def _with_wide(narrow: list[Column]) -> tuple[Column, ...]:
    """Put the line's number and what it is about before the narrow columns."""
    number = Column(_("No."), 12 * mm)
    room = ROOM - number.width - sum(column.width for column in narrow)
    return (number, Column(_("What"), room), *narrow)


def _reminded_table(einvoice: EInvoice) -> Table:
    currency = einvoice.currency
    amount = _("Amount in %(currency)s", currency=currency or "–")
    date, money = Column(_("Date"), 35 * mm), Column(amount, 38 * mm, is_number=True)
    invoice = Column(_("Invoice"), ROOM - date.width - money.width)
    return Table((invoice, date, money), 0, lambda value: paper.price(value, currency))


def _priced(line: Line, einvoice: EInvoice, has_vat: bool) -> Row:
    currency, price = einvoice.currency, line.price
    at = "" if price is None or price.net is None else paper.price(price.net, currency)
    if at and price and price.base_quantity and price.base_quantity != 1:
        at = f"{at} / {text.number(price.base_quantity)}"
    rate = line.vat_category if line.vat_rate is None else text.percent(line.vat_rate)
    net = "" if line.net is None else paper.price(line.net, currency)
    cells = (line.identifier, _name(line), _quantity(line.quantity, line.unit), at)
    return Row(
        (*cells, rate, net) if has_vat else (*cells, net),
        tuple(paper.line_remarks(line, currency)),
        Decimal(0) if line.is_information else line.net,
    )


def _counted(line: Line, einvoice: EInvoice, has_rest: bool) -> Row:
    cells = (line.identifier, _name(line), _quantity(line.quantity, line.unit))
    rest = _quantity(line.outstanding or None, line.unit)
    remarks = tuple(paper.line_remarks(line, einvoice.currency))
    return Row((*cells, rest) if has_rest else cells, remarks)


def _reminded(einvoice: EInvoice) -> "_Reminded":
    return _Reminded(einvoice.currency)


class _Reminded:
    """Writes the rows of a reminder in its currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency

    def __call__(self, one: RemindedInvoice) -> Row:
        amount = one.debit if one.debit is not None else None
        if amount is None and one.credit is not None:
            amount = -one.credit
        shown = "" if amount is None else paper.price(amount, self.currency)
        day = text.day(one.issue_date) if one.issue_date else ""
        remarks = (one.note,) if one.number and one.note else ()
        return Row((one.number or one.note or "–", day, shown), remarks, amount)


def _name(line: Line) -> str:
    return line.item.name or _("Line %(number)s", number=line.identifier or "–")


def _quantity(value: Decimal | None, unit: str) -> str:
    return "" if value is None else f"{text.number(value)} {paper.unit(unit)}".strip()
