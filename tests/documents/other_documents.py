"""A UBL document of each kind that is no invoice, to change in tests: none has a fatal finding."""

from typing import Final

_NAMES: Final = (
    'xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)


def _party(role: str, name: str, number: str = "") -> str:
    account = f"<cbc:SupplierAssignedAccountID>{number}</cbc:SupplierAssignedAccountID>"
    return (
        f"<cac:{role}>{account if number else ''}<cac:Party>"
        f"<cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName>"
        f"<cac:Contact><cbc:ElectronicMail>{name[:3].lower()}@firma.example</cbc:ElectronicMail>"
        f"</cac:Contact></cac:Party></cac:{role}>"
    )


_SELLER: Final = _party("SellerSupplierParty", "Muster AG")
_BUYER: Final = _party("BuyerCustomerParty", "Kunde GmbH", "K-1")

_BODIES: Final = {
    "Quotation": f"""<cbc:ID>Q-1</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate>
      <cbc:Note>Thank you for asking</cbc:Note>
      <cbc:PricingCurrencyCode>CHF</cbc:PricingCurrencyCode>
      <cac:ValidityPeriod><cbc:StartDate>2026-03-02</cbc:StartDate>
        <cbc:EndDate>2026-04-02</cbc:EndDate></cac:ValidityPeriod>
      <cac:RequestForQuotationDocumentReference><cbc:ID>ASK-7</cbc:ID>
      </cac:RequestForQuotationDocumentReference>{_SELLER}{_BUYER}
      <cac:QuotedMonetaryTotal>
        <cbc:LineExtensionAmount currencyID="CHF">310.00</cbc:LineExtensionAmount>
        <cbc:PayableAmount currencyID="CHF">310.00</cbc:PayableAmount></cac:QuotedMonetaryTotal>
      <cac:QuotationLine><cbc:ID>1</cbc:ID><cac:LineItem><cbc:ID>L1</cbc:ID>
        <cbc:Quantity unitCode="C62">31</cbc:Quantity>
        <cbc:LineExtensionAmount currencyID="CHF">310.00</cbc:LineExtensionAmount>
        <cac:Price><cbc:PriceAmount currencyID="CHF">10.00</cbc:PriceAmount></cac:Price>
        <cac:Item><cbc:Name>Work</cbc:Name></cac:Item></cac:LineItem></cac:QuotationLine>""",
    "Reminder": f"""<cbc:ID>M-1</cbc:ID><cbc:IssueDate>2026-05-02</cbc:IssueDate>
      <cbc:ReminderSequenceNumeric>2</cbc:ReminderSequenceNumeric>
      <cbc:DocumentCurrencyCode>CHF</cbc:DocumentCurrencyCode>
      {_party("AccountingSupplierParty", "Muster AG")}
      {_party("AccountingCustomerParty", "Kunde GmbH", "K-1")}
      <cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>
        <cbc:PaymentDueDate>2026-05-12</cbc:PaymentDueDate></cac:PaymentMeans>
      <cac:LegalMonetaryTotal>
        <cbc:LineExtensionAmount currencyID="CHF">345.11</cbc:LineExtensionAmount>
        <cbc:PayableAmount currencyID="CHF">345.11</cbc:PayableAmount></cac:LegalMonetaryTotal>
      <cac:ReminderLine><cbc:ID>1</cbc:ID>
        <cbc:DebitLineAmount currencyID="CHF">335.11</cbc:DebitLineAmount>
        <cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>R-1001</cbc:ID>
          <cbc:IssueDate>2026-03-02</cbc:IssueDate></cac:InvoiceDocumentReference>
        </cac:BillingReference></cac:ReminderLine>
      <cac:ReminderLine><cbc:ID>2</cbc:ID><cbc:Note>Reminder fee</cbc:Note>
        <cbc:DebitLineAmount currencyID="CHF">10.00</cbc:DebitLineAmount></cac:ReminderLine>""",
    "OrderResponse": f"""<cbc:ID>A-1</cbc:ID><cbc:IssueDate>2026-03-03</cbc:IssueDate>
      <cbc:OrderResponseCode>CA</cbc:OrderResponseCode>
      <cbc:DocumentCurrencyCode>CHF</cbc:DocumentCurrencyCode>
      <cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>{_SELLER}{_BUYER}
      <cac:Delivery><cac:PromisedDeliveryPeriod><cbc:StartDate>2026-03-09</cbc:StartDate>
        <cbc:EndDate>2026-03-10</cbc:EndDate></cac:PromisedDeliveryPeriod></cac:Delivery>
      <cac:OrderLine><cac:LineItem><cbc:ID>1</cbc:ID>
        <cbc:LineStatusCode>Revised</cbc:LineStatusCode>
        <cbc:Quantity unitCode="C62">30</cbc:Quantity>
        <cac:Item><cbc:Name>Work</cbc:Name></cac:Item></cac:LineItem></cac:OrderLine>""",
    "OrderResponseSimple": f"""<cbc:ID>B-1</cbc:ID><cbc:IssueDate>2026-03-03</cbc:IssueDate>
      <cbc:AcceptedIndicator>false</cbc:AcceptedIndicator>
      <cbc:RejectionNote>Sold out</cbc:RejectionNote>
      <cac:OrderReference><cbc:ID>PO-8</cbc:ID></cac:OrderReference>{_SELLER}{_BUYER}""",
    "DespatchAdvice": f"""<cbc:ID>L-1</cbc:ID><cbc:IssueDate>2026-03-09</cbc:IssueDate>
      <cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>
      {_party("DespatchSupplierParty", "Muster AG")}
      {_party("DeliveryCustomerParty", "Kunde GmbH", "K-1")}
      <cac:DespatchLine><cbc:ID>1</cbc:ID>
        <cbc:DeliveredQuantity unitCode="KGM">90</cbc:DeliveredQuantity>
        <cbc:BackorderQuantity unitCode="KGM">10</cbc:BackorderQuantity>
        <cbc:BackorderReason>Out of stock</cbc:BackorderReason>
        <cac:OrderLineReference><cbc:LineID>1</cbc:LineID></cac:OrderLineReference>
        <cac:Item><cbc:Name>Beeswax</cbc:Name></cac:Item></cac:DespatchLine>""",
}

NAMES: Final = tuple(_BODIES)


def other(name: str, *changes: tuple[str, str]) -> bytes:
    """Return the document with each (old, new) text replaced everywhere it stands."""
    text = _BODIES[name]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    space = f"urn:oasis:names:specification:ubl:schema:xsd:{name}-2"
    return f'<?xml version="1.0"?>\n<{name} xmlns="{space}" {_NAMES}>{text}</{name}>'.encode()
