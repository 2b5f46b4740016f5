"""Every file of the corpora: what its publisher says, what Kontor finds, whether another reader agrees."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from eu_einvoice.parse import parse_bytes

from app.documents.formats.examination import Examination
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Severity
from tests import corpus

LARGEST: Final = 10_000_000
"""Bytes that an attachment may have once it is unpacked."""


@dataclass(frozen=True)
class Collection:
    """Files of one publisher, and what is to be expected of all of them."""

    name: str
    source: str
    expected: str
    files: Callable[[], list[Path]]
    has_other_reader: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    name: str
    expected: str
    kind: str
    number: str
    fatal: tuple[str, ...]
    remarks: int
    """How many warnings and notes there are besides."""
    read_alike: str
    """Whether an independent reader finds the same: yes, no with the first difference, or nothing."""

    @property
    def came_out(self) -> str:
        """Say in one word whether it could be published as it is."""
        return "held" if self.fatal else "sound"


COLLECTIONS: Final = (
    Collection("CEN, UBL", "eInvoicing-EN16931, examples 1.3.16", "valid EN 16931", corpus.cen_ubl),
    Collection("CEN, CII", "eInvoicing-EN16931, examples 1.3.16", "valid EN 16931", corpus.cen_cii),
    Collection("Factur-X", "ZUGFeRD/corpus, FX", "valid Factur-X", corpus.zugferd),
    Collection(
        "OASIS, invoices",
        "UBL 2.0 and 2.1 examples",
        "valid UBL, older than EN 16931",
        corpus.oasis_invoices,
    ),
    Collection(
        "OASIS, other documents",
        "UBL 2.0 and 2.1 examples",
        "valid UBL",
        corpus.oasis_others,
        has_other_reader=False,
    ),
)

SPECIAL: Final = {
    "order": "an order: no document of Kontor",
    "requestforquotation": "a request: no document of Kontor",
    "remittanceadvice": "an advice: no document of Kontor",
    "statement": "a statement: no document of Kontor",
}
"""What is to be expected of other documents, by the folder they lie in."""


def outcomes(collection: Collection, engine: RuleEngine) -> Iterator[Outcome]:
    """Examine every file of a collection, in the order of their names."""
    for path in collection.files():
        found = examine(path.read_bytes(), path.name, size_limit=LARGEST, engine=engine)
        fatal = {one.rule for one in found.findings if one.severity is Severity.FATAL}
        yield Outcome(
            name=f"{path.parent.name}/{path.name}",
            expected=SPECIAL.get(path.parent.name, collection.expected),
            kind=found.kind.value.replace("_", " ") if found.kind else "",
            number=found.einvoice.number if found.einvoice else "",
            fatal=tuple(sorted(fatal)),
            remarks=sum(one.severity is not Severity.FATAL for one in found.findings),
            read_alike=_read_alike(path, found) if collection.has_other_reader else "",
        )


def _read_alike(path: Path, found: Examination) -> str:
    said, (other, _language) = found.einvoice, parse_bytes(corpus.xml_of(path))
    if said is None:
        return "no: nothing was read"
    differences = [name for name, mine, theirs in _facts(said, other) if mine != theirs]
    return f"no: {differences[0]}" if differences else "yes"


def _facts(said: EInvoice, other: dict[str, Any]) -> Iterator[tuple[str, object, object]]:
    totals = other.get("totals", {})
    yield "number", said.number, other["number"]
    yield "date", str(said.issue_date), other["issue_date"][:10]
    yield "currency", said.currency, other.get("currency", "")
    yield "seller", said.seller.name, other["seller"].get("name", "")
    yield "buyer", said.buyer.name, other["buyer"].get("name", "")
    yield "total", said.totals.with_vat, _decimal(totals.get("tax_inclusive"))
    yield "amount due", said.totals.due, _decimal(totals.get("payable"))
    nets = [_decimal(line.get("net_amount")) for line in other.get("lines", [])]
    yield "lines", [line.net for line in said.lines], nets


def _decimal(text: object) -> Decimal | None:
    return None if text is None else Decimal(str(text))
