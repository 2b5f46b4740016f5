"""What the stand-in for an eBill network looks at in a business case before it takes it."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pikepdf

INSIDE: Final = "business-case.json"
INVOICE: Final = "factur-x.xml"
WITH_INVOICE: Final = frozenset({"Bill", "Advice", "CreditNote"})
TYPES: Final = WITH_INVOICE | {"InstalmentBill", "Reminder"}
REQUIRED: Final = ("type", "billerId", "referenceNumber", "businessCaseDate", "totalAmount")

Wrong = tuple[str, str, str]
"""Field, message, rejected value: a field error of the interface."""


@dataclass
class Case:
    """A business case that was taken."""

    id: str
    reference: str
    """The correlation id that it came with."""
    said: Mapping[str, Any]
    status: str = "INITIAL"


def read(body: bytes) -> tuple[dict[str, Any], list[Wrong]]:
    """Return what a PDF says of its case, and what is wrong with the PDF."""
    try:
        with pikepdf.open(BytesIO(body)) as pdf:
            with pdf.open_metadata() as metadata:
                claims = (metadata.get("pdfaid:part"), metadata.get("pdfaid:conformance"))
            names = set(pdf.attachments)
            said = pdf.attachments[INSIDE].get_file().read_bytes() if INSIDE in names else b"{}"
    except pikepdf.PdfError:
        return {}, [("pdf", "is no PDF", "")]
    found: dict[str, Any] = json.loads(said)
    if claims != ("3", "B"):
        return found, [("pdf", "is not PDF/A-3b", "/".join(str(one) for one in claims))]
    if found.get("type") in WITH_INVOICE and INVOICE not in names:
        return found, [("pdf", "has no structured data inside", "")]
    return found, []


def objections(
    said: Mapping[str, Any], used: Collection[str], may_get: Callable[[Mapping[str, str]], bool]
) -> list[Wrong]:
    """Return every field error of a case; `used` are the numbers that were taken before."""
    wrong = [(name, "must not be null", "") for name in REQUIRED if not said.get(name)]
    if wrong:
        return wrong
    number, type_ = str(said["referenceNumber"]), str(said["type"])
    if type_ not in TYPES:
        wrong.append(("type", "is not known", type_))
    if number in used:
        wrong.append(("referenceNumber", "must be unique for 90 days", number))
    if not may_get(said.get("billRecipient") or {}):
        wrong.append(("billRecipient", "does not allow bills of this biller", ""))
    referenced = (said.get("referencedBill") or {}).get("referenceNumber", "")
    if (type_ == "Reminder" or referenced) and referenced not in used:
        wrong.append(("referencedBill.referenceNumber", "is no bill", referenced))
    return wrong
