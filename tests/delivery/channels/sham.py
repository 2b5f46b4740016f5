"""A partner for tests of the engine: it keeps what it takes, tells what it is told to tell, and fails."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core import clock
from app.delivery.channels.adapter import Adapter, Heard, Order, Parcel, Result, Setup, parcel_of
from app.delivery.rules import News, Outcome, State
from app.organisations.rules import Channel


@dataclass
class Partner:
    """What it has, by our reference, and how it answers next."""

    has: list[str] = field(default_factory=list)
    loses_answer: bool = False
    is_away: bool = False
    told: list[tuple[str, bytes]] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)

    def submit(self, parcel: Parcel) -> Result:
        if self.is_away:
            return Result(Outcome.UNAVAILABLE, None, None, "nobody answers")
        self.has.append(parcel.reference)
        if self.loses_answer:
            return Result(Outcome.UNKNOWN, None, None, "the line broke")
        return Result(Outcome.ACCEPTED, 201, None, "taken", provider_ref=f"P{len(self.has)}")

    def find(self, parcel: Parcel) -> Result | None:
        if self.is_away:
            return Result(Outcome.UNAVAILABLE, None, None, "nobody answers")
        if parcel.reference not in self.has:
            return None
        return Result(Outcome.ACCEPTED, 200, None, "found", provider_ref="P-found")

    def listen(self, _setup: Setup, cursor: Mapping[str, Any]) -> Heard:
        if self.is_away:
            raise ConnectionError("nobody answers")
        self.confirmed += cursor.get("kept", [])
        new = [one for one in self.told if one[0] not in self.confirmed]
        return Heard(new, {"kept": [key for key, _raw in new]}, has_more=bool(new))

    @property
    def adapter(self) -> Adapter:
        return Adapter(
            channel=Channel.PRINT,
            prepare=prepared,
            submit=self.submit,
            find=self.find,
            listen=self.listen,
            parse=parsed,
            address=lambda _wanted: "Dorfstrasse 1, 8000 Zürich",
        )


def prepared(order: Order) -> Parcel:
    return Parcel(**parcel_of(order))


def parsed(raw: bytes) -> Iterable[News]:
    """Read `reference state [key]`, a line each."""
    for line in raw.decode().splitlines():
        reference, word, *key = line.split()
        if word == "nonsense":
            raise ValueError("not a message of ours")
        state = State(word) if word in set(State) else None
        yield News(
            key=key[0] if key else f"{reference}:{word}",
            occurred_at=clock.now(),
            reference=reference,
            state=state,
            code=word,
        )
