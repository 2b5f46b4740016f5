"""The files inside an e-invoice (BG-24): decoded, typed by their content, named safely, bounded."""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from app.core.languages import N_
from app.documents.formats.examination import EmbeddedFile
from app.documents.formats.media_types import EXTENSIONS, attachment_type
from app.documents.rules.einvoice import Attachment
from app.documents.rules.findings import Finding, Severity

COUNT_LIMIT: Final = 50
NAME_LIMIT: Final = 100

_FORBIDDEN: Final = re.compile(r'[\\/:*?"<>|%\x00-\x1f\x7f]+')


@dataclass(frozen=True, slots=True)
class SupportingDocument:
    """BG-24 as read: its description and the base64 text of what is embedded, "" if nothing is."""

    attachment: Attachment
    base64: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What could be taken out: descriptions with name, type and size as found, files, findings."""

    attachments: tuple[Attachment, ...]
    files: tuple[EmbeddedFile, ...]
    findings: tuple[Finding, ...]


def extract(documents: Iterable[SupportingDocument], size_limit: int) -> Extraction:
    """Decode what is embedded; all files together may have `size_limit` bytes.

    A file of another type than `media_types.EXTENSIONS` stays inside the invoice: there is a
    finding (warning) and no file for it.
    """
    attachments: list[Attachment] = []
    files: list[EmbeddedFile] = []
    findings: list[Finding] = []
    room = size_limit
    for document in documents:
        if not document.base64:
            attachments.append(document.attachment)
            continue
        found = _file(document, room if len(files) < COUNT_LIMIT else -1, len(files) + 1)
        if isinstance(found, Finding):
            findings.append(found)
            attachments.append(document.attachment)
            continue
        room -= len(found.content)
        files.append(found)
        attachments.append(_described(document.attachment, found))
    return Extraction(tuple(attachments), tuple(files), tuple(findings))


def safe_name(name: str, media_type: str, number: int) -> str:
    """Return a file name without folders, controls and tricks, with the extension of its type.

    `number` names a file that has no name left: "attachment-2.pdf".
    """
    plain = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    # Cf holds the marks that turn the reading direction: "exe.fdp" would show as "pdf.exe".
    plain = "".join(letter for letter in plain if unicodedata.category(letter) not in _CONTROLS)
    plain = _FORBIDDEN.sub("_", plain).strip(" ._")
    stem = plain.rsplit(".", 1)[0].strip(" ._")[:NAME_LIMIT] or f"attachment-{number}"
    return stem + EXTENSIONS[media_type]


_CONTROLS: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _file(document: SupportingDocument, room: int, number: int) -> EmbeddedFile | Finding:
    attachment = document.attachment
    named = {"name": attachment.name or attachment.reference}
    if len(document.base64) * 3 // 4 > room + 2:
        sentence = N_("The attached file %(name)s is too large and was left in the invoice.")
        return Finding("KT-ATTACHMENT-SIZE", Severity.WARNING, sentence, "BT-125", named)
    try:
        content = base64.b64decode("".join(document.base64.split()), validate=True)
    except (binascii.Error, ValueError):
        sentence = N_("The attached file %(name)s cannot be decoded.")
        return Finding("KT-ATTACHMENT-CODE", Severity.WARNING, sentence, "BT-125", named)
    media_type = attachment_type(content, attachment.media_type)
    if not media_type:
        sentence = N_("The attached file %(name)s is of a type that Kontor does not hand on.")
        return Finding("KT-ATTACHMENT-TYPE", Severity.WARNING, sentence, "BT-125", named)
    return EmbeddedFile(safe_name(attachment.name, media_type, number), media_type, content)


def _described(attachment: Attachment, file: EmbeddedFile) -> Attachment:
    size = len(file.content)
    return replace(attachment, name=file.name, media_type=file.media_type, size=size)
