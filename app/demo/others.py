"""Quotes, reminders, order confirmations and delivery notes of the demonstration."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from app.demo.cast import Sample
from app.documents.rules.einvoice import Delivery, EInvoice, RemindedInvoice, Totals
from app.documents.rules.kinds import Kind
from app.documents.rules.line import Line, Period

ACCEPTED: Final = "AP"
"""UNCL 4343: an order is confirmed as it was placed."""


def turned(said: EInvoice, sample: Sample, reminded: EInvoice | None) -> EInvoice:
    """Return an invoice over a sample's lines as the sample's kind; `reminded` is what is overdue."""
    if reminded is None and sample.kind not in _TURNED:
        return said
    # None of these asks EN 16931 how it is to be paid or what it answers.
    plain = replace(
        said,
        type_code="",
        specification="",
        due_date=None,
        delivery=None,
        payment_instructions=(),
        preceding_invoices=(),
    )
    if reminded is not None:
        return _reminder(plain, reminded)
    return _TURNED[sample.kind](plain, sample)


def _quote(said: EInvoice, sample: Sample) -> EInvoice:
    issued = _issued(said)
    validity = Period(issued, issued + timedelta(days=sample.terms))
    return replace(said, validity=validity, payment_terms="")


def _order_confirmation(said: EInvoice, _sample: Sample) -> EInvoice:
    planned = Period(end=_issued(said) + timedelta(days=7))
    return replace(
        said, response_code=ACCEPTED, delivery=Delivery(planned=planned), payment_terms=""
    )


def _delivery_note(said: EInvoice, _sample: Sample) -> EInvoice:
    lines = tuple(_delivered(line) for line in said.lines)
    return replace(
        said,
        currency="",
        payment_terms="",
        delivery=Delivery(day=said.issue_date),
        totals=Totals(),
        vat_breakdown=(),
        lines=lines,
    )


def _delivered(line: Line) -> Line:
    return Line(
        identifier=line.identifier,
        quantity=line.quantity,
        unit=line.unit,
        order_line=line.identifier,
        item=line.item,
    )


def _reminder(said: EInvoice, invoice: EInvoice) -> EInvoice:
    due = invoice.totals.due
    one = RemindedInvoice(invoice.number, invoice.issue_date, debit=due)
    return replace(
        said,
        reminder_level=Decimal(1),
        reminded_invoices=(one,),
        totals=Totals(due=due),
        vat_breakdown=(),
        lines=(),
        payment_terms="",
    )


def _issued(said: EInvoice) -> date:
    assert said.issue_date is not None
    return said.issue_date


_TURNED: Final[dict[Kind, Callable[[EInvoice, Sample], EInvoice]]] = {
    Kind.QUOTE: _quote,
    Kind.ORDER_CONFIRMATION: _order_confirmation,
    Kind.DELIVERY_NOTE: _delivery_note,
}
