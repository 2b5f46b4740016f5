"""Mail that brings documents: kept as it came, read later, its documents taken in."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from app.core import clock, ids, inbox, journal, outbox
from app.core.db import insert, session
from app.core.runtime import current
from app.documents.actions import keeping
from app.documents.actions.keeping import Stored
from app.intake.actions import taking
from app.intake.models import Source
from app.ways_in import queries
from app.ways_in.actions import address
from app.ways_in.formats import mail
from app.ways_in.formats.mail import Mail
from app.ways_in.models import ArrivedMail, MailState
from app.ways_in.rules import mailing
from app.ways_in.rules.mailing import Head

SOURCE: Final = "ways_in.mail"
TAKE_IN = "ways_in.take_in_mail"
ANSWER = "ways_in.answer"
LOOK_AFTER: Final = timedelta(seconds=10)
"""When it is first looked whether everything is taken in, so that the mail can be answered."""


class Verdict(StrEnum):
    """What becomes of a mail for one recipient."""

    KEPT = "kept"
    UNKNOWN = "unknown"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A mail of the inbox that nobody has read yet."""

    inbox_id: str
    organisation_id: str
    sender: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Opened:
    """A mail that was read, its documents stored."""

    head: Head
    mail: Mail
    stored: tuple[Stored, ...]


def receive(recipient: str, envelope_sender: str, head: Head, raw: bytes) -> Verdict:
    """Keep a mail for one recipient, once, as it came; it is read after the commit."""
    row = address.found(recipient)
    if row is None:
        return Verdict.UNKNOWN
    organisation, mail_in = row
    verifier = current().settings.mail_in_verifier
    is_sound = verifier is None or mailing.is_vouched_for(head, envelope_sender, verifier)
    if not is_sound or not mailing.is_allowed(head, envelope_sender, mail_in.senders):
        return Verdict.NOT_ALLOWED
    # Return-Path is what the last one to hold a mail adds (RFC 5321, 4.4).
    traced = b"Return-Path: <" + envelope_sender.encode("ascii", "replace") + b">\r\n" + raw
    inbox.receive(SOURCE, f"{organisation.id}/{_digest(head, raw)}", traced)
    return Verdict.KEPT


def _digest(head: Head, raw: bytes) -> str:
    """Return what a second delivery of one mail has in common with the first.

    The servers on its way write their own headers; its Message-ID and its body stay. A Message-ID
    alone is not enough: who uses one twice for two mails must not lose the second.
    """
    headers, _line, body = raw.partition(b"\r\n\r\n")
    named = (head.message_id or "").encode() or headers
    return hashlib.sha256(named + b"\0" + hashlib.sha256(body).digest()).hexdigest()


def promise_reading(message: inbox.Message) -> str:
    """Promise to read a mail of the inbox; reading takes longer than a transaction should."""
    outbox.promise(TAKE_IN, key=f"take-in-mail:{message.id}", message=message.id)
    return "is being read"


def waiting(message_id: str) -> Waiting | None:
    """Return a mail that nobody has read yet; None where somebody has."""
    message = inbox.by_id(message_id)
    if message is None or queries.arrived(message_id) is not None:
        return None
    first, _line, raw = message.raw.partition(b"\r\n")
    sender = first.partition(b"<")[2].rstrip(b">").decode("ascii", "replace")
    return Waiting(message.id, message.key.partition("/")[0], sender.lower()[:254], raw)


def opened(one: Waiting) -> Opened:
    """Read a mail and store its documents; slow, and outside of any transaction."""
    found = mail.read(one.raw, current().settings.document_limit)
    stored = [
        keeping.store(one.organisation_id, each.name, each.content) for each in found.documents
    ]
    return Opened(mail.head(one.raw), found, tuple(stored))


def keep(one: Waiting, found: Opened) -> None:
    """Put a mail on record, once, begin an intake of its documents, and promise the answer."""
    settings, mail_id = current().settings, ids.new()
    own = (settings.mail_in_domain, settings.bounce_domain)
    is_answerable = mailing.is_answerable(found.head, one.sender, own)
    row = insert(ArrivedMail).values(
        id=mail_id,
        organisation_id=one.organisation_id,
        inbox_id=one.inbox_id,
        sender=one.sender,
        message_id=found.head.message_id,
        left_out=[{"name": name, "reason": why.value} for name, why in found.mail.left_out],
        state=MailState.WAITING if is_answerable else MailState.UNANSWERED,
        created_at=clock.now(),
    )
    new = session().execute(row.on_conflict_do_nothing().returning(ArrivedMail.id)).first()
    if new is None:
        return
    by = journal.Actor("mail", mail_id, one.sender)
    if found.stored:
        _take_in(one, mail_id, found, by)
    if is_answerable:
        outbox.promise(
            ANSWER,
            organisation_id=one.organisation_id,
            key=f"answer:{mail_id}",
            delay=LOOK_AFTER if found.stored else timedelta(0),
            mail=mail_id,
        )
    journal.record(
        "mail.arrived",
        by,
        organisation_id=one.organisation_id,
        about=("mail", mail_id),
        documents=len(found.stored),
        left_out=len(found.mail.left_out),
    )


def _take_in(one: Waiting, mail_id: str, found: Opened, by: journal.Actor) -> None:
    intake = taking.start(
        one.organisation_id, by, found.stored, creates_customers=False, source=Source.MAIL
    )
    session().flush()
    session().get_one(ArrivedMail, mail_id).intake_id = intake.id


def fail(message_id: str) -> None:
    """Note that a mail could not be read after several tries; it stays as it came."""
    message = inbox.by_id(message_id)
    if message is not None:
        inbox.settle(message, "could not be read")
