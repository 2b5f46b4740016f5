"""Mail: a letter composed, its bounce address, and one SMTP conversation with an honest answer."""

from app.core.mail.enclosures import Enclosure, encoded_size, file_name
from app.core.mail.headers import clean, mailbox
from app.core.mail.message import Letter, compose
from app.core.mail.smtp import Session, connected, send
from app.core.mail.transport import Answer, Outcome, Stage, Transport
from app.core.mail.verp import read_verp, verp

__all__ = [
    "Answer",
    "Enclosure",
    "Letter",
    "Outcome",
    "Session",
    "Stage",
    "Transport",
    "clean",
    "compose",
    "connected",
    "encoded_size",
    "file_name",
    "mailbox",
    "read_verp",
    "send",
    "verp",
]
