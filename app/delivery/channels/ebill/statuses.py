"""The network's words for where a business case stands, on both axes (reference: Software Partner API).

INITIAL and NWP_PENDING are the same in two editions of the interface. The last six are words of network
partners beyond it. COMPLETED says that the bank was told to pay: the ledger alone knows of money.
"""

from typing import Final

from app.delivery.rules import Response, State

STATES: Final = {
    "INITIAL": State.ACCEPTED,
    "NWP_PENDING": State.ACCEPTED,
    "OPEN": State.DELIVERED,
    "APPROVED": State.DELIVERED,
    "REJECTED": State.DELIVERED,
    "COMPLETED": State.DELIVERED,
    "PAID": State.DELIVERED,
    "FAILED": State.REJECTED,
    "INVALID": State.REJECTED,
    "REPLACED": State.CANCELLED,
    "DELETED": State.CANCELLED,
}
"""Their word → where the dispatch stands. DERECOGNIZED is kept and shown, and changes nothing."""

RESPONSES: Final = {
    "APPROVED": Response.ACCEPTED,
    "REJECTED": Response.REJECTED,
    "COMPLETED": Response.PAID,
    "PAID": Response.PAID,
}
"""Their word → what the recipient says. Another amount than is due makes it a conditional yes."""
