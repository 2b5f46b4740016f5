"""Parties, addresses, days and periods of the Cross Industry Invoice, written in its order."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from app.documents.rules.line import AllowanceCharge, Period
from app.documents.rules.party import Address, Identifier, Party
from app.renditions.formats.tree import Branch

DATE_TIME: Final = "udt:DateTimeString"
BASIC_DATE: Final = "102"
"""UNTDID 2379: YYYYMMDD."""


def day(place: Branch, name: str, said: date | None, written_in: str = DATE_TIME) -> None:
    """Write a day as the element `name`."""
    if said is not None:
        # Not strftime: it leaves out the zeros of years before 1000.
        place.say(f"{name}/{written_in}", said.isoformat().replace("-", ""), format=BASIC_DATE)


def party(place: Branch, name: str, said: Party | None) -> None:
    """Write a party (BG-4, BG-7, BG-10, BG-11) as the element `name`."""
    if said is None:
        return
    found = place.grow(name)
    identified(found, said.identifiers)
    found.say("ram:Name", said.name)
    found.say("ram:Description", said.legal_information)
    legal = found.grow("ram:SpecifiedLegalOrganization")
    legal.identify("ram:ID", said.legal_identifier)
    legal.say("ram:TradingBusinessName", said.trading_name)
    if said.contact:
        contact = found.grow("ram:DefinedTradeContact")
        contact.say("ram:PersonName", said.contact.name)
        telephone = "ram:TelephoneUniversalCommunication/ram:CompleteNumber"
        contact.say(telephone, said.contact.telephone)
        contact.say("ram:EmailURIUniversalCommunication/ram:URIID", said.contact.email)
    address(found, said.address)
    found.grow("ram:URIUniversalCommunication").identify("ram:URIID", said.electronic_address)
    tax = "ram:SpecifiedTaxRegistration/ram:ID"
    found.say(tax, said.vat_identifier, schemeID="VA")
    found.say(tax, said.tax_registration, schemeID="FC")


def identified(place: Branch, identifiers: Sequence[Identifier]) -> None:
    """Write identifiers: those without a scheme come first, as the schema has it."""
    for identifier in identifiers:
        if not identifier.scheme:
            place.say("ram:ID", identifier.value)
    for identifier in identifiers:
        if identifier.scheme:
            place.identify("ram:GlobalID", identifier)


def address(place: Branch, said: Address | None) -> None:
    """Write an address (BG-5, BG-8, BG-12, BG-15)."""
    if said:
        found = place.grow("ram:PostalTradeAddress")
        found.say("ram:PostcodeCode", said.postcode)
        found.say("ram:LineOne", said.line_1)
        found.say("ram:LineTwo", said.line_2)
        found.say("ram:LineThree", said.line_3)
        found.say("ram:CityName", said.city)
        found.say("ram:CountryID", said.country)
        found.say("ram:CountrySubDivisionName", said.subdivision)


def period(place: Branch, said: Period | None) -> None:
    """Write BG-14 or BG-26."""
    if said:
        days = place.grow("ram:BillingSpecifiedPeriod")
        day(days, "ram:StartDateTime", said.start)
        day(days, "ram:EndDateTime", said.end)


def allowance_charge(place: Branch, entry: AllowanceCharge) -> None:
    """Write BG-20, BG-21, BG-27 or BG-28."""
    found = place.grow("ram:SpecifiedTradeAllowanceCharge")
    found.say("ram:ChargeIndicator/udt:Indicator", "true" if entry.is_charge else "false")
    found.say("ram:CalculationPercent", entry.percent)
    found.say("ram:BasisAmount", entry.base)
    found.say("ram:ActualAmount", entry.amount)
    found.say("ram:ReasonCode", entry.reason_code)
    found.say("ram:Reason", entry.reason)
    if entry.vat_category:
        tax = found.grow("ram:CategoryTradeTax")
        tax.say("ram:TypeCode", "VAT")
        tax.say("ram:CategoryCode", entry.vat_category)
        tax.say("ram:RateApplicablePercent", entry.vat_rate)
