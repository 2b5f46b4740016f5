"""An invoice to change in tests: valid by schema, official rules and our own sums."""

import io

import pikepdf

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>
  <cbc:ID>R-1001</cbc:ID>
  <cbc:IssueDate>2026-03-02</cbc:IssueDate>
  <cbc:DueDate>2026-04-01</cbc:DueDate>
  <cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:Note>#AAI#Thank you</cbc:Note>
  <cbc:DocumentCurrencyCode>CHF</cbc:DocumentCurrencyCode>
  <cac:OrderReference><cbc:ID>PO-7</cbc:ID></cac:OrderReference>
  {documents}
  <cac:AccountingSupplierParty><cac:Party>
    <cac:PostalAddress><cbc:CityName>Bern</cbc:CityName>
      <cac:Country><cbc:IdentificationCode>CH</cbc:IdentificationCode></cac:Country>
    </cac:PostalAddress>
    <cac:PartyTaxScheme><cbc:CompanyID>CHE-107.787.577 MWST</cbc:CompanyID>
      <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>
    <cac:PartyLegalEntity><cbc:RegistrationName>Muster AG</cbc:RegistrationName>
    </cac:PartyLegalEntity>
  </cac:Party></cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty><cac:Party>
    <cac:PostalAddress><cbc:CityName>Biel</cbc:CityName>
      <cac:Country><cbc:IdentificationCode>CH</cbc:IdentificationCode></cac:Country>
    </cac:PostalAddress>
    <cac:PartyLegalEntity><cbc:RegistrationName>Kunde GmbH</cbc:RegistrationName>
    </cac:PartyLegalEntity>
  </cac:Party></cac:AccountingCustomerParty>
  <cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>
    <cbc:PaymentID>RF18539007547034</cbc:PaymentID>
    <cac:PayeeFinancialAccount><cbc:ID>CH9300762011623852957</cbc:ID></cac:PayeeFinancialAccount>
  </cac:PaymentMeans>
  <cac:TaxTotal><cbc:TaxAmount currencyID="CHF">25.11</cbc:TaxAmount>
    <cac:TaxSubtotal><cbc:TaxableAmount currencyID="CHF">310.00</cbc:TaxableAmount>
      <cbc:TaxAmount currencyID="CHF">25.11</cbc:TaxAmount>
      <cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>8.1</cbc:Percent>
        <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory>
    </cac:TaxSubtotal></cac:TaxTotal>
  <cac:LegalMonetaryTotal>
    <cbc:LineExtensionAmount currencyID="CHF">310.00</cbc:LineExtensionAmount>
    <cbc:TaxExclusiveAmount currencyID="CHF">310.00</cbc:TaxExclusiveAmount>
    <cbc:TaxInclusiveAmount currencyID="CHF">335.11</cbc:TaxInclusiveAmount>
    <cbc:PayableAmount currencyID="CHF">335.11</cbc:PayableAmount>
  </cac:LegalMonetaryTotal>
  <cac:InvoiceLine><cbc:ID>1</cbc:ID>
    <cbc:InvoicedQuantity unitCode="C62">31</cbc:InvoicedQuantity>
    <cbc:LineExtensionAmount currencyID="CHF">310.00</cbc:LineExtensionAmount>
    <cac:Item><cbc:Name>Work</cbc:Name>
      <cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>8.1</cbc:Percent>
        <cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
    <cac:Price><cbc:PriceAmount currencyID="CHF">10.00</cbc:PriceAmount></cac:Price>
  </cac:InvoiceLine>
</Invoice>
"""


def ubl(*changes: tuple[str, str], documents: str = "") -> bytes:
    """Return the invoice with each (old, new) text replaced everywhere it stands."""
    text = UBL.replace("{documents}", documents)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


def supporting(content: str, name: str, media_type: str) -> str:
    """Return a BG-24 element for `ubl`, with `content` in base64."""
    return (
        "<cac:AdditionalDocumentReference><cbc:ID>A1</cbc:ID><cac:Attachment>"
        f'<cbc:EmbeddedDocumentBinaryObject mimeCode="{media_type}" filename="{name}">{content}'
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )


def pdf(xml: bytes | None, name: str = "factur-x.xml", password: str | None = None) -> bytes:
    """Return a PDF of one empty page with `xml` embedded under `name`.

    A `password` encrypts it; an empty one lets everybody read.
    """
    document = pikepdf.new()
    document.add_blank_page()
    if xml is not None:
        document.attachments[name] = pikepdf.AttachedFileSpec(document, xml, filename=name)
    target = io.BytesIO()
    lock = pikepdf.Encryption(owner="owner", user=password) if password is not None else False
    document.save(target, encryption=lock)
    return target.getvalue()
