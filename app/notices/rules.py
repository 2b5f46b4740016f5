"""What a notice is, and how far it has come."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How far a notice has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    LOST = "lost"
    """It was handed over and the answer was lost, or its worker died: it may have arrived."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a notice is for; `language` is their own wish, None where they have none."""

    address: str
    name: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a notice says, in the words of its reader. Everything is plain text; nothing is markup."""

    subject: str
    sentences: tuple[str, ...]
    """One paragraph each, after the greeting."""
    label: str
    """What stands on the button."""
    url: str
    quote: str = ""
    """What somebody else wrote: shown apart, so that nobody takes it for the house's own words."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and value, one line each."""

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Said":
        """Return what was stored."""
        facts = tuple((label, value) for label, value in stored["facts"])
        return cls(**(stored | {"sentences": tuple(stored["sentences"]), "facts": facts}))


@dataclass(frozen=True, slots=True)
class Written:
    """A whole letter, worded and drawn already: subject, plain text, HTML."""

    subject: str
    text: str
    html: str

    def to_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Written | None":
        """Return what was stored; None where it is no whole letter."""
        return cls(**stored) if "html" in stored else None
