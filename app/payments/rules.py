"""The life of a payment, and how an amount is divided among invoices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core.languages import N_


class State(StrEnum):
    """Where a payment stands. Nothing is `paid` before the provider said so itself."""

    STARTED = "started"
    """Written down; the provider has not given an address to pay at yet."""
    OPEN = "open"
    """The provider waits for the payer."""
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


AFTER: Final[dict[State, frozenset[State]]] = {
    State.STARTED: frozenset(set(State) - {State.STARTED}),
    State.OPEN: frozenset({State.PAID, State.FAILED, State.CANCELLED, State.EXPIRED}),
    # Money that arrives late is money: providers do change their mind in this one direction.
    State.FAILED: frozenset({State.PAID}),
    State.CANCELLED: frozenset({State.PAID}),
    State.EXPIRED: frozenset({State.PAID}),
    State.PAID: frozenset(),
}
"""State → states that may follow."""

WAITING: Final = frozenset({State.STARTED, State.OPEN})
STATE_NAMES: Final = {
    State.STARTED: N_("being prepared"),
    State.OPEN: N_("waits for the payment"),
    State.PAID: N_("paid"),
    State.FAILED: N_("failed"),
    State.CANCELLED: N_("cancelled"),
    State.EXPIRED: N_("expired"),
}

MOST_INVOICES: Final = 50
"""Invoices that one payment may be for."""
SMALLEST: Final = 1
"""Minor units."""
ASKED_FOR: Final = timedelta(days=14)
"""How long the provider is asked about a payment that nobody finished."""


class Provider(StrEnum):
    """Through whom money comes."""

    MOLLIE = "mollie"
    OTHER = "other"
    """Not through Kontor: a bank transfer, cash; staff noted it."""


def sources(target: State) -> list[State]:
    """Return the states that `target` may follow: the WHERE of its conditional UPDATE."""
    return [state for state, following in AFTER.items() if target in following]


@dataclass(frozen=True, slots=True)
class Share:
    """What one invoice gets of a payment, in minor units."""

    document_id: str
    minor: int


def divide(amount: int, owed: Sequence[Share]) -> list[Share]:
    """Divide `amount` (minor units) among invoices in their order, each up to what it owes.

    What is left over stays with the last one: too much is never lost. Invoices that get nothing are
    left out, and without any invoice nothing is divided.
    """
    shares, left = [], amount
    for one in owed:
        share = min(left, max(one.minor, 0))
        if share:
            shares.append(Share(one.document_id, share))
        left -= share
    if left and owed:
        last = shares.pop() if shares else Share(owed[-1].document_id, 0)
        shares.append(Share(last.document_id, last.minor + left))
    return shares
