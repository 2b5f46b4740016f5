"""What is to be made of a document, for whom; and how it travels into a cell."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final

from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.organisations.rules import readable
from app.renditions.rules import Form, Reason

SHOWN_RULES: Final = 5
"""How many rules a reason names."""


class ImpossibleError(Exception):
    """A document cannot be made in a form, whoever tries."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def refuse_fatal(findings: Iterable[Finding]) -> None:
    """Raise `ImpossibleError` with the first rules that what was written breaks, if it breaks any."""
    fatal = [one.rule for one in findings if one.severity is Severity.FATAL]
    if fatal:
        raise ImpossibleError(Reason.FINDINGS, ", ".join(list(dict.fromkeys(fatal))[:SHOWN_RULES]))


@dataclass(frozen=True, slots=True)
class House:
    """The organisation that a sheet is made for: its name, accent (`#rrggbb`), country."""

    name: str
    accent: str
    country: str

    @property
    def colour(self) -> str:
        """The accent, moved until it reads well on paper (WCAG 2.2, 1.4.3)."""
        return readable(self.accent, "#ffffff")


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a rendition is made: language, region (ISO 3166-1), time zone."""

    language: str
    region: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """Who accepted a quote on which day (ISO 8601), with which order number, if any."""

    day: str
    name: str
    order_number: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made, of what, for whom; `moment` is the document's own."""

    form: Form
    kind: Kind
    einvoice: EInvoice
    embedded: Mapping[str, bytes]
    """Name of an attachment → its bytes (BT-125)."""
    house: House
    reader: Reader
    moment: datetime
    stamp: Stamp | None = None
    logo: bytes = b""
    """PNG; empty: the name stands alone."""


def packed(wish: Wish) -> tuple[dict[str, Any], bytes]:
    """Return a wish as plain values and one run of bytes, as a cell takes it."""
    arguments = {
        "form": wish.form.value,
        "kind": wish.kind.value,
        "einvoice": wish.einvoice.to_json(),
        "embedded": [[name, len(content)] for name, content in wish.embedded.items()],
        "house": asdict(wish.house),
        "reader": asdict(wish.reader),
        "moment": wish.moment.isoformat(),
        "stamp": asdict(wish.stamp) if wish.stamp else None,
        "logo": len(wish.logo),
    }
    return arguments, wish.logo + b"".join(wish.embedded.values())


def unpacked(arguments: Mapping[str, Any], payload: bytes) -> Wish:
    """Return the wish that `packed` wrote."""
    place = int(arguments["logo"])
    embedded, logo = {}, payload[:place]
    for name, size in arguments["embedded"]:
        embedded[str(name)] = payload[place : place + size]
        place += size
    return Wish(
        form=Form(arguments["form"]),
        kind=Kind(arguments["kind"]),
        einvoice=EInvoice.from_json(arguments["einvoice"]),
        embedded=embedded,
        house=House(**arguments["house"]),
        reader=Reader(**arguments["reader"]),
        moment=datetime.fromisoformat(arguments["moment"]),
        stamp=Stamp(**arguments["stamp"]) if arguments["stamp"] else None,
        logo=logo,
    )
