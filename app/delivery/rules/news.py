"""What the other side tells about a dispatch, in the words of every channel."""

from dataclasses import dataclass
from datetime import datetime

from app.delivery.rules.states import Response, State


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """One thing that was told: about the dispatch and round that our own reference names, or theirs.

    `key` tells two of them apart within a channel and an organisation: the same again changes nothing.
    """

    key: str
    occurred_at: datetime
    reference: str | None = None
    """Ours, `<dispatch id>.<round>`, see `reference_of`; it travels in what we hand over."""
    provider_ref: str | None = None
    """Theirs, as the answer to handing over named it; looked at where ours did not come back."""
    state: State | None = None
    """Where it leads, or None: it is told and kept, and changes nothing (an unknown code, a delay)."""
    response: Response | None = None
    is_delay: bool = False
    """The other side goes on trying."""
    code: str = ""
    """The other side's own word: `OPEN`, `RETURNED`, `5.1.1`."""
    reason: str = ""
    """The other side's sentence, for people."""
    amount_minor: int | None = None
    """What was approved or paid, in minor units, where it was said."""
    is_hard: bool = False
    """The address itself is wrong: it must not be used again (PY-28)."""
    whom: tuple[str, ...] = ()
    """Addresses that the other side names: where ours is none of them, nothing changes."""
    is_complaint: bool = False
    """The recipient does not want it (RFC 5965): it arrived, and the address is left alone from now on."""


def reference_of(dispatch_id: str, round_: int) -> str:
    """Return our reference of one decision to send: all its attempts carry it (idempotency key)."""
    return f"{dispatch_id}.{round_}"


def read_reference(reference: str) -> tuple[str, int] | None:
    """Return dispatch id and round of a reference of ours; None where it is none."""
    dispatch_id, _dot, round_ = reference.strip().lower().partition(".")
    is_ours = len(dispatch_id) == len(_EXAMPLE) and dispatch_id.isalnum() and round_.isdecimal()
    return (dispatch_id, int(round_)) if is_ours and len(round_) < len(_EXAMPLE) else None


_EXAMPLE = "01jd3v8q2k5w7x9y0z1a2b3c4d"
