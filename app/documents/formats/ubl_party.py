"""Parties and addresses of UBL 2.1 in the words of EN 16931."""

from typing import Final

from app.documents.formats.element import Element
from app.documents.rules.party import Address, Contact, Party

SEPA: Final = "SEPA"


def party(found: Element) -> Party:
    """Return the party that a cac:Party (or cac:PayeeParty, …) element says."""
    registered = found.text("cac:PartyLegalEntity/cbc:RegistrationName")
    called = found.text("cac:PartyName/cbc:Name")
    return Party(
        name=registered or called,
        trading_name=called if registered else "",
        identifiers=tuple(
            entry.identifier(".")
            for entry in found.all("cac:PartyIdentification/cbc:ID")
            if entry.own_text and entry.attribute("schemeID") != SEPA
        ),
        legal_identifier=found.maybe_identifier("cac:PartyLegalEntity/cbc:CompanyID"),
        vat_identifier=_tax(found, is_vat=True),
        tax_registration=_tax(found, is_vat=False),
        legal_information=found.text("cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        electronic_address=found.maybe_identifier("cbc:EndpointID"),
        address=address(found.one("cac:PostalAddress")),
        contact=_contact(found.one("cac:Contact")),
    )


def address(found: Element | None) -> Address | None:
    """Return the address that a cac:PostalAddress or cac:Address element says."""
    if found is None:
        return None
    number = found.text("cbc:BuildingNumber")
    street = found.text("cbc:StreetName")
    return Address(
        line_1=f"{street} {number}".strip(),
        line_2=found.text("cbc:AdditionalStreetName"),
        line_3=found.text("cac:AddressLine/cbc:Line"),
        city=found.text("cbc:CityName"),
        postcode=found.text("cbc:PostalZone"),
        subdivision=found.text("cbc:CountrySubentity"),
        country=found.text("cac:Country/cbc:IdentificationCode"),
    )


def creditor(top: Element) -> str:
    """Return the SEPA creditor identifier (BT-90), which UBL keeps with the payee or the seller."""
    for path in ("cac:PayeeParty", "cac:AccountingSupplierParty/cac:Party"):
        for entry in top.all(f"{path}/cac:PartyIdentification/cbc:ID"):
            if entry.attribute("schemeID") == SEPA:
                return entry.own_text
    return ""


def _tax(found: Element, *, is_vat: bool) -> str:
    for entry in found.all("cac:PartyTaxScheme"):
        if (entry.text("cac:TaxScheme/cbc:ID").upper() == "VAT") is is_vat:
            return entry.text("cbc:CompanyID")
    return ""


def _contact(found: Element | None) -> Contact | None:
    if found is None:
        return None
    return Contact(
        name=found.text("cbc:Name"),
        telephone=found.text("cbc:Telephone"),
        email=found.text("cbc:ElectronicMail"),
    )
