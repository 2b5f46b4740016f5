"""What an invoice needs before anything can be done with it: number, dates, currency, parties."""

from collections.abc import Iterator

from app.core.errors import Invalid
from app.core.languages import N_
from app.core.money import exponent
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import kind_of


def check(einvoice: EInvoice, *, has_lines: bool) -> list[Finding]:
    """Return what is missing or cannot be. `has_lines` is False for profiles without lines."""
    return [
        *_missing(einvoice),
        *_type_code(einvoice),
        *known_currency(einvoice),
        *_dates(einvoice),
        *_lines(einvoice, has_lines),
    ]


def _missing(einvoice: EInvoice) -> Iterator[Finding]:
    needed = (
        ("KT-NUMBER", "BT-1", einvoice.number, N_("The invoice has no number.")),
        ("KT-DATE", "BT-2", einvoice.issue_date, N_("The invoice has no date that can be read.")),
        ("KT-CURRENCY", "BT-5", einvoice.currency, N_("The invoice names no currency.")),
        ("KT-SELLER", "BT-27", einvoice.seller.name, N_("The invoice does not name its seller.")),
        ("KT-BUYER", "BT-44", einvoice.buyer.name, N_("The invoice does not name its buyer.")),
        ("KT-TOTAL", "BT-112", einvoice.totals.with_vat, N_("The invoice has no total with VAT.")),
    )
    for rule, place, value, sentence in needed:
        if value is None or value == "":
            yield Finding(rule, Severity.FATAL, sentence, place)


def _type_code(einvoice: EInvoice) -> Iterator[Finding]:
    if einvoice.type_code and kind_of(einvoice.type_code) is None:
        sentence = N_("The type code %(code)s is not one of an invoice or a credit note.")
        values = {"code": einvoice.type_code}
        yield Finding("KT-TYPE-CODE", Severity.FATAL, sentence, "BT-3", values)


def known_currency(einvoice: EInvoice) -> Iterator[Finding]:
    """Yield why the currency (BT-5) cannot be: not in ISO 4217, or too many decimals."""
    if not einvoice.currency:
        return
    values = {"currency": einvoice.currency}
    try:
        digits = exponent(einvoice.currency)
    except Invalid:
        sentence = N_("The currency %(currency)s is not in ISO 4217.")
        yield Finding("KT-CURRENCY-UNKNOWN", Severity.FATAL, sentence, "BT-5", values)
        return
    if digits > 2:
        sentence = N_("Amounts in %(currency)s have more decimals than EN 16931 allows.")
        yield Finding("KT-CURRENCY-DECIMALS", Severity.FATAL, sentence, "BT-5", values)


def _dates(einvoice: EInvoice) -> Iterator[Finding]:
    due, issued = einvoice.due_date, einvoice.issue_date
    if due is not None and issued is not None and due < issued:
        sentence = N_("The due date %(due)s is before the invoice date %(issued)s.")
        values = {"due": due.isoformat(), "issued": issued.isoformat()}
        yield Finding("KT-DUE-DATE", Severity.WARNING, sentence, "BT-9", values)


def _lines(einvoice: EInvoice, has_lines: bool) -> Iterator[Finding]:
    if einvoice.lines:
        return
    if has_lines:
        yield Finding("KT-LINES-MISSING", Severity.FATAL, N_("The invoice has no lines."), "BG-25")
    else:
        sentence = N_("The invoice is of a profile without lines. Only its totals are known.")
        yield Finding("KT-NO-LINES", Severity.INFORMATION, sentence, "BG-25")
