"""An invoice made one of BIS Billing 3, and what stands in the way: pure.

Only what the network's own rules ask beyond EN 16931 and what every invoice of ours can lack is looked
at here; the official rules of EN 16931 are asked of the finished XML.
"""

from dataclasses import replace
from typing import Final

from app.core.languages import N_
from app.delivery.channels.peppol.identifiers import (
    CREDIT_TYPES,
    CUSTOMIZATION,
    GERMAN_TYPES,
    INVOICE_TYPES,
    PROCESS,
)
from app.delivery.channels.peppol.participants import Participant
from app.documents.rules.einvoice import EInvoice, Note
from app.documents.rules.party import Identifier, Party
from app.documents.rules.type_codes import CREDIT_NOTE_CODES

GERMANY: Final = "DE"
NO_REFERENCE: Final = N_(
    "Peppol asks for a reference of the buyer (BT-10) or an order number (BT-13)."
    " The document has neither."
)
WRONG_TYPE: Final = N_("Peppol does not take documents of the type %(code)s (BT-3).")

Objection = tuple[str, dict[str, str]]
"""A msgid and what stands in it."""


def is_of_peppol(said: EInvoice) -> bool:
    """Say whether an invoice says of itself all that the network wants to read (R001, R004, R010, R020)."""
    names_both = said.seller.electronic_address and said.buyer.electronic_address
    return (said.specification, said.process) == (CUSTOMIZATION, PROCESS) and bool(names_both)


def fitted(said: EInvoice, sender: Participant, receiver: Participant) -> EInvoice:
    """Return an invoice with the names of BIS Billing 3; what it says itself of addresses stays.

    Several notes become one (R002), but between two German parties.
    """
    return replace(
        said,
        specification=CUSTOMIZATION,
        process=PROCESS,
        seller=_reached(said.seller, sender),
        buyer=_reached(said.buyer, receiver),
        notes=said.notes if _is_german(said) else _one(said.notes),
    )


def objections(said: EInvoice) -> list[Objection]:
    """Return why the network would not take an invoice (R003, P0100, P0101, P0112)."""
    found: list[Objection] = []
    if not (said.buyer_reference.strip() or said.purchase_order.strip()):
        found.append((NO_REFERENCE, {}))
    known = CREDIT_TYPES if said.type_code in CREDIT_NOTE_CODES else INVOICE_TYPES
    is_elsewhere = said.type_code in GERMAN_TYPES and not _is_german(said)
    if said.type_code not in known or is_elsewhere:
        found.append((WRONG_TYPE, {"code": said.type_code}))
    return found


def _reached(party: Party, by: Participant) -> Party:
    if party.electronic_address is not None and party.electronic_address.value:
        return party
    return replace(party, electronic_address=Identifier(by.value, by.scheme))


def _is_german(said: EInvoice) -> bool:
    parties = (said.seller, said.buyer)
    return all(one.address and one.address.country == GERMANY for one in parties)


def _one(notes: tuple[Note, ...]) -> tuple[Note, ...]:
    if len(notes) < 2:
        return notes
    return (Note(text="\n".join(one.text for one in notes)),)
