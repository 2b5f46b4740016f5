"""What each kind of document that is no invoice needs to be of use to its reader."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from app.core.languages import N_
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.line_arithmetic import ZERO

RESPONSE_CODES: Final = frozenset({"AB", "AP", "RE", "CA"})
"""UNCL 4343: received, accepted, rejected, accepted with changes."""


def quote(said: EInvoice) -> Iterator[Finding]:
    """Yield what a quote lacks, or what cannot be."""
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


def reminder(said: EInvoice) -> Iterator[Finding]:
    """Yield what a reminder lacks, or what cannot be."""
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


def order_confirmation(said: EInvoice) -> Iterator[Finding]:
    """Yield what a order confirmation lacks, or what cannot be."""
    if not said.purchase_order and not said.sales_order:
        sentence = N_("The order confirmation does not say which order it answers.")
        yield Finding("KT-ORDER", Severity.WARNING, sentence, "cac:OrderReference")
    if said.response_code and said.response_code not in RESPONSE_CODES:
        sentence = N_("The answer to the order is the code %(code)s, which is not known.")
        values = {"code": said.response_code}
        place = "cbc:OrderResponseCode"
        yield Finding("KT-RESPONSE-CODE", Severity.WARNING, sentence, place, values)


def delivery_note(said: EInvoice) -> Iterator[Finding]:
    """Yield what a delivery note lacks, or what cannot be."""
    for line in said.lines:
        values, place = {"line": line.identifier or "?"}, "cbc:DeliveredQuantity"
        if line.quantity is None and line.outstanding is None:
            sentence = N_("Line %(line)s does not say how much was delivered.")
            yield Finding("KT-DELIVERED", Severity.WARNING, sentence, place, values)
        elif line.quantity is not None and line.quantity < ZERO:
            sentence = N_("Line %(line)s: the delivered quantity is below zero.")
            yield Finding("KT-DELIVERED-NEGATIVE", Severity.FATAL, sentence, place, values)
