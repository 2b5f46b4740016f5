"""What a quote, a reminder, an order confirmation and a delivery note need to be of use."""

from collections.abc import Iterator

from app.core.languages import N_
from app.documents.rules import by_kind
from app.documents.rules.completeness import known_currency
from app.documents.rules.einvoice import EInvoice, Totals
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind


def check(said: EInvoice, kind: Kind) -> list[Finding]:
    """Return what is missing or cannot be, in general and for this kind of document."""
    checks = {
        Kind.QUOTE: by_kind.quote,
        Kind.REMINDER: by_kind.reminder,
        Kind.ORDER_CONFIRMATION: by_kind.order_confirmation,
        Kind.DELIVERY_NOTE: by_kind.delivery_note,
    }
    return [*_missing(said), *_currency(said), *checks[kind](said)]


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
