"""The records of an evidence pack for machines: JSON (RFC 8259), moments in UTC (RFC 3339), amounts as text.

What opens a door is never in them: no tokens, no hashes of tokens, no addresses to pay at; and no
network addresses.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from app.comments.models import Comment
from app.core.journal import Entry
from app.core.money import Money
from app.delivery.models import Attempt, Dispatch
from app.documents.models import Audience, Document, File
from app.evidence import rules
from app.evidence.formats import people
from app.evidence.formats.placing import Placed, left_out
from app.evidence.queries.gathering import Evidence
from app.renditions.models import Rendition

Record = dict[str, Any]


def written(value: object) -> bytes:
    """Write a record as JSON that people can read too; the same record gives the same bytes."""
    return (json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n").encode()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a record")


def every(
    found: Evidence, placed: Mapping[str, Placed], *, with_internal: bool
) -> dict[str, object]:
    """Return every record by the name of its file."""
    hidden = left_out(found, with_internal=with_internal)
    return {
        rules.DOCUMENT: _document(found, placed),
        rules.DISPATCHES: [_dispatch(found, one) for one in found.dispatches],
        rules.RECEIPTS: _receipts(found),
        rules.COMMENTS: [_comment(found, placed, one) for one in found.comments],
        rules.ANSWERS: _answers(found),
        rules.PAYMENTS: _payments(found),
        rules.ACCESS: people.access(found) | {"changes": [line(one) for one in found.changes]},
        rules.JOURNAL: [line(one, hidden) for one in found.lines],
    }


def line(one: Entry, hidden: frozenset[str] = frozenset()) -> Record:
    """Return one line of the journal; `hidden` are names of files that stay inside."""
    return {
        "id": one.id,
        "at": one.at,
        "name": one.name,
        "by": {"kind": one.actor_kind, "id": one.actor_id, "name": one.actor_name},
        "about": {"kind": one.object_kind, "id": one.object_id},
        "version": one.version,
        "data": rules.without_names(one.data, hidden),
    }


def _amount(value: Money | None) -> Record | None:
    return None if value is None else {"amount": str(value.amount), "currency": value.currency}


def _document(found: Evidence, placed: Mapping[str, Placed]) -> Record:
    newest = found.versions[-1]
    return {
        "organisation": {"id": found.house.id, "name": found.house.name},
        "customers": [
            {"id": one.id, "number": one.number, "name": one.name} for one in found.customers
        ],
        "lineage": newest.lineage_id,
        "kind": newest.kind.value,
        "number": newest.number,
        "versions": [_version(found, placed, one) for one in found.versions],
    }


def _version(found: Evidence, placed: Mapping[str, Placed], one: Document) -> Record:
    files = [file for file in found.files if file.document_id == one.id]
    made = [each for each in found.renditions if each.document_id == one.id]
    return {
        "id": one.id,
        "version": one.version,
        "kind": one.kind.value,
        "number": one.number,
        "order_number": one.order_number,
        "state": one.state.value,
        "superseded_by": one.superseded_by,
        "customer": one.customer_id,
        "seller": one.seller_name,
        "buyer": one.buyer_name,
        "issue_date": one.issue_date,
        "due_date": one.due_date,
        "total": _amount(one.total),
        "payable": _amount(one.payable),
        "paid": _amount(one.paid),
        "open": _amount(one.open),
        "taken_in_at": one.created_at,
        "published_at": one.published_at,
        "answer": one.answer and one.answer.value,
        "answered_at": one.answered_at,
        "original_sha256": one.original,
        "files": [_file(placed[file.id], file) for file in files if file.id in placed],
        "internal_files_left_out": sum(file.id not in placed for file in files),
        "renditions": [_rendition(placed[each.id], each) for each in made],
    }


def _file(at: Placed, file: File) -> Record:
    return {
        "path": at.path,
        "name": file.name,
        "role": file.role.value,
        "audience": file.audience.value,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "added_by": file.added_by,
        "added_at": file.added_at,
    }


def _rendition(at: Placed, one: Rendition) -> Record:
    return {
        "path": at.path,
        "form": one.form.value,
        "renderer": one.renderer,
        "made_at": one.made_at,
        "size": one.size,
        "sha256": one.sha256,
    }


def _version_of(found: Evidence, document_id: str) -> int:
    return next(one.version for one in found.versions if one.id == document_id)


def _dispatch(found: Evidence, one: Dispatch) -> Record:
    return {
        "id": one.id,
        "version": _version_of(found, one.document_id),
        "channel": one.channel.value,
        "name": one.name,
        "address": one.address,
        "language": one.language,
        "state": one.state.value,
        "link": one.link_id,
        "created_at": one.created_at,
        "changed_at": one.changed_at,
        "opened_at": one.opened_at,
        "last_answer": one.answer,
        "attempts": [_attempt(each) for each in found.attempts if each.dispatch_id == one.id],
    }


def _attempt(one: Attempt) -> Record:
    return {
        "position": one.position,
        "ordered_by": one.trigger or None,
        "address": one.address,
        "started_at": one.started_at,
        "finished_at": one.finished_at,
        "outcome": one.outcome and one.outcome.value,
        "reply_code": one.code,
        "enhanced_code": one.enhanced,
        "answer": one.answer,
    }


def _receipts(found: Evidence) -> list[Record]:
    return [
        {
            "version": _version_of(found, one.document_id),
            "reader": {"id": one.reader_id, "name": one.reader_name},
            "what": one.kind.value,
            "first_at": one.at,
        }
        for one in found.receipts
    ]


def _comment(found: Evidence, placed: Mapping[str, Placed], one: Comment) -> Record:
    assert one.audience is Audience.CUSTOMER
    files = [file for file in found.comment_files if file.comment_id == one.id]
    return {
        "id": one.id,
        "version": one.version,
        "side": one.side.value,
        "by": {"kind": one.author_kind, "id": one.author_id, "name": one.author_name},
        "text": one.text,
        "created_at": one.created_at,
        "edited_at": one.edited_at,
        "withdrawn_at": one.withdrawn_at,
        "files": [
            {"path": placed[file.id].path, "name": file.name, "sha256": file.sha256}
            for file in files
        ],
    }


def _answers(found: Evidence) -> list[Record]:
    return [
        {
            "id": one.id,
            "version": _version_of(found, one.document_id),
            "answer": one.answer.value,
            "at": one.at,
            "by": {"kind": one.by_kind, "id": one.by_id, "name": one.by_name},
            "name_typed": one.name,
            "order_number": one.order_number,
            "cost_centre": one.cost_centre,
            "reason": one.reason and one.reason.value,
            "words": one.words,
            "reopened_at": one.reopened_at,
            "reopened_by": one.reopened_by,
            "reopened_because": one.reopened_because,
        }
        for one in found.answers
    ]


def _payments(found: Evidence) -> list[Record]:
    return [
        {
            "id": one.id,
            "version": part.version,
            "provider": one.provider.value,
            "provider_reference": one.provider_id,
            "state": one.state.value,
            "amount": _amount(one.amount),
            "for_this_document": _amount(Money(part.minor, one.currency)),
            "by": {"kind": one.by_kind, "id": one.by_id, "name": one.by_name},
            "note": one.note,
            "created_at": one.created_at,
            "received_on": one.received_on,
            "settled_at": one.settled_at,
        }
        for one, part in found.payments
    ]
