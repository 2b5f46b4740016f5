"""The journal as a table (CSV, RFC 4180): one line each, for machines and for other people's archives."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC
from typing import Final

from app.core.chain import Seal
from app.core.journal import Entry, Origin
from app.core.text import harmless

TITLES: Final = (
    *("at", "event", "actor_kind", "actor_id", "actor_name"),
    *("object_kind", "object_id", "version", "data", "address", "browser"),
    *("id", "sequence", "hash"),
)


def titles() -> str:
    """Return the first line, with the byte order mark by which spreadsheets know UTF-8."""
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + _written(TITLES)


def rows(lines: Iterable[tuple[Entry, Origin | None]], seals: Mapping[str, Seal]) -> Iterator[str]:
    """Yield each line; nothing in it is taken for a formula."""
    for entry, origin in lines:
        seal = seals.get(entry.id)
        yield _written(
            (
                entry.at.astimezone(UTC).isoformat(timespec="milliseconds"),
                *(entry.name, entry.actor_kind, entry.actor_id, entry.actor_name),
                *(entry.object_kind, entry.object_id, str(entry.version or "")),
                json.dumps(entry.data, ensure_ascii=False, sort_keys=True),
                origin.address if origin else "",
                origin.agent if origin else "",
                *(entry.id, str(seal.sequence) if seal else "", seal.hash if seal else ""),
            )
        )


def _written(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return line.getvalue()
