"""Parties, addresses, periods, deliveries and references of UBL 2.1, written in its order."""

import base64

from app.documents.formats.ubl_party import SEPA
from app.documents.rules.einvoice import Attachment, Delivery
from app.documents.rules.line import Period
from app.documents.rules.party import Address, Party
from app.renditions.formats.tree import Branch

NOT_GIVEN = "NA"
"""What stands where UBL asks for an identifier and there is none (Peppol BIS Billing 3.0)."""


def party(place: Branch, said: Party, creditor: str = "") -> None:
    """Write a cac:Party whose name is that of its legal entity (BT-27, BT-44)."""
    _known_by(place, said, creditor)
    place.say("cac:PartyName/cbc:Name", said.trading_name)
    _whereabouts(place, said)
    legal = place.grow("cac:PartyLegalEntity")
    legal.say("cbc:RegistrationName", said.name)
    legal.identify("cbc:CompanyID", said.legal_identifier)
    legal.say("cbc:CompanyLegalForm", said.legal_information)
    _contact(place, said)


def named_party(place: Branch, said: Party, creditor: str = "") -> None:
    """Write a party that is known by its plain name: payee (BT-59), tax representative (BT-62)."""
    _known_by(place, said, creditor)
    place.say("cac:PartyName/cbc:Name", said.name)
    _whereabouts(place, said)
    place.grow("cac:PartyLegalEntity").identify("cbc:CompanyID", said.legal_identifier)
    _contact(place, said)


def _known_by(place: Branch, said: Party, creditor: str) -> None:
    place.identify("cbc:EndpointID", said.electronic_address)
    for identifier in said.identifiers:
        place.grow("cac:PartyIdentification").identify("cbc:ID", identifier)
    place.say("cac:PartyIdentification/cbc:ID", creditor, schemeID=SEPA)


def _whereabouts(place: Branch, said: Party) -> None:
    address(place, "cac:PostalAddress", said.address)
    for number, scheme in ((said.vat_identifier, "VAT"), (said.tax_registration, "TAX")):
        if number:
            tax = place.grow("cac:PartyTaxScheme")
            tax.say("cbc:CompanyID", number)
            tax.say("cac:TaxScheme/cbc:ID", scheme)


def _contact(place: Branch, said: Party) -> None:
    if said.contact:
        contact = place.grow("cac:Contact")
        contact.say("cbc:Name", said.contact.name)
        contact.say("cbc:Telephone", said.contact.telephone)
        contact.say("cbc:ElectronicMail", said.contact.email)


def address(place: Branch, name: str, said: Address | None) -> None:
    """Write an address (BG-5, BG-8, BG-12, BG-15) as the element `name`."""
    if said is None:
        return
    found = place.grow(name)
    found.say("cbc:StreetName", said.line_1)
    found.say("cbc:AdditionalStreetName", said.line_2)
    found.say("cbc:CityName", said.city)
    found.say("cbc:PostalZone", said.postcode)
    found.say("cbc:CountrySubentity", said.subdivision)
    found.say("cac:AddressLine/cbc:Line", said.line_3)
    found.say("cac:Country/cbc:IdentificationCode", said.country)


def period(place: Branch, name: str, said: Period | None, code: str = "") -> None:
    """Write a period (BG-14, BG-26) as the element `name`; `code` is BT-8."""
    days = place.grow(name)
    days.say("cbc:StartDate", said.start if said else None)
    days.say("cbc:EndDate", said.end if said else None)
    days.say("cbc:DescriptionCode", code)


def delivery(place: Branch, said: Delivery | None) -> None:
    """Write BG-13 with the place (BT-71, BG-15), the day (BT-72) and what was promised."""
    if said is None:
        return
    found = place.grow("cac:Delivery")
    found.say("cbc:ActualDeliveryDate", said.day)
    location = found.grow("cac:DeliveryLocation")
    location.identify("cbc:ID", said.location)
    address(location, "cac:Address", said.address)
    period(found, "cac:PromisedDeliveryPeriod", said.planned)
    found.say("cac:DeliveryParty/cac:PartyName/cbc:Name", said.name)


def order(place: Branch, purchase_order: str, sales_order: str) -> None:
    """Write the order (BT-13) and our number of it (BT-14)."""
    if purchase_order or sales_order:
        reference = place.grow("cac:OrderReference")
        reference.say("cbc:ID", purchase_order or NOT_GIVEN)
        reference.say("cbc:SalesOrderID", sales_order)


def attachment(place: Branch, said: Attachment, content: bytes | None) -> None:
    """Write BG-24, with its bytes (BT-125) where they are given."""
    document = place.grow("cac:AdditionalDocumentReference")
    document.say("cbc:ID", said.reference)
    document.say("cbc:DocumentDescription", said.description)
    found = document.grow("cac:Attachment")
    embedded = base64.b64encode(content).decode() if content is not None else ""
    found.say(
        "cbc:EmbeddedDocumentBinaryObject",
        embedded,
        mimeCode=said.media_type,
        filename=said.name,
    )
    found.say("cac:ExternalReference/cbc:URI", said.location)
