"""What a letter needs beside the statement, and how both travel into a cell."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.documents.rules.party import Party
from app.documents.rules.plain import from_plain, to_plain
from app.renditions.formats.wanted import House, Reader
from app.statements.rules import Statement


@dataclass(frozen=True, slots=True)
class Letter:
    """A statement, from whom, to whom, in which language; `remark` stands below the headline."""

    statement: Statement
    house: House
    reader: Reader
    sender: Party
    receiver: Party
    number: str
    """The customer's."""
    moment: datetime
    remark: str = ""


def packed(letter: Letter) -> dict[str, Any]:
    """Return a letter as plain values, as a cell takes it."""
    return {
        "statement": to_plain(letter.statement),
        "house": asdict(letter.house),
        "reader": asdict(letter.reader),
        "sender": to_plain(letter.sender),
        "receiver": to_plain(letter.receiver),
        "number": letter.number,
        "moment": letter.moment.isoformat(),
        "remark": letter.remark,
    }


def unpacked(arguments: Mapping[str, Any]) -> Letter:
    """Return the letter that `packed` wrote."""
    return Letter(
        statement=from_plain(Statement, arguments["statement"]),
        house=House(**arguments["house"]),
        reader=Reader(**arguments["reader"]),
        sender=from_plain(Party, arguments["sender"]),
        receiver=from_plain(Party, arguments["receiver"]),
        number=str(arguments["number"]),
        moment=datetime.fromisoformat(arguments["moment"]),
        remark=str(arguments["remark"]),
    )
