"""What an examination of received bytes found out."""

from dataclasses import dataclass
from enum import StrEnum

from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, is_held
from app.documents.rules.kinds import Kind


class Syntax(StrEnum):
    """How the received bytes are written."""

    UBL_INVOICE = "ubl_invoice"
    UBL_CREDIT_NOTE = "ubl_credit_note"
    CII = "cii"
    UBL_QUOTATION = "ubl_quotation"
    UBL_REMINDER = "ubl_reminder"
    UBL_ORDER_RESPONSE = "ubl_order_response"
    UBL_ORDER_RESPONSE_SIMPLE = "ubl_order_response_simple"
    UBL_DESPATCH_ADVICE = "ubl_despatch_advice"
    ZUGFERD_1 = "zugferd_1"
    OTHER_XML = "other_xml"
    PLAIN_PDF = "plain_pdf"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class EmbeddedFile:
    """A file from inside an e-invoice (BT-125): its safe name, its type by content, its bytes."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Examination:
    """What bytes turned out to be.

    `xml` is the invoice's XML as received: the file itself, or what was embedded in the PDF.
    `media_type` is that of the original, decided by its content.
    """

    syntax: Syntax
    media_type: str
    kind: Kind | None = None
    einvoice: EInvoice | None = None
    findings: tuple[Finding, ...] = ()
    xml: bytes | None = None
    attachments: tuple[EmbeddedFile, ...] = ()

    @property
    def is_held(self) -> bool:
        """Say whether a person has to look at it first: some finding is fatal."""
        return is_held(self.findings)
