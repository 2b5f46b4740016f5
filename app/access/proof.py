"""How much a customer's people have to prove before they see something: five levels, one table (PY-01).

The level is the organisation's. What is asked further than that somebody is inside at all is asked
here and nowhere else; the door does the asking.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from app.access.grants import Can


class Level(StrEnum):
    """What an organisation asks its customers' people to prove beyond their link or their account."""

    NEVER = "never"
    EVERY_PAGE = "every_page"
    SENSITIVE = "sensitive"
    SENSITIVE_PRIVATE = "sensitive_private"
    """Private customers prove it; businesses see what is sensitive as it is."""
    CLOSED = "closed"
    """What is sensitive is never shown, whatever anybody proves."""


class Need(StrEnum):
    """What stands between somebody and a thing."""

    NOTHING = "nothing"
    PROOF = "proof"
    CLOSED = "closed"


class Method(StrEnum):
    """How somebody proves more than that they have a link or a password."""

    ADDRESS = "address"
    """Postcode and house number (PY-05): knowledge, and weak by nature (OWASP ASVS 5.0, 6.4.2)."""
    SMS = "sms"
    """A one-time code to the customer's mobile number (PY-06)."""


SENSITIVE: Final = frozenset({Can.DOWNLOAD_DOCUMENTS, Can.BUNDLE_DOCUMENTS})
"""Permissions over files of documents and attachments in every form: PDF, XML, picture, ZIP (PY-02)."""

ANSWERS: Final = frozenset({Can.CHANGE_OWN_DATA})
"""Permissions over the very data that are asked for: who could read or change them would prove anything."""

UNPROVEN: Final = frozenset({Can.PROVE})
"""What is open to somebody who is inside and has proved nothing yet: the proving itself."""

CONFIRMED: Final = frozenset({Can.SECURE_ACCOUNT, Can.SECURE_HOUSE, Can.FULFIL_PRIVACY})
"""What is done only by somebody who showed lately that it is really them (ASVS 7.5.1)."""

CONFIRMED_FOR: Final = timedelta(minutes=10)

ENROLLING: Final = frozenset({Can.KEEP_ACCOUNT, Can.SECURE_ACCOUNT})
"""All that is open to somebody who has to set up a second factor first."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What is asked of one principal; of staff and programs nothing."""

    level: Level = Level.NEVER
    is_private: bool = True
    is_proven: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether what is sensitive is never shown, whatever anybody proves."""
        return self.level is Level.CLOSED

    def need(self, *, is_sensitive: bool) -> Need:
        """Return what stands between them and a page, or what is sensitive on it."""
        match self.level:
            case Level.EVERY_PAGE:
                is_asked = True
            case Level.SENSITIVE:
                is_asked = is_sensitive
            case Level.SENSITIVE_PRIVATE:
                is_asked = is_sensitive and self.is_private
            case Level.CLOSED if is_sensitive:
                return Need.CLOSED
            case _:
                is_asked = False
        return Need.PROOF if is_asked and not self.is_proven else Need.NOTHING

    def need_for(self, permission: Can) -> Need:
        """Return what stands between them and all that needs `permission`."""
        if permission in UNPROVEN:
            return Need.NOTHING
        if permission in ANSWERS and self.need(is_sensitive=True) is Need.PROOF:
            return Need.PROOF
        return self.need(is_sensitive=permission in SENSITIVE)


NOBODY_ASKS: Final = Demand()


def is_proof_alive(
    now: datetime, proved_at: datetime | None, seen_at: datetime | None, idle_minutes: int
) -> bool:
    """True while a proof holds: until the session ends, or nothing was done for `idle_minutes` (PY-09)."""
    if proved_at is None or seen_at is None:
        return False
    return now - seen_at < timedelta(minutes=idle_minutes)


def is_confirmed(now: datetime, confirmed_at: datetime | None) -> bool:
    """True while somebody showed lately enough that it is them."""
    return confirmed_at is not None and now - confirmed_at < CONFIRMED_FOR
