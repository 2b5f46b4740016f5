"""What a quote, a reminder, an order confirmation and a delivery note need to be of use."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from app.core.languages import N_
from app.documents.rules.completeness import known_currency
from app.documents.rules.einvoice import EInvoice, Totals
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.line_arithmetic import ZERO

RESPONSE_CODES: Final = frozenset({"AB", "AP", "RE", "CA"})
"""UNCL 4343: received, accepted, rejected, accepted with changes."""


def check(said: EInvoice, kind: Kind) -> list[Finding]:
    """Return what is missing or cannot be, in general and for this kind of document."""
    by_kind = {
        Kind.QUOTE: _quote,
        Kind.REMINDER: _reminder,
        Kind.ORDER_CONFIRMATION: _order_confirmation,
        Kind.DELIVERY_NOTE: _delivery_note,
    }
    return [*_missing(said), *_currency(said), *by_kind[kind](said)]


def _missing(said: EInvoice) -> Iterator[Finding]:
    needed = (
        ("KT-NUMBER", "cbc:ID", said.number, N_("The document has no number.")),
        (
            "KT-DATE",
            "cbc:IssueDate",
            said.issue_date,
            N_("The document has no date that can be read."),
        ),
        (
            "KT-SELLER",
            "cac:Party",
            said.seller.name or said.seller.identifiers,
            N_("The document does not say who sends it."),
        ),
        (
            "KT-BUYER",
            "cac:Party",
            said.buyer.name or said.buyer.identifiers,
            N_("The document does not say who it is for."),
        ),
    )
    for rule, place, value, sentence in needed:
        if not value:
            yield Finding(rule, Severity.FATAL, sentence, place)


def _currency(said: EInvoice) -> Iterator[Finding]:
    has_amounts = said.totals != Totals() or any(line.net is not None for line in said.lines)
    if has_amounts and not said.currency:
        sentence = N_("The document states amounts, but not in which currency.")
        yield Finding("KT-CURRENCY", Severity.FATAL, sentence, "cbc:DocumentCurrencyCode")
    yield from known_currency(said)


def _quote(said: EInvoice) -> Iterator[Finding]:
    start, end = (said.validity.start, said.validity.end) if said.validity else (None, None)
    place = "cac:ValidityPeriod"
    if end is not None and said.issue_date is not None and end < said.issue_date:
        sentence = N_("The quote ran out on %(end)s, before it was issued on %(issued)s.")
        values = {"end": end.isoformat(), "issued": said.issue_date.isoformat()}
        yield Finding("KT-QUOTE-EXPIRED", Severity.FATAL, sentence, place, values)
    if _is_before(end, start):
        sentence = N_("The validity of the quote ends before it begins.")
        yield Finding("KT-QUOTE-VALIDITY", Severity.FATAL, sentence, place)
    if said.totals.due is None and said.totals.with_vat is None:
        sentence = N_("The quote states no total.")
        yield Finding("KT-QUOTE-TOTAL", Severity.WARNING, sentence, "cac:QuotedMonetaryTotal")


def _is_before(end: date | None, start: date | None) -> bool:
    return end is not None and start is not None and end < start


def _reminder(said: EInvoice) -> Iterator[Finding]:
    if not any(one.number for one in said.reminded_invoices):
        sentence = N_("The reminder does not say which invoice it is about.")
        yield Finding("KT-REMINDED", Severity.WARNING, sentence, "cac:ReminderLine")
    if said.totals.due is None:
        sentence = N_("The reminder does not say how much is to be paid.")
        yield Finding("KT-REMINDER-DUE", Severity.WARNING, sentence, "cbc:PayableAmount")
    elif said.totals.due <= ZERO:
        sentence = N_("The reminder asks for nothing: its amount is not above zero.")
        yield Finding("KT-REMINDER-NOTHING", Severity.FATAL, sentence, "cbc:PayableAmount")
    level = said.reminder_level
    if level is not None and (level < 1 or level != level.to_integral_value()):
        sentence = N_("The level of the reminder is %(level)s. Levels are counted from 1.")
        values = {"level": f"{level:f}"}
        place = "cbc:ReminderSequenceNumeric"
        yield Finding("KT-REMINDER-LEVEL", Severity.WARNING, sentence, place, values)


def _order_confirmation(said: EInvoice) -> Iterator[Finding]:
    if not said.purchase_order and not said.sales_order:
        sentence = N_("The order confirmation does not say which order it answers.")
        yield Finding("KT-ORDER", Severity.WARNING, sentence, "cac:OrderReference")
    if said.response_code and said.response_code not in RESPONSE_CODES:
        sentence = N_("The answer to the order is the code %(code)s, which is not known.")
        values = {"code": said.response_code}
        place = "cbc:OrderResponseCode"
        yield Finding("KT-RESPONSE-CODE", Severity.WARNING, sentence, place, values)


def _delivery_note(said: EInvoice) -> Iterator[Finding]:
    for line in said.lines:
        values, place = {"line": line.identifier or "?"}, "cbc:DeliveredQuantity"
        if line.quantity is None and line.outstanding is None:
            sentence = N_("Line %(line)s does not say how much was delivered.")
            yield Finding("KT-DELIVERED", Severity.WARNING, sentence, place, values)
        elif line.quantity is not None and line.quantity < ZERO:
            sentence = N_("Line %(line)s: the delivered quantity is below zero.")
            yield Finding("KT-DELIVERED-NEGATIVE", Severity.FATAL, sentence, place, values)
