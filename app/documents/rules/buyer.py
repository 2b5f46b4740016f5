"""Who an e-invoice is for, and who sends it: the signs that lead to a customer."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from app.documents.rules.einvoice import EInvoice
from app.documents.rules.party import Address, Party

GLN_SCHEME = "0088"
"""ISO 6523 ICD of GS1's Global Location Number."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a document says of its buyer (BG-7), as far as a customer can be found or made by it."""

    name: str = ""
    number: str | None = None
    """BT-46, the identifier that the seller gave."""
    vat_id: str | None = None
    """BT-48."""
    gln: str | None = None
    endpoint: str | None = None
    """BT-49 with its scheme, `9930:DE123456789`."""
    email: str | None = None
    """BT-58, or BT-49 where its scheme is e-mail (EM)."""
    is_business: bool = False
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON column."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Signs":
        """Return the signs that `to_json` wrote."""
        return cls(**data)


def signs(einvoice: EInvoice) -> Signs:
    """Return the signs of the buyer."""
    buyer = einvoice.buyer
    glns = [one.value for one in buyer.identifiers if one.scheme == GLN_SCHEME]
    numbers = [one.value for one in buyer.identifiers if one.scheme != GLN_SCHEME and one.value]
    endpoint = buyer.electronic_address
    if endpoint and endpoint.scheme == GLN_SCHEME:
        glns.append(endpoint.value)
    mails = [buyer.contact.email] if buyer.contact and buyer.contact.email else []
    if endpoint and endpoint.scheme == "EM":
        mails.insert(0, endpoint.value)
    address = buyer.address or Address()
    return Signs(
        name=(buyer.name or buyer.trading_name)[:200],
        number=numbers[0][:40] if numbers else None,
        vat_id=buyer.vat_identifier[:32] or None,
        gln=next((gln for gln in glns if re.fullmatch(r"\d{13}", gln)), None),
        endpoint=f"{endpoint.scheme}:{endpoint.value}"[:100]
        if endpoint and endpoint.value
        else None,
        email=next((mail.lower() for mail in mails if plausible_email(mail)), None),
        is_business=bool(buyer.vat_identifier or buyer.legal_identifier or glns),
        street=address.line_1[:200],
        postcode=address.postcode[:20],
        city=address.city[:100],
        country=address.country[:2].upper(),
    )


def plausible_email(text: str) -> bool:
    """True for what looks like one address; the mail server has the last word."""
    return (
        len(text) <= 254
        and re.fullmatch(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+", text) is not None
    )


def seller_key(seller: Party) -> str:
    """Return what tells one seller from another: VAT id, legal id, or the name, as compared."""
    legal = seller.legal_identifier.value if seller.legal_identifier else ""
    sign = seller.vat_identifier or legal or seller.tax_registration or seller.name
    return re.sub(r"[\s.\-/]+", "", sign).upper()[:200]
