"""Cross Industry Invoice written from an e-invoice (CEN/TS 16931-3-3, Factur-X profile EN 16931)."""

from datetime import date
from decimal import Decimal

from app.demo.writing.tree import Branch
from app.documents.formats.cii import PREFIXES, ROOT
from app.documents.rules.einvoice import EInvoice, VatBreakdown
from app.documents.rules.line import AllowanceCharge, Line, Period
from app.documents.rules.party import Address, Identifier, Party

_DAY = "udt:DateTimeString"


def written(einvoice: EInvoice) -> bytes:
    """Return the XML. Attachments are left out: in a Factur-X PDF they belong to the PDF."""
    top = Branch.root(ROOT, PREFIXES)
    top.say(
        "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID",
        einvoice.specification,
    )
    document = top.grow("rsm:ExchangedDocument")
    document.say("ram:ID", einvoice.number)
    document.say("ram:TypeCode", einvoice.type_code)
    _day(document, "ram:IssueDateTime", einvoice.issue_date)
    for note in einvoice.notes:
        place = document.grow("ram:IncludedNote")
        place.say("ram:Content", note.text)
        place.say("ram:SubjectCode", note.subject_code)
    transaction = top.grow("rsm:SupplyChainTradeTransaction")
    for line in einvoice.lines:
        _line(transaction.grow("ram:IncludedSupplyChainTradeLineItem"), line)
    _agreement(transaction.grow("ram:ApplicableHeaderTradeAgreement"), einvoice)
    _delivery(transaction.grow("ram:ApplicableHeaderTradeDelivery"), einvoice)
    _settlement(transaction.grow("ram:ApplicableHeaderTradeSettlement"), einvoice)
    return top.written()


def _day(place: Branch, name: str, day: date | None, written_in: str = _DAY) -> None:
    if day is not None:
        place.say(f"{name}/{written_in}", day.strftime("%Y%m%d"), format="102")


def _agreement(place: Branch, einvoice: EInvoice) -> None:
    place.say("ram:BuyerReference", einvoice.buyer_reference)
    _party(place.grow("ram:SellerTradeParty"), einvoice.seller)
    _party(place.grow("ram:BuyerTradeParty"), einvoice.buyer)
    place.say("ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID", einvoice.purchase_order)
    place.say("ram:ContractReferencedDocument/ram:IssuerAssignedID", einvoice.contract)


def _party(place: Branch, party: Party) -> None:
    for identifier in party.identifiers:
        name = "ram:GlobalID" if identifier.scheme else "ram:ID"
        place.say(name, identifier.value, schemeID=identifier.scheme)
    place.say("ram:Name", party.name)
    place.say("ram:Description", party.legal_information)
    legal = place.grow("ram:SpecifiedLegalOrganization")
    _identifier(legal, "ram:ID", party.legal_identifier)
    legal.say("ram:TradingBusinessName", party.trading_name)
    if party.contact:
        contact = place.grow("ram:DefinedTradeContact")
        contact.say("ram:PersonName", party.contact.name)
        telephone = "ram:TelephoneUniversalCommunication/ram:CompleteNumber"
        contact.say(telephone, party.contact.telephone)
        contact.say("ram:EmailURIUniversalCommunication/ram:URIID", party.contact.email)
    _address(place, party.address)
    _identifier(place, "ram:URIUniversalCommunication/ram:URIID", party.electronic_address)
    tax = "ram:SpecifiedTaxRegistration/ram:ID"
    place.say(tax, party.vat_identifier, schemeID="VA")
    place.say(tax, party.tax_registration, schemeID="FC")


def _identifier(place: Branch, name: str, identifier: Identifier | None) -> None:
    if identifier:
        place.say(name, identifier.value, schemeID=identifier.scheme)


def _address(place: Branch, address: Address | None) -> None:
    if address:
        found = place.grow("ram:PostalTradeAddress")
        found.say("ram:PostcodeCode", address.postcode)
        found.say("ram:LineOne", address.line_1)
        found.say("ram:LineTwo", address.line_2)
        found.say("ram:CityName", address.city)
        found.say("ram:CountryID", address.country)


def _delivery(place: Branch, einvoice: EInvoice) -> None:
    delivery = einvoice.delivery
    if delivery is None:
        return
    if delivery.address:
        receiver = place.grow("ram:ShipToTradeParty")
        receiver.say("ram:Name", delivery.name)
        _address(receiver, delivery.address)
    event = place.grow("ram:ActualDeliverySupplyChainEvent")
    _day(event, "ram:OccurrenceDateTime", delivery.day)


def _settlement(place: Branch, einvoice: EInvoice) -> None:
    instructions = einvoice.payment_instructions
    place.say("ram:PaymentReference", instructions[0].remittance if instructions else "")
    place.say("ram:InvoiceCurrencyCode", einvoice.currency)
    for instruction in instructions:
        means = place.grow("ram:SpecifiedTradeSettlementPaymentMeans")
        means.say("ram:TypeCode", instruction.means_code)
        account = means.grow("ram:PayeePartyCreditorFinancialAccount")
        account.say("ram:IBANID", instruction.iban)
        account.say("ram:AccountName", instruction.account_name)
        bank = "ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"
        means.say(bank, instruction.bic)
    for entry in einvoice.vat_breakdown:
        _vat(place.grow("ram:ApplicableTradeTax"), entry)
    _period(place, einvoice.period)
    for allowance in einvoice.allowances_charges:
        _allowance_charge(place.grow("ram:SpecifiedTradeAllowanceCharge"), allowance)
    terms = place.grow("ram:SpecifiedTradePaymentTerms")
    terms.say("ram:Description", einvoice.payment_terms)
    _day(terms, "ram:DueDateDateTime", einvoice.due_date)
    _totals(place.grow("ram:SpecifiedTradeSettlementHeaderMonetarySummation"), einvoice)
    for preceding in einvoice.preceding_invoices:
        reference = place.grow("ram:InvoiceReferencedDocument")
        reference.say("ram:IssuerAssignedID", preceding.number)
        _day(reference, "ram:FormattedIssueDateTime", preceding.issue_date, "qdt:DateTimeString")


def _vat(place: Branch, entry: VatBreakdown) -> None:
    place.say("ram:CalculatedAmount", entry.amount)
    place.say("ram:TypeCode", "VAT")
    place.say("ram:ExemptionReason", entry.exemption_reason)
    place.say("ram:BasisAmount", entry.base)
    place.say("ram:CategoryCode", entry.category)
    place.say("ram:ExemptionReasonCode", entry.exemption_code)
    place.say("ram:RateApplicablePercent", entry.rate)


def _period(place: Branch, period: Period | None) -> None:
    if period:
        days = place.grow("ram:BillingSpecifiedPeriod")
        _day(days, "ram:StartDateTime", period.start)
        _day(days, "ram:EndDateTime", period.end)


def _allowance_charge(place: Branch, entry: AllowanceCharge) -> None:
    place.say("ram:ChargeIndicator/udt:Indicator", "true" if entry.is_charge else "false")
    place.say("ram:CalculationPercent", entry.percent)
    place.say("ram:BasisAmount", entry.base)
    place.say("ram:ActualAmount", entry.amount)
    place.say("ram:ReasonCode", entry.reason_code)
    place.say("ram:Reason", entry.reason)
    if entry.vat_category:
        tax = place.grow("ram:CategoryTradeTax")
        tax.say("ram:TypeCode", "VAT")
        tax.say("ram:CategoryCode", entry.vat_category)
        tax.say("ram:RateApplicablePercent", entry.vat_rate)


def _totals(place: Branch, einvoice: EInvoice) -> None:
    totals = einvoice.totals
    for name, amount in (
        ("LineTotalAmount", totals.lines),
        ("ChargeTotalAmount", totals.charges),
        ("AllowanceTotalAmount", totals.allowances),
        ("TaxBasisTotalAmount", totals.without_vat),
    ):
        place.say(f"ram:{name}", amount)
    place.say("ram:TaxTotalAmount", totals.vat, currencyID=einvoice.currency)
    place.say("ram:RoundingAmount", totals.rounding)
    place.say("ram:GrandTotalAmount", totals.with_vat)
    place.say("ram:TotalPrepaidAmount", totals.paid)
    place.say("ram:DuePayableAmount", totals.due)


def _line(place: Branch, line: Line) -> None:
    document = place.grow("ram:AssociatedDocumentLineDocument")
    document.say("ram:LineID", line.identifier)
    document.say("ram:IncludedNote/ram:Content", line.note)
    product = place.grow("ram:SpecifiedTradeProduct")
    product.say("ram:SellerAssignedID", line.item.seller_identifier)
    product.say("ram:Name", line.item.name)
    product.say("ram:Description", line.item.description)
    price = place.grow("ram:SpecifiedLineTradeAgreement").grow("ram:NetPriceProductTradePrice")
    price.say("ram:ChargeAmount", line.price.net if line.price else Decimal(0))
    place.say(
        "ram:SpecifiedLineTradeDelivery/ram:BilledQuantity", line.quantity, unitCode=line.unit
    )
    settlement = place.grow("ram:SpecifiedLineTradeSettlement")
    tax = settlement.grow("ram:ApplicableTradeTax")
    tax.say("ram:TypeCode", "VAT")
    tax.say("ram:CategoryCode", line.vat_category)
    tax.say("ram:RateApplicablePercent", line.vat_rate)
    _period(settlement, line.period)
    for entry in line.allowances_charges:
        _allowance_charge(settlement.grow("ram:SpecifiedTradeAllowanceCharge"), entry)
    settlement.say(
        "ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount", line.net
    )
