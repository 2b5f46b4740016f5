"""How things look to a program: plain JSON, amounts as decimal texts, moments in UTC."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from flask import url_for

from app.acceptance.models import QuoteAnswer
from app.comments.models import Comment, CommentFile
from app.core import languages
from app.core.money import Money
from app.delivery.models import Dispatch
from app.documents.models import Document, File
from app.documents.rules.findings import Finding
from app.organisations.models import Customer
from app.portal.queries.addresses import Address
from app.renditions.models import Rendition
from app.renditions.rules import MEDIA_TYPES


def row(document: Document, answer: QuoteAnswer | None) -> dict[str, Any]:
    """Return a document as lists show it; `answer` is what its customer said to it."""
    return {
        "id": document.id,
        "url": url_for("api.document", document_id=document.id),
        "kind": document.kind.value,
        "state": document.state.value,
        "version": document.version,
        "number": document.number,
        "issue_date": _day(document.issue_date),
        "due_date": _day(document.due_date),
        "currency": document.currency,
        "total": _amount(document.total),
        "payable": _amount(document.payable),
        "paid": _amount(document.paid) if document.open_minor is not None else None,
        "open": _amount(document.open),
        "seller_name": document.seller_name,
        "buyer_name": document.buyer_name,
        "customer_id": document.customer_id,
        "sha256": document.original,
        "created_at": _moment(document.created_at),
        "published_at": _moment(document.published_at),
        "answer": None if answer is None else _answer(answer),
    }


def _answer(one: QuoteAnswer) -> dict[str, Any]:
    return {
        "answer": one.answer.value,
        "at": _moment(one.at),
        "name": one.name,
        "order_number": one.order_number,
        "cost_centre": one.cost_centre,
        "reason": one.reason.value if one.reason else None,
        "words": one.words,
    }


def whole(
    document: Document,
    answer: QuoteAnswer | None,
    findings: Iterable[Finding],
    versions: Iterable[Document],
    files: Iterable[File],
    renditions: Iterable[Rendition],
) -> dict[str, Any]:
    """Return a document with all that is known of it."""
    return {
        **row(document, answer),
        "findings": [finding(one) for one in findings],
        "versions": [
            {
                "id": one.id,
                "url": url_for("api.document", document_id=one.id),
                "version": one.version,
                "state": one.state.value,
                "created_at": _moment(one.created_at),
            }
            for one in versions
        ],
        "files": [
            {
                "name": one.name,
                "role": one.role.value,
                "media_type": one.media_type,
                "size": one.size,
                "sha256": one.sha256,
                "audience": one.audience.value,
            }
            for one in files
        ],
        "renditions": [rendition(one) for one in renditions],
    }


def rendition(one: Rendition) -> dict[str, Any]:
    """Return what Kontor made, or is to make, of a document; `url` is where the bytes are."""
    address = url_for("api.rendition", document_id=one.document_id, rendition_id=one.id)
    return {
        "id": one.id,
        "url": address if one.sha256 else None,
        "form": one.form.value,
        "state": one.state.value,
        "media_type": MEDIA_TYPES[one.form],
        "size": one.size,
        "sha256": one.sha256,
        "reason": one.reason.value if one.reason else None,
        "detail": one.detail,
        "made_at": _moment(one.made_at),
    }


def finding(one: Finding) -> dict[str, str]:
    """Return what a check found; `language` is that of the text."""
    return {
        "rule": one.rule,
        "severity": one.severity.value,
        "place": one.place,
        "text": one.text(),
        "language": one.language or languages.current(),
    }


def delivery(one: Dispatch) -> dict[str, Any]:
    """Return how a document fared on its way to one recipient."""
    return {
        "id": one.id,
        "channel": one.channel.value,
        "state": one.state.value,
        "response": one.response.value,
        "is_test": one.is_test,
        "recipient_name": one.name,
        "address": one.address,
        "attempts": one.attempts,
        "answer": one.answer,
        "created_at": _moment(one.created_at),
        "changed_at": _moment(one.changed_at),
        "opened_at": _moment(one.opened_at),
    }


def comment(one: Comment, files: Iterable[CommentFile]) -> dict[str, Any]:
    """Return what somebody wrote about a document, and the files that came with it."""
    return {
        "id": one.id,
        "version": one.version,
        "side": one.side.value,
        "author_name": one.author_name,
        "text": one.text,
        "created_at": _moment(one.created_at),
        "edited_at": _moment(one.edited_at),
        "withdrawn_at": _moment(one.withdrawn_at),
        "files": [
            {
                "name": file.name,
                "media_type": file.media_type,
                "size": file.size,
                "sha256": file.sha256,
            }
            for file in files
        ],
    }


def customer(one: Customer) -> dict[str, Any]:
    """Return a customer as lists show it."""
    return {
        "id": one.id,
        "number": one.number,
        "name": one.name,
        "kind": one.kind.value,
        "access": one.portal.value,
        "portal": url_for("api.customer_portal", customer_id=one.id),
    }


def customer_portal(one: Customer, address: Address) -> dict[str, Any]:
    """Return whether a customer has the portal, and where it is."""
    return {"customer_id": one.id, "access": one.portal.value, **_address(address)}


def document_portal(one: Document, address: Address) -> dict[str, Any]:
    """Return where a document is found in the portal, or why nowhere."""
    return {"document_id": one.id, **_address(address)}


def _address(address: Address) -> dict[str, Any]:
    link, rule = address.link, address.closed_by
    return {
        "url": address.url,
        "closed_by": "unpublished" if address.is_unpublished else rule and rule.value,
        "expires_at": _moment(link.expires_at) if link else None,
        "uses": link.uses if link else None,
        "last_used_at": _moment(link.last_used_at) if link else None,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None


def _amount(money: Money | None) -> str | None:
    return None if money is None else str(money.amount)
