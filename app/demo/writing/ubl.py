"""UBL 2.1 Invoice and CreditNote written from an e-invoice (CEN/TS 16931-3-2)."""

from collections.abc import Mapping

from app.demo.writing.tree import Branch
from app.documents.formats.ubl import CREDIT_NOTE, INVOICE, PREFIXES
from app.documents.rules.einvoice import EInvoice, PaymentInstruction, VatBreakdown
from app.documents.rules.line import AllowanceCharge, Line, Period
from app.documents.rules.party import Address, Identifier, Party
from app.documents.rules.type_codes import CREDIT_NOTE_CODES


def written(einvoice: EInvoice, embedded: Mapping[str, str]) -> bytes:
    """Return the XML; `embedded` holds the base64 of attachments by their reference (BT-122)."""
    is_credit = einvoice.type_code in CREDIT_NOTE_CODES
    name = CREDIT_NOTE if is_credit else INVOICE
    top = Branch.root(name, PREFIXES, default=name[1:].partition("}")[0])
    _head(top, einvoice, is_credit)
    _references(top, einvoice, embedded)
    _party(top.grow("cac:AccountingSupplierParty").grow("cac:Party"), einvoice.seller)
    _party(top.grow("cac:AccountingCustomerParty").grow("cac:Party"), einvoice.buyer)
    if einvoice.delivery:
        delivery = top.grow("cac:Delivery")
        delivery.say("cbc:ActualDeliveryDate", einvoice.delivery.day)
        _address(delivery.grow("cac:DeliveryLocation"), "cac:Address", einvoice.delivery.address)
        delivery.say("cac:DeliveryParty/cac:PartyName/cbc:Name", einvoice.delivery.name)
    for instruction in einvoice.payment_instructions:
        _payment(top.grow("cac:PaymentMeans"), instruction)
    top.say("cac:PaymentTerms/cbc:Note", einvoice.payment_terms)
    for entry in einvoice.allowances_charges:
        _allowance_charge(top.grow("cac:AllowanceCharge"), entry, einvoice.currency)
    _vat(top.grow("cac:TaxTotal"), einvoice)
    _totals(top.grow("cac:LegalMonetaryTotal"), einvoice)
    for line in einvoice.lines:
        _line(top, line, einvoice.currency, is_credit)
    return top.written()


def _head(top: Branch, einvoice: EInvoice, is_credit: bool) -> None:
    top.say("cbc:CustomizationID", einvoice.specification)
    top.say("cbc:ProfileID", einvoice.process)
    top.say("cbc:ID", einvoice.number)
    top.say("cbc:IssueDate", einvoice.issue_date)
    if is_credit:
        top.say("cbc:CreditNoteTypeCode", einvoice.type_code)
    else:
        top.say("cbc:DueDate", einvoice.due_date)
        top.say("cbc:InvoiceTypeCode", einvoice.type_code)
    for note in einvoice.notes:
        subject = f"#{note.subject_code}#" if note.subject_code else ""
        top.say("cbc:Note", f"{subject}{note.text}")
    top.say("cbc:DocumentCurrencyCode", einvoice.currency)
    top.say("cbc:BuyerReference", einvoice.buyer_reference)
    _period(top, einvoice.period)


def _references(top: Branch, einvoice: EInvoice, embedded: Mapping[str, str]) -> None:
    top.say("cac:OrderReference/cbc:ID", einvoice.purchase_order)
    for preceding in einvoice.preceding_invoices:
        reference = top.grow("cac:BillingReference").grow("cac:InvoiceDocumentReference")
        reference.say("cbc:ID", preceding.number)
        reference.say("cbc:IssueDate", preceding.issue_date)
    top.say("cac:ContractDocumentReference/cbc:ID", einvoice.contract)
    for attachment in einvoice.attachments:
        document = top.grow("cac:AdditionalDocumentReference")
        document.say("cbc:ID", attachment.reference)
        document.say("cbc:DocumentDescription", attachment.description)
        document.say(
            "cac:Attachment/cbc:EmbeddedDocumentBinaryObject",
            embedded.get(attachment.reference),
            mimeCode=attachment.media_type,
            filename=attachment.name,
        )


def _identifier(place: Branch, name: str, identifier: Identifier | None) -> None:
    if identifier:
        place.say(name, identifier.value, schemeID=identifier.scheme)


def _party(place: Branch, party: Party) -> None:
    _identifier(place, "cbc:EndpointID", party.electronic_address)
    for identifier in party.identifiers:
        _identifier(place.grow("cac:PartyIdentification"), "cbc:ID", identifier)
    place.say("cac:PartyName/cbc:Name", party.trading_name)
    _address(place, "cac:PostalAddress", party.address)
    for number, scheme in ((party.vat_identifier, "VAT"), (party.tax_registration, "TAX")):
        if number:
            tax = place.grow("cac:PartyTaxScheme")
            tax.say("cbc:CompanyID", number)
            tax.say("cac:TaxScheme/cbc:ID", scheme)
    legal = place.grow("cac:PartyLegalEntity")
    legal.say("cbc:RegistrationName", party.name)
    _identifier(legal, "cbc:CompanyID", party.legal_identifier)
    legal.say("cbc:CompanyLegalForm", party.legal_information)
    if party.contact:
        contact = place.grow("cac:Contact")
        contact.say("cbc:Name", party.contact.name)
        contact.say("cbc:Telephone", party.contact.telephone)
        contact.say("cbc:ElectronicMail", party.contact.email)


def _address(place: Branch, name: str, address: Address | None) -> None:
    if address is None:
        return
    found = place.grow(name)
    found.say("cbc:StreetName", address.line_1)
    found.say("cbc:AdditionalStreetName", address.line_2)
    found.say("cbc:CityName", address.city)
    found.say("cbc:PostalZone", address.postcode)
    found.say("cac:Country/cbc:IdentificationCode", address.country)


def _period(place: Branch, period: Period | None) -> None:
    if period:
        days = place.grow("cac:InvoicePeriod")
        days.say("cbc:StartDate", period.start)
        days.say("cbc:EndDate", period.end)


def _payment(place: Branch, instruction: PaymentInstruction) -> None:
    place.say("cbc:PaymentMeansCode", instruction.means_code)
    place.say("cbc:PaymentID", instruction.remittance)
    account = place.grow("cac:PayeeFinancialAccount")
    account.say("cbc:ID", instruction.iban)
    account.say("cbc:Name", instruction.account_name)
    account.say("cac:FinancialInstitutionBranch/cbc:ID", instruction.bic)


def _category(place: Branch, name: str, category: str, rate: object) -> Branch:
    found = place.grow(name)
    found.say("cbc:ID", category)
    found.say("cbc:Percent", rate)
    return found


def _allowance_charge(place: Branch, entry: AllowanceCharge, currency: str) -> None:
    place.say("cbc:ChargeIndicator", "true" if entry.is_charge else "false")
    place.say("cbc:AllowanceChargeReasonCode", entry.reason_code)
    place.say("cbc:AllowanceChargeReason", entry.reason)
    place.say("cbc:MultiplierFactorNumeric", entry.percent)
    place.say("cbc:Amount", entry.amount, currencyID=currency)
    place.say("cbc:BaseAmount", entry.base, currencyID=currency)
    if entry.vat_category:
        category = _category(place, "cac:TaxCategory", entry.vat_category, entry.vat_rate)
        category.say("cac:TaxScheme/cbc:ID", "VAT")


def _vat(place: Branch, einvoice: EInvoice) -> None:
    place.say("cbc:TaxAmount", einvoice.totals.vat, currencyID=einvoice.currency)
    for entry in einvoice.vat_breakdown:
        _subtotal(place.grow("cac:TaxSubtotal"), entry, einvoice.currency)


def _subtotal(place: Branch, entry: VatBreakdown, currency: str) -> None:
    place.say("cbc:TaxableAmount", entry.base, currencyID=currency)
    place.say("cbc:TaxAmount", entry.amount, currencyID=currency)
    category = _category(place, "cac:TaxCategory", entry.category, entry.rate)
    category.say("cbc:TaxExemptionReasonCode", entry.exemption_code)
    category.say("cbc:TaxExemptionReason", entry.exemption_reason)
    category.say("cac:TaxScheme/cbc:ID", "VAT")


def _totals(place: Branch, einvoice: EInvoice) -> None:
    totals = einvoice.totals
    for name, amount in (
        ("LineExtensionAmount", totals.lines),
        ("TaxExclusiveAmount", totals.without_vat),
        ("TaxInclusiveAmount", totals.with_vat),
        ("AllowanceTotalAmount", totals.allowances),
        ("ChargeTotalAmount", totals.charges),
        ("PrepaidAmount", totals.paid),
        ("PayableRoundingAmount", totals.rounding),
        ("PayableAmount", totals.due),
    ):
        place.say(f"cbc:{name}", amount, currencyID=einvoice.currency)


def _line(top: Branch, line: Line, currency: str, is_credit: bool) -> None:
    place = top.grow("cac:CreditNoteLine" if is_credit else "cac:InvoiceLine")
    place.say("cbc:ID", line.identifier)
    place.say("cbc:Note", line.note)
    name = "cbc:CreditedQuantity" if is_credit else "cbc:InvoicedQuantity"
    place.say(name, line.quantity, unitCode=line.unit)
    place.say("cbc:LineExtensionAmount", line.net, currencyID=currency)
    _period(place, line.period)
    for entry in line.allowances_charges:
        _allowance_charge(place.grow("cac:AllowanceCharge"), entry, currency)
    item = place.grow("cac:Item")
    item.say("cbc:Description", line.item.description)
    item.say("cbc:Name", line.item.name)
    item.say("cac:SellersItemIdentification/cbc:ID", line.item.seller_identifier)
    category = _category(item, "cac:ClassifiedTaxCategory", line.vat_category, line.vat_rate)
    category.say("cac:TaxScheme/cbc:ID", "VAT")
    if line.price:
        price = place.grow("cac:Price")
        price.say("cbc:PriceAmount", line.price.net, currencyID=currency)
        price.say("cbc:BaseQuantity", line.price.base_quantity, unitCode=line.price.unit)
