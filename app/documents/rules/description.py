"""What a person says of a file whose data cannot be read: which may be described, and how.

These are PDFs without an e-invoice, and ZUGFeRD 1, in a PDF or as bare XML.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from app.core.languages import N_
from app.documents.rules.einvoice import EInvoice, Totals
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.documents.rules.line import Period
from app.documents.rules.party import Party

UNREAD: Final = frozenset({"KT-PLAIN-PDF", "KT-ZUGFERD-1"})
"""Findings that say: a person may enter the data."""

BY_HAND: Final = "KT-BY-HAND"


@dataclass(frozen=True, slots=True)
class Description:
    """What somebody read off a file. `until` is when it is due, or a quote's last day."""

    kind: Kind
    number: str
    issue_date: date
    until: date | None
    currency: str
    total: Decimal | None


def is_by_hand(findings: Sequence[Finding]) -> bool:
    """Say whether a person entered the data of a document."""
    return any(finding.rule == BY_HAND for finding in findings)


def is_describable(state: State, findings: Sequence[Finding]) -> bool:
    """Say whether a person may enter what the file says: it is readable, and nobody has seen it."""
    is_undecided = state in (State.HELD, State.READY)
    rules = {finding.rule for finding in findings}
    return is_undecided and bool(rules & (UNREAD | {BY_HAND}))


def findings_after(findings: Sequence[Finding]) -> list[Finding]:
    """Return what remains to be said once a person has entered the data."""
    sentence = N_("A person read the data off the file. The file counts; no rules were checked.")
    kept = [one for one in findings if one.rule not in UNREAD and one.rule != BY_HAND]
    return [*kept, Finding(BY_HAND, Severity.INFORMATION, sentence)]


def described(said: Description, seller: Party, buyer: Party) -> EInvoice:
    """Return a description in the words of EN 16931; the total is with VAT (BT-112) and due."""
    traits = said.kind.traits
    return EInvoice(
        number=said.number,
        issue_date=said.issue_date,
        type_code=traits.type_code,
        currency=said.currency if said.total is not None else "",
        due_date=None if traits.has_validity else said.until,
        validity=Period(end=said.until) if traits.has_validity and said.until else None,
        seller=seller,
        buyer=buyer,
        totals=Totals(with_vat=said.total, due=said.total),
    )
