"""What a cell found out about a file, before the official rules are asked: as values, and as a frame."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.core.cells import Answer
from app.core.errors import Invalid
from app.documents.formats.examination import EmbeddedFile, Examination, Syntax
from app.documents.formats.profiles import Profile
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding
from app.documents.rules.kinds import Kind


@dataclass(frozen=True, slots=True)
class Question:
    """What the official rules are to be asked: an invoice written anew, and its profile."""

    profile: Profile
    xml: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An examination that lacks what the official rules say.

    Their findings belong at the place `rules_at` among the others; None where there are no such
    rules for this file. `question` is what to ask them, None where they cannot be asked.
    """

    examination: Examination
    rules_at: int | None = None
    question: Question | None = None


def to_answer(draft: Draft, content: bytes) -> Answer:
    """Return a draft as a cell sends it; `content` is the file, which its owner has already."""
    found = draft.examination
    is_same = found.xml is not None and found.xml == content
    header = {
        "syntax": found.syntax.value,
        "media_type": found.media_type,
        "kind": found.kind.value if found.kind else None,
        "einvoice": found.einvoice.to_json() if found.einvoice else None,
        "findings": [finding.to_json() for finding in found.findings],
        "is_same": is_same,
        "has_xml": found.xml is not None and not is_same,
        "rules_at": draft.rules_at,
        "profile": draft.question.profile.value if draft.question else None,
        "attachments": [[one.name, one.media_type] for one in found.attachments],
    }
    blobs = [found.xml] if found.xml is not None and not is_same else []
    blobs += [draft.question.xml.encode()] if draft.question else []
    return Answer(header, (*blobs, *(one.content for one in found.attachments)))


def from_answer(answer: Answer, content: bytes) -> Draft:
    """Return the draft that `to_answer` wrote; raises `Invalid` where it is none."""
    try:
        return _draft(answer.header, list(answer.blobs), content)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Invalid("what came out of the cell is no examination") from error


def _draft(header: Mapping[str, Any], blobs: list[bytes], content: bytes) -> Draft:
    xml = content if header["is_same"] else blobs.pop(0) if header["has_xml"] else None
    profile = header["profile"]
    question = Question(Profile(profile), blobs.pop(0).decode()) if profile else None
    attachments = tuple(
        EmbeddedFile(str(name), str(media_type), part)
        for (name, media_type), part in zip(header["attachments"], blobs, strict=True)
    )
    said, kind, at = header["einvoice"], header["kind"], header["rules_at"]
    examination = Examination(
        Syntax(header["syntax"]),
        str(header["media_type"]),
        kind=Kind(kind) if kind else None,
        einvoice=None if said is None else EInvoice.from_json(said),
        findings=tuple(Finding.from_json(one) for one in header["findings"]),
        xml=xml,
        attachments=attachments,
    )
    return Draft(examination, None if at is None else int(at), question)
