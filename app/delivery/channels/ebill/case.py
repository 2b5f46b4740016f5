"""A business case: which of eBill's types a document is, what it refers to, and whether it may go out."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement

from app.core import clock
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.money import Money
from app.delivery import rules
from app.delivery.channels import enclosing
from app.delivery.channels.adapter import Order, Parcel, Piece, parcel_of
from app.delivery.channels.ebill import payment
from app.delivery.channels.ebill.address import asked_by
from app.delivery.channels.ebill.stages import Stage, stage_of
from app.delivery.models import Dispatch
from app.delivery.queries import dispatches
from app.documents import queries as documents
from app.documents.models import Document, File, FileRole
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.renditions.rules import REASONS
from app.renditions.rules import State as RenditionState

KINDS: Final = frozenset({Kind.INVOICE, Kind.CREDIT_NOTE, Kind.REMINDER})


class CaseType(StrEnum):
    """eBill's word for a business case.

    `InstalmentBill` is none of ours: it offers a plan of instalments, which no document of ours has.
    """

    BILL = "Bill"
    ADVICE = "Advice"
    """Nothing is to be released: it is paid, or collected. Of a bill sent before, it takes the place."""
    CREDIT_NOTE = "CreditNote"
    REMINDER = "Reminder"


ASKS_FOR_MONEY: Final = frozenset({CaseType.BILL, CaseType.REMINDER})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Parcel):
    """A business case on its way: the PDF is completed with `said` once the transaction is closed."""

    stage: Stage
    number: str
    """The reference number of the case: one biller uses each once within 90 days."""
    said: str
    """What it is, as JSON in the words of the interface; put into the PDF."""
    moment: datetime
    """The document's own."""


def pause(dispatch: Dispatch, document: Document) -> timedelta | None:
    """Return how long to wait for the PDF with the e-invoice inside; None: it waits no longer."""
    age = clock.now() - dispatch.queued_at
    files = documents.files_of(document)
    if age >= rules.LONGEST_WAIT or documents.is_pdf(files):
        return None
    made = enclosing.sheet(document, files)
    is_coming = made is None or made.state is RenditionState.WANTED
    return rules.pause_for_files(age) if is_coming else None


def prepare(order: Order) -> Case:
    """Make the case of a document; raises `Refused` with what has to be mended, all at once."""
    stage = stage_of(order.setup)
    if stage is None:
        raise Refused(_("eBill is not set up yet for the mode that it is in."))
    said = documents.einvoice_of(documents.content_of(order.document))
    if said is None:
        raise Refused(_("The document has no data. eBill takes a PDF with the data inside only."))
    asked = asked_by(order.dispatch.address)
    if asked is None:
        raise Refused(_("The recipient’s address is not one of eBill."))
    pieces = _pieces(order.document)
    type_, facts = _facts(order, said)
    written = {
        "type": type_.value,
        "billerId": stage.biller_id,
        "billRecipient": asked,
        "referenceNumber": reference_number(order.document),
        **facts,
    }
    return Case(
        **parcel_of(order),
        files=pieces,
        stage=stage,
        number=reference_number(order.document),
        said=json.dumps(written, ensure_ascii=False, indent=1),
        moment=order.document.published_at or order.document.created_at,
    )


def reference_number(document: Document) -> str:
    """Return the number of a document's case: its own; a later version is another case."""
    return document.number if document.version == 1 else f"{document.number}-{document.version}"


def _facts(order: Order, said: EInvoice) -> tuple[CaseType, dict[str, Any]]:
    """Return the type of a case and what it says; raises `Refused` with every finding."""
    document = order.document
    total = document.payable if document.payable is not None else document.total
    type_ = _type_of(document.kind, said, total)
    asks = type_ in ASKS_FOR_MONEY
    found = payment.dates(
        document.issue_date,
        document.due_date if asks else None,
        clock.today(order.house.timezone),
    )
    found += payment.amount(total, is_asked_for=asks)
    account = None
    if asks:
        account, wrong = payment.account(said)
        found += wrong
    if found:
        raise Refused(" ".join(_(sentence, **values) for sentence, values in found))
    assert document.issue_date is not None
    assert total is not None
    facts: dict[str, Any] = {
        "businessCaseDate": document.issue_date.isoformat(),
        "totalAmount": {"value": float(total.amount), "currencyCode": total.currency},
    }
    if asks and document.due_date is not None:
        facts["paymentDueDate"] = document.due_date.isoformat()
    if account is not None:
        facts["payment"] = {
            "iban": account.iban,
            "referenceType": account.type,
            "reference": account.reference,
        }
    referenced = _referenced(order, said)
    if referenced is not None:
        facts["referencedBill"] = referenced
    return type_, facts


def _type_of(kind: Kind, said: EInvoice, total: Money | None) -> CaseType:
    if kind is Kind.REMINDER:
        return CaseType.REMINDER
    if kind is Kind.CREDIT_NOTE:
        return CaseType.CREDIT_NOTE
    is_settled = total is not None and total.minor == 0
    return CaseType.ADVICE if is_settled or payment.is_collected(said) else CaseType.BILL


def _referenced(order: Order, said: EInvoice) -> dict[str, str] | None:
    """Return the case that a case is about: what it reminds of, credits, or takes the place of.

    Raises `Refused` where a reminder is about no bill, or several, or one that eBill does not know.
    """
    document = order.document
    if document.kind is not Kind.REMINDER:
        earlier = _case(order, Document.lineage_id == document.lineage_id)
        numbers = [one.number for one in said.preceding_invoices if one.number]
        if earlier is None and len(numbers) == 1:
            earlier = _case(order, *_bill(document, numbers[0]))
        return earlier
    reminded = list(dict.fromkeys(one.number for one in said.reminded_invoices if one.number))
    if len(reminded) != 1:
        raise Refused(
            _(
                "An eBill reminder is about one bill. This one names %(count)s.",
                count=len(reminded),
            )
        )
    bill = _case(order, *_bill(document, reminded[0]))
    if bill is None:
        raise Refused(
            _(
                "The invoice %(number)s did not go out by eBill. Send its reminder another way.",
                number=reminded[0],
            )
        )
    return bill


def _bill(document: Document, number: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Document.customer_id == document.customer_id,
        Document.kind == Kind.INVOICE,
        Document.number_sort == number.lower()[:100],
    )


def _case(order: Order, *of: ColumnElement[bool]) -> dict[str, str] | None:
    """Return the newest case before this one that the partner knows, as the interface names it."""
    dispatch = order.dispatch
    found = dispatches.known_to_partner(
        dispatch.organisation_id,
        dispatch.channel,
        Dispatch.is_test == order.setup.is_test,
        Document.id != order.document.id,
        *of,
    )
    if found is None:
        return None
    earlier, document = found
    return {
        "businessCaseId": earlier.provider_ref or "",
        "referenceNumber": reference_number(document),
    }


def _pieces(document: Document) -> tuple[Piece, ...]:
    """Return the PDF of a case; raises `Refused` where there is none with the data inside."""
    files = documents.files_of(document)
    if documents.is_pdf(files):
        return _hybrid(files)
    made = enclosing.sheet(document, files)
    pieces = enclosing.piece_of(document, made)
    if pieces:
        return pieces
    if made is not None and made.reason is not None:
        why = _(REASONS[made.reason], detail=made.detail)
        raise Refused(_("The PDF with the data inside could not be made. %(why)s", why=why))
    raise Refused(_("The PDF with the data inside is not there yet. Try again once it is made."))


def _hybrid(files: list[File]) -> tuple[Piece, ...]:
    """Return the PDF that came, where the e-invoice is in it."""
    if not any(one.role is FileRole.XML for one in files):
        raise Refused(
            _(
                "The document came as a PDF without data. eBill takes a PDF with the data inside only."
            )
        )
    original = next(one for one in files if one.role is FileRole.ORIGINAL)
    return (Piece(original.name, original.media_type, original.size, original.sha256),)
