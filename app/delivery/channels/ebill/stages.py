"""Where the network partner is reached, and as whom: its live stage, or the one for tests (B2-23)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from app.delivery.channels.adapter import Setup


class Place(StrEnum):
    """Which of the partner's two stages; the cursor is kept apart for each."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: the address of the interface, where tokens are given out, and who asks."""

    place: Place
    url: str
    """Without a slash at its end; `/biller/business-cases` follows."""
    token_url: str
    client_id: str
    secret: str = field(repr=False)
    biller_id: str


_NEEDED: Final = ("url", "token_url", "client_id")


def stage_of(setup: Setup) -> Stage | None:
    """Return the stage that a channel talks to; None where what it needs was not entered.

    In test mode it is the partner's test stage and never the other: nothing reaches a customer.
    """
    place = Place.TEST if setup.is_test else Place.LIVE
    before = "test_" if setup.is_test else ""
    said = [str(setup.values.get(f"{before}{name}") or "").strip() for name in _NEEDED]
    secret = setup.secrets.get(f"{before}client_secret", "")
    biller_id = str(setup.values.get("biller_id") or "").strip()
    if not all((*said, secret, biller_id)):
        return None
    return Stage(place, said[0].rstrip("/"), said[1], said[2], secret, biller_id)
