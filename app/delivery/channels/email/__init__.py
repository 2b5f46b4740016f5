"""E-mail: letters out through an SMTP server; what comes back is read apart."""

import re
from typing import Final

from app.delivery.channels.adapter import Adapter, Parcel, Piece, Result, Setup, Wanted
from app.delivery.channels.email.letter import Sending, hang_up, prepare, submit
from app.delivery.channels.email.returned import parse
from app.delivery.channels.enclosing import pause
from app.delivery.rules import Obstacle
from app.organisations.rules import Channel

__all__ = ["ADAPTER", "Parcel", "Piece", "Result", "Sending", "hang_up", "prepare", "submit"]

ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def _obstacle(wanted: Wanted, _setup: Setup) -> Obstacle | None:
    email = wanted.recipient.email
    if not email:
        return Obstacle.NO_ADDRESS
    return None if ADDRESS.fullmatch(email) else Obstacle.BAD_ADDRESS


ADAPTER = Adapter(
    channel=Channel.EMAIL,
    prepare=prepare,
    submit=submit,
    obstacle=_obstacle,
    address=lambda wanted: wanted.recipient.email or "",
    pause=pause,
    parse=parse,
    hang_up=hang_up,
    needs_settings=False,
)
