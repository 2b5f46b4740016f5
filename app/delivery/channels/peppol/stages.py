"""Where the access point is reached, and as whom: its live stage, or the one for tests (B2-23)."""

import base64
from dataclasses import dataclass, field
from enum import StrEnum

from app.delivery.channels.adapter import Setup
from app.delivery.channels.peppol.participants import Participant, participant


class Place(StrEnum):
    """Which of the provider's two stages; the cursor is kept apart for each."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: the address of the interface, how it is asked, and who sends."""

    place: Place
    url: str
    """Without a slash at its end; `/transmissions` follows."""
    sender: Participant
    authorization: str = field(repr=False)
    """The header, RFC 6750 or RFC 7617."""


def stage_of(setup: Setup) -> Stage | None:
    """Return the stage that a channel talks to; None where what it needs was not entered.

    In test mode it is the provider's test stage and never the other: nothing reaches a customer.
    """
    place = Place.TEST if setup.is_test else Place.LIVE
    before = "test_" if setup.is_test else ""
    url = _said(setup, f"{before}url").rstrip("/")
    sender = participant(_said(setup, "test_sender") if setup.is_test else "")
    sender = sender or participant(_said(setup, "sender"))
    secret = setup.secrets.get(f"{before}secret", "")
    if not (url and sender and secret):
        return None
    return Stage(place, url, sender, _authorization(_said(setup, f"{before}user"), secret))


def _said(setup: Setup, name: str) -> str:
    return str(setup.values.get(name) or "").strip()


def _authorization(user: str, secret: str) -> str:
    if not user:
        return f"Bearer {secret}"
    return "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()
