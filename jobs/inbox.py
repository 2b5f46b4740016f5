"""Apply what outside services told us: each source has one reader."""

from collections.abc import Callable

from app.core import inbox
from app.delivery.actions import listening
from app.payments.actions import settling
from app.sms.actions import receiving
from app.ways_in.actions import mailing
from jobs.job import Plain

READERS: dict[str, Callable[[inbox.Message], str]] = {
    **dict.fromkeys(listening.BY_SOURCE, listening.promise_reading),
    mailing.SOURCE: mailing.promise_reading,
    settling.SOURCE: settling.hooked,
    receiving.TWILIO: receiving.apply_twilio,
    receiving.GATEWAY: receiving.apply_gateway,
}
"""Source of a message → what reads it and applies it; returns what came of it, for the record."""


def apply(message: str) -> None:
    """Let the source's reader apply one message; without a reader it is kept and says so."""
    found = inbox.by_id(message)
    if found is None or found.applied_at is not None:
        return
    reader = READERS.get(found.source)
    inbox.settle(found, reader(found) if reader else "nobody reads this source")


APPLY = Plain(apply)
