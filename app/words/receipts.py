"""What is known of every reader of a version: fetched, opened, downloaded, each apart (K-02)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.core.languages import N_
from app.core.languages import gettext as _
from app.delivery.models import Dispatch, Receipt, ReceiptKind

FACTS: Final = {
    ReceiptKind.FETCHED: N_("Link fetched"),
    ReceiptKind.OPENED: N_("Opened"),
    ReceiptKind.DOWNLOADED: N_("File downloaded"),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """One reader, with every fact: its kind, what it is called, and since when; None: unknown."""

    id: str
    name: str
    facts: tuple[tuple[str, str, datetime | None], ...]


def readers(receipts: Iterable[Receipt], dispatches: Iterable[Dispatch]) -> list[Reader]:
    """Return who read, in the order in which they came; then whose link nobody has used yet."""
    names: dict[str, str] = {}
    known: dict[tuple[str, ReceiptKind], datetime] = {}
    for one in receipts:
        names.setdefault(one.reader_id, one.reader_name)
        known[one.reader_id, one.kind] = one.at
    for dispatch in dispatches:
        if dispatch.link_id is not None:
            names.setdefault(dispatch.link_id, dispatch.name)
    return [
        Reader(
            reader,
            name,
            tuple((kind.value, _(word), known.get((reader, kind))) for kind, word in FACTS.items()),
        )
        for reader, name in names.items()
    ]
