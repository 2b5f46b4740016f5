"""Delivery reports (RFC 3464) as servers write them, for tests; and what comes of them."""

from email.message import EmailMessage
from email.policy import SMTP

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import inbox, runtime
from app.core.mail import verp
from app.delivery.actions import collecting, listening
from app.delivery.models import Dispatch
from app.delivery.rules import News
from app.organisations.rules import Channel


def bounce_address(dispatch: Dispatch, round_: int | None = None) -> str:
    """Return the envelope sender of a dispatch's letter."""
    settings = runtime.current().settings
    named = f"{dispatch.id}-{round_ or dispatch.round}"
    return verp(named, settings.key("bounce"), settings.bounce_domain)


def report(action: str = "failed", status: str = "5.1.1", **said: str) -> bytes:
    """Return a report; `said`: recipient, original, words, envelope_id, message_id, number."""
    fields = [f"Final-Recipient: rfc822; {said.get('recipient', 'ruth@kunden.example')}"]
    if "original" in said:
        fields.append(f"Original-Recipient: rfc822;{said['original']}")
    fields += [f"Action: {action}", f"Status: {status}"]
    if "words" in said:
        fields.append(f"Diagnostic-Code: smtp; {said['words']}")
    about = [f"Original-Envelope-Id: {said['envelope_id']}"] if "envelope_id" in said else []
    lines = ["Reporting-MTA: dns; mx.kunden.example", *about, "", *fields, ""]
    returned = f"Message-ID: {said.get('message_id', '<other@elsewhere.example>')}\r\n"
    parts = [
        ("text/plain", "Your mail could not be delivered."),
        ("message/delivery-status", "\r\n".join(lines)),
        ("text/rfc822-headers", returned),
    ]
    body = "".join(f"--x\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts)
    head = (
        "From: MAILER-DAEMON@mx.kunden.example\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: <report{said.get('number', '1')}@mx.kunden.example>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; boundary="x"\r\n\r\n'
    )
    return f"{head}{body}--x--\r\n".encode()


def answer(text: str, **headers: str) -> bytes:
    """Return a plain mail."""
    one = EmailMessage(policy=SMTP)
    for name, value in ({"From": "Ruth <ruth@kunden.example>"} | headers).items():
        one[name.replace("_", "-")] = value
    one.set_content(text)
    return one.as_bytes()


def comes_back(session: Session, to: str, raw: bytes) -> str:
    """Let a mail come to a bounce address, and read it; returns what came of it."""
    before = set(session.scalars(select(inbox.Message.id)))
    collecting.keep(to, "", raw)
    return _read_new(session, before)


def lies_in_mailbox(session: Session, raw: bytes, key: str = "imap:1:1") -> str:
    """Let a mail be fetched out of a mailbox, and read it; returns what came of it."""
    before = set(session.scalars(select(inbox.Message.id)))
    listening.receive(Channel.EMAIL, None, key, raw)
    return _read_new(session, before)


def _read_new(session: Session, before: set[str]) -> str:
    session.flush()
    rows = select(inbox.Message).where(inbox.Message.id.not_in(before))
    message = session.scalars(rows).one_or_none()
    if message is None:
        return "kept already"
    unread = listening.unread(message.id)
    assert unread is not None
    found = listening.read(unread)
    again = listening.apply(unread, found)
    return "waits" if again else message.outcome or ""


def news_in(raw: bytes, to: str = "") -> list[News] | str:
    """Return the news in a mail that came to an address."""
    source = "delivery.email"
    return listening.read(listening.Unread("m", source, _enveloped(raw, to)))


def _enveloped(raw: bytes, to: str) -> bytes:
    return (f"X-Original-To: <{to}>\r\n".encode() if to else b"") + raw
