"""What a program sends: the document, what comes beside it, and how it wants it to be taken in."""

import hashlib
import json
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import FileStorage
from werkzeug.http import parse_list_header, parse_options_header

from app.api.parameters import Parameters
from app.core.languages import gettext as _
from app.documents.formats import media_types
from app.intake.actions.reception import Sent
from app.web.problems import Problem

SINGLE = {"application/xml": "document.xml", "text/xml": "document.xml", media_types.PDF: ""}
MULTIPART = "multipart/form-data"
ACCEPTED = ("application/xml", "application/pdf", MULTIPART)
LONGEST_KEY = 255
CREATES_CUSTOMERS = "creates-customers"


@dataclass(frozen=True, slots=True)
class Sending:
    """One document on its way in."""

    document: Sent
    attachments: tuple[Sent, ...]
    creates_customers: bool
    is_strict: bool
    """Whether a document with errors is refused instead of held (RFC 7240, `handling=strict`)."""

    @property
    def request_hash(self) -> str:
        """SHA-256 of what is asked; how multipart separates it does not matter."""
        files = [
            (one.name, one.media_type, hashlib.sha256(one.content).hexdigest())
            for one in (self.document, *self.attachments)
        ]
        asked = json.dumps([files, self.creates_customers, self.is_strict])
        return hashlib.sha256(asked.encode()).hexdigest()


def read() -> Sending:
    """Return what the request sends; raises `Problem` 400 or 415."""
    if request.mimetype == MULTIPART:
        document, attachments = _parts()
    elif request.mimetype in SINGLE:
        document, attachments = _single(), ()
    else:
        raise Problem(
            415,
            "media-type",
            _("This kind of content is not taken in"),
            _("Send %(types)s.", types=", ".join(ACCEPTED)),
            accepted=list(ACCEPTED),
        )
    return Sending(document, attachments, _creates_customers(), is_strict())


def is_strict() -> bool:
    """Say whether the program asks for strict handling (RFC 7240, 4.4)."""
    wishes = parse_list_header(request.headers.get("Prefer", ""))
    return any(
        wish.replace('"', "").replace(" ", "").lower() == "handling=strict" for wish in wishes
    )


def idempotency_key() -> str | None:
    """Return the request's own key, with or without quotes; raises `Problem` 400."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        return None
    key = given.strip().removeprefix('"').removesuffix('"')
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Problem(
            400,
            "idempotency-key",
            _("The Idempotency-Key cannot be used"),
            _(
                "Use 1 to %(count)s printable ASCII characters, a UUID for example.",
                count=LONGEST_KEY,
            ),
        )
    return key


def _single() -> Sent:
    _disposition, options = parse_options_header(request.headers.get("Content-Disposition"))
    name = options.get("filename") or SINGLE[request.mimetype] or "document.pdf"
    return Sent(name, request.mimetype, request.get_data())


def _parts() -> tuple[Sent, tuple[Sent, ...]]:
    documents = request.files.getlist("document")
    strange = (set(request.files) - {"document", "attachments"}) | set(request.form)
    if len(documents) != 1 or strange:
        raise Problem(
            400,
            "parts",
            _("The parts are not as expected"),
            _("Send one file called “document” and any number called “attachments”, nothing else."),
        )
    beside = tuple(_attachment(one) for one in request.files.getlist("attachments"))
    first = documents[0]
    return Sent(first.filename or "document.xml", first.mimetype, first.read()), beside


def _attachment(file: FileStorage) -> Sent:
    content, name = file.read(), file.filename or "attachment"
    found = media_types.attachment_type(content, file.mimetype)
    if not found:
        raise Problem(
            415,
            "attachment-type",
            _("An attachment cannot be taken in"),
            _(
                "“%(name)s” is none of these by its content: PDF, PNG, JPEG, CSV, XLSX, ODS, XML.",
                name=name,
            ),
            attachment=name,
        )
    return Sent(name, found, content)


def _creates_customers() -> bool:
    reader = Parameters({CREATES_CUSTOMERS})
    wanted = reader.value(CREATES_CUSTOMERS, ("false", "true").index, _("Use true or false."))
    reader.finish()
    return bool(wanted)
