"""Cross Industry Invoice written from an e-invoice (CEN/TS 16931-3-3, Factur-X EN 16931)."""

import base64
from collections.abc import Mapping
from typing import Final

from app.documents.formats.cii import PREFIXES, ROOT, TENDER
from app.documents.formats.cii_line import INVOICED_OBJECT
from app.documents.rules.einvoice import Attachment, EInvoice
from app.documents.rules.party import Identifier
from app.renditions.formats import cii_line, cii_parts, cii_settlement
from app.renditions.formats.tree import Branch

SUPPORTING: Final = "916"
PROJECT_NAME: Final = "Project reference"
"""CII asks for a name beside BT-11; CEN/TS 16931-3-3 says this one."""


def written(einvoice: EInvoice, embedded: Mapping[str, bytes] | None = None) -> bytes:
    """Return the XML; `embedded` holds the bytes of attachments (BT-125) by their name.

    Everything that an `EInvoice` of kind invoice or credit note holds is written; CII has one
    remittance information (BT-83), one mandate (BT-89) and one creditor (BT-90) for all ways to pay.
    """
    top = Branch.root(ROOT, PREFIXES)
    _head(top, einvoice)
    transaction = top.grow("rsm:SupplyChainTradeTransaction")
    for line in einvoice.lines:
        cii_line.line(transaction.grow("ram:IncludedSupplyChainTradeLineItem"), line)
    _agreement(transaction.grow("ram:ApplicableHeaderTradeAgreement"), einvoice, embedded or {})
    _delivery(transaction.grow("ram:ApplicableHeaderTradeDelivery"), einvoice)
    cii_settlement.settlement(transaction.grow("ram:ApplicableHeaderTradeSettlement"), einvoice)
    return top.written()


def _head(top: Branch, einvoice: EInvoice) -> None:
    context = top.grow("rsm:ExchangedDocumentContext")
    context.say("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID", einvoice.process)
    context.say("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID", einvoice.specification)
    document = top.grow("rsm:ExchangedDocument")
    document.say("ram:ID", einvoice.number)
    document.say("ram:TypeCode", einvoice.type_code)
    cii_parts.day(document, "ram:IssueDateTime", einvoice.issue_date)
    for note in einvoice.notes:
        place = document.grow("ram:IncludedNote")
        place.say("ram:Content", note.text)
        place.say("ram:SubjectCode", note.subject_code)


def _agreement(place: Branch, einvoice: EInvoice, embedded: Mapping[str, bytes]) -> None:
    number = "ram:IssuerAssignedID"
    place.say("ram:BuyerReference", einvoice.buyer_reference)
    cii_parts.party(place, "ram:SellerTradeParty", einvoice.seller)
    cii_parts.party(place, "ram:BuyerTradeParty", einvoice.buyer)
    cii_parts.party(place, "ram:SellerTaxRepresentativeTradeParty", einvoice.tax_representative)
    place.say(f"ram:SellerOrderReferencedDocument/{number}", einvoice.sales_order)
    place.say(f"ram:BuyerOrderReferencedDocument/{number}", einvoice.purchase_order)
    place.say(f"ram:ContractReferencedDocument/{number}", einvoice.contract)
    for attachment in einvoice.attachments:
        _attachment(place, attachment, embedded.get(attachment.name))
    if einvoice.tender:
        _typed(place, Identifier(einvoice.tender), TENDER)
    if einvoice.invoiced_object:
        _typed(place, einvoice.invoiced_object, INVOICED_OBJECT)
    if einvoice.project:
        project = place.grow("ram:SpecifiedProcuringProject")
        project.say("ram:ID", einvoice.project)
        project.say("ram:Name", PROJECT_NAME)


def _typed(place: Branch, reference: Identifier, code: str) -> None:
    found = place.grow("ram:AdditionalReferencedDocument")
    found.say("ram:IssuerAssignedID", reference.value)
    found.say("ram:TypeCode", code)
    found.say("ram:ReferenceTypeCode", reference.scheme)


def _attachment(place: Branch, said: Attachment, content: bytes | None) -> None:
    found = place.grow("ram:AdditionalReferencedDocument")
    found.say("ram:IssuerAssignedID", said.reference)
    found.say("ram:URIID", said.location)
    found.say("ram:TypeCode", SUPPORTING)
    found.say("ram:Name", said.description)
    found.say(
        "ram:AttachmentBinaryObject",
        base64.b64encode(content).decode() if content is not None else "",
        mimeCode=said.media_type,
        filename=said.name,
    )


def _delivery(place: Branch, einvoice: EInvoice) -> None:
    said = einvoice.delivery
    if said is not None:
        receiver = place.grow("ram:ShipToTradeParty")
        cii_parts.identified(receiver, (said.location,) if said.location else ())
        receiver.say("ram:Name", said.name)
        cii_parts.address(receiver, said.address)
        event = place.grow("ram:ActualDeliverySupplyChainEvent")
        cii_parts.day(event, "ram:OccurrenceDateTime", said.day)
    number = "ram:IssuerAssignedID"
    place.say(f"ram:DespatchAdviceReferencedDocument/{number}", einvoice.despatch_advice)
    place.say(f"ram:ReceivingAdviceReferencedDocument/{number}", einvoice.receiving_advice)
