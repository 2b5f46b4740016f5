"""What a letter says, and how it travels into a cell."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from app.documents.rules.party import Party
from app.documents.rules.plain import from_plain, to_plain
from app.renditions.formats.wanted import House, Reader


@dataclass(frozen=True, slots=True)
class Letter:
    """From whom, to whom, in which language; and what its reader types where."""

    house: House
    reader: Reader
    sender: Party
    receiver: Party
    number: str
    """The customer's."""
    page: str
    """The address that the reader opens."""
    link: str
    """The same with the access code in it, never with the PIN: what the square says."""
    code: str
    pin: str
    document: str
    """Kind and number of the one document that it opens, in the reader's words; empty: all."""
    until: date
    moment: datetime
    """When it was made, on the organisation's clock."""


def packed(letter: Letter) -> dict[str, Any]:
    """Return a letter as plain values, as a cell takes it."""
    return {
        "house": asdict(letter.house),
        "reader": asdict(letter.reader),
        "sender": to_plain(letter.sender),
        "receiver": to_plain(letter.receiver),
        "number": letter.number,
        "page": letter.page,
        "link": letter.link,
        "code": letter.code,
        "pin": letter.pin,
        "document": letter.document,
        "until": letter.until.isoformat(),
        "moment": letter.moment.isoformat(),
    }


def unpacked(arguments: Mapping[str, Any]) -> Letter:
    """Return the letter that `packed` wrote."""
    said = ("number", "page", "link", "code", "pin", "document")
    return Letter(
        house=House(**arguments["house"]),
        reader=Reader(**arguments["reader"]),
        sender=from_plain(Party, arguments["sender"]),
        receiver=from_plain(Party, arguments["receiver"]),
        until=date.fromisoformat(arguments["until"]),
        moment=datetime.fromisoformat(arguments["moment"]),
        **{name: str(arguments[name]) for name in said},
    )
