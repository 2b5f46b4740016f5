"""Parties and addresses of the Cross Industry Invoice in the words of EN 16931."""

from app.documents.formats.element import Element
from app.documents.rules.party import Address, Contact, Party

_LEGAL = "ram:SpecifiedLegalOrganization"


def party(found: Element) -> Party:
    """Return the party that a ram:SellerTradeParty, ram:BuyerTradeParty, … element says."""
    return Party(
        name=found.text("ram:Name"),
        trading_name=found.text(f"{_LEGAL}/ram:TradingBusinessName"),
        identifiers=tuple(
            entry.identifier(".")
            for entry in found.all("ram:ID") + found.all("ram:GlobalID")
            if entry.own_text
        ),
        legal_identifier=found.maybe_identifier(f"{_LEGAL}/ram:ID"),
        vat_identifier=_tax(found, "VA"),
        tax_registration=_tax(found, "FC"),
        legal_information="\n".join(found.texts("ram:Description")),
        electronic_address=found.maybe_identifier("ram:URIUniversalCommunication/ram:URIID"),
        address=address(found.one("ram:PostalTradeAddress")),
        contact=_contact(found.one("ram:DefinedTradeContact")),
    )


def address(found: Element | None) -> Address | None:
    """Return the address that a ram:PostalTradeAddress element says."""
    if found is None:
        return None
    return Address(
        line_1=found.text("ram:LineOne"),
        line_2=found.text("ram:LineTwo"),
        line_3=found.text("ram:LineThree"),
        city=found.text("ram:CityName"),
        postcode=found.text("ram:PostcodeCode"),
        subdivision=found.text("ram:CountrySubDivisionName"),
        country=found.text("ram:CountryID"),
    )


def _tax(found: Element, scheme: str) -> str:
    for entry in found.all("ram:SpecifiedTaxRegistration/ram:ID"):
        if entry.attribute("schemeID") == scheme:
            return entry.own_text
    return ""


def _contact(found: Element | None) -> Contact | None:
    if found is None:
        return None
    return Contact(
        name=found.text("ram:PersonName", "ram:DepartmentName"),
        telephone=found.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
        email=found.text("ram:EmailURIUniversalCommunication/ram:URIID"),
    )
