"""Having a mail that came back taken apart in a cell, and checking what the cell says of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.core import cells

WORK: Final = "mail.returned"
SECONDS: Final = 10.0
"""Seconds of processor time that one mail may take."""
KEPT: Final = 512 * 1024
"""Octets of a mail that came back which are kept: the report comes first, the mail itself last."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a mail for one recipient; see `returned.Told`."""

    action: str
    status: str
    recipients: tuple[str, ...]
    said: str


@dataclass(frozen=True, slots=True)
class Returned:
    """What a mail that came back says; see `returned.Returned`. Nothing of it is proven."""

    told: tuple[Told, ...]
    complaint: str
    bounce_addresses: tuple[str, ...]
    envelope_id: str
    message_ids: tuple[str, ...]
    key: str
    written_at: datetime | None


def read(raw: bytes) -> Returned:
    """Return what a mail that came back says, as a cell read it.

    Raises `ValueError` where it cannot be read, and `cells.CellNotStarted` where that is not its fault.
    """
    try:
        header = cells.run(WORK, {}, raw[:KEPT], SECONDS).header
        return _returned(header)
    except cells.CellDied as error:
        raise ValueError(str(error)) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("the cell gave no proper answer") from error


def _returned(header: Mapping[str, Any]) -> Returned:
    written_at = str(header["written_at"])
    return Returned(
        told=tuple(
            Told(
                action=str(one["action"]),
                status=str(one["status"]),
                recipients=_texts(one["recipients"]),
                said=str(one["said"])[:500],
            )
            for one in header["told"]
        ),
        complaint=str(header["complaint"])[:40],
        bounce_addresses=_texts(header["bounce_addresses"]),
        envelope_id=str(header["envelope_id"]),
        message_ids=_texts(header["message_ids"]),
        key=str(header["key"])[:64],
        written_at=datetime.fromisoformat(written_at) if written_at else None,
    )


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(str(one) for one in values)
