"""The life of a document: which state follows which, and who sees it in which."""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, is_held
from app.documents.rules.kinds import Kind


class State(StrEnum):
    """Where a document stands."""

    HELD = "held"
    """Checks found something fatal, or its customer is not confirmed: staff decide."""
    READY = "ready"
    """Checked; waits to be published."""
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    """A newer version is published; this one stays readable."""
    WITHDRAWN = "withdrawn"
    """Taken back; customers do not see it any more."""
    DISCARDED = "discarded"
    """Decided against; never seen by a customer."""


AFTER: Final[dict[State, frozenset[State]]] = {
    State.HELD: frozenset({State.READY, State.PUBLISHED, State.DISCARDED}),
    State.READY: frozenset({State.HELD, State.PUBLISHED, State.DISCARDED}),
    State.PUBLISHED: frozenset({State.SUPERSEDED, State.WITHDRAWN}),
    State.SUPERSEDED: frozenset(),
    State.WITHDRAWN: frozenset(),
    State.DISCARDED: frozenset(),
}
"""The whole life: state → states that may follow."""

FOR_CUSTOMERS: Final = frozenset({State.PUBLISHED, State.SUPERSEDED})
CURRENT: Final = frozenset({State.HELD, State.READY, State.PUBLISHED})
"""States that the staff's list shows unless asked otherwise."""

STATE_NAMES: Final[dict[State, str]] = {
    State.HELD: N_("held"),
    State.READY: N_("ready"),
    State.PUBLISHED: N_("published"),
    State.SUPERSEDED: N_("superseded"),
    State.WITHDRAWN: N_("withdrawn"),
    State.DISCARDED: N_("discarded"),
}


class Answer(StrEnum):
    """What a customer said to a document that asks for an answer."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REVISION_ASKED = "revision_asked"


DUE_SOON: Final = timedelta(days=14)

CUSTOMER_UNKNOWN: Final = "KT-CUSTOMER"


def sources(target: State) -> list[State]:
    """Return the states that `target` may follow: the WHERE of its conditional UPDATE."""
    return [state for state, following in AFTER.items() if target in following]


def first_state(findings: Sequence[Finding], *, has_customer: bool) -> State:
    """Return the state of a document that was just taken in."""
    return State.HELD if is_held(findings) or not has_customer else State.READY


def unpublishable(
    einvoice: EInvoice | None, *, has_customer: bool, is_describable: bool = False
) -> str | None:
    """Return why a person cannot publish it whatever they decide, as a msgid, or None.

    `is_describable` says that a person may enter what is missing.
    """
    if einvoice is None and is_describable:
        return N_("Enter first what the file says. Then it can be published.")
    if einvoice is None or not einvoice.number or einvoice.issue_date is None:
        return N_(
            "This file holds no document that can be shown: its number or its date is missing. "
            "Have it corrected and take it in again."
        )
    if not has_customer:
        return N_("Confirm first which customer this document is for.")
    return None


def open_until(kind: Kind, einvoice: EInvoice) -> date | None:
    """Return until when the customer has time: to pay (BT-9), or to accept a quote."""
    if kind.traits.has_validity:
        return einvoice.validity.end if einvoice.validity else None
    return einvoice.due_date


WAITS_FOR_EVER: Final = date(9999, 12, 31)
"""Of what is open until somebody does something about it."""
WAITS_FOR_NOTHING: Final = timedelta(days=30)
"""How long a document counts as open that nobody has to do anything about."""
STAYS: Final = timedelta(days=1)
"""How long what was paid or answered stays among the open ones: who did it looks at it again."""


def waits_until(
    kind: Kind, *, open_minor: int | None, due_date: date | None, published_on: date
) -> date:
    """Return the last day on which a document, unanswered and published on a day, is open (PY-22).

    An invoice is open until it is paid, a quote as long as it can be accepted. All else waits for
    nothing that we know of: it is shown for 30 days, a reminder at least until its day.
    """
    settled = published_on + WAITS_FOR_NOTHING
    if kind.traits.is_acceptable:
        return due_date or WAITS_FOR_EVER
    if open_minor is not None:
        return WAITS_FOR_EVER if open_minor > 0 else settled
    return max(settled, due_date) if kind.traits.asks_for_money and due_date else settled


class Payment(StrEnum):
    """What a customer has to do about an amount."""

    NOTHING_DUE = "nothing_due"
    OPEN = "open"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    PAID = "paid"


def open_amount(kind: Kind, payable_minor: int | None, paid_minor: int) -> int | None:
    """Return what is still to be paid, in minor units; None where a document opens no debt.

    Only an invoice is paid by its buyer: a credit note's amount flows the other way.
    """
    if not kind.traits.is_payable or not payable_minor or payable_minor < 0:
        return None
    return max(payable_minor - paid_minor, 0)


def payment_state(open_minor: int | None, due_date: date | None, today: date) -> Payment:
    """Return how urgent a document is, of which `open_minor` is open; `due_date` is BT-9."""
    if open_minor is None:
        return Payment.NOTHING_DUE
    if not open_minor:
        return Payment.PAID
    if due_date is None:
        return Payment.OPEN
    if due_date < today:
        return Payment.OVERDUE
    return Payment.DUE_SOON if due_date - today <= DUE_SOON else Payment.OPEN
