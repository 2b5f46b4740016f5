"""What will happen: every row with its file, what is wrong first, and the files that nobody names."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from app.core.languages import N_
from app.intake.rules.fields import Field
from app.intake.rules.said import Reading, Wrong

KEY: Final = re.compile(r"[01]-\d{7}")
"""How a line's key is written."""
MISSING: Final = N_("The archive holds no file called “%(value)s”.")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of an archive; `name` is its path, normalised, with `/` between folders."""

    name: str
    size: int
    sha256: str
    is_pdf: bool

    def to_json(self) -> list[Any]:
        """Return plain values."""
        return [self.name, self.size, self.sha256, self.is_pdf]


@dataclass(frozen=True, slots=True)
class Line:
    """One row and the file that it names, or why it names none."""

    reading: Reading
    entry: Entry | None

    @property
    def is_good(self) -> bool:
        """Whether a document can be made of it."""
        return self.entry is not None and not self.reading.wrong

    @property
    def key(self) -> str:
        """Where the line stands: what is wrong first, then by row; sorts as text."""
        return f"{int(self.is_good)}-{self.reading.row.number:07d}"


@dataclass(frozen=True, slots=True)
class Plan:
    """All lines in the order of their keys, and the files that no row names."""

    lines: tuple[Line, ...]
    unnamed: tuple[Entry, ...]

    @property
    def good(self) -> list[Line]:
        """The lines that documents are made of."""
        return [line for line in self.lines if line.is_good]

    @property
    def missing(self) -> int:
        """How many rows name a file that is not there."""
        return sum(
            any(wrong.sentence == MISSING for wrong in line.reading.wrong) for line in self.lines
        )


def plan(readings: Sequence[Reading], entries: Sequence[Entry]) -> Plan:
    """Find each row's file; one file, and one number, is for one row only."""
    names = _Names(entries)
    rows_of_files: dict[str, int] = {}
    rows_of_numbers: dict[tuple[str, ...], int] = {}
    lines, named = [], set()
    for reading in readings:
        entry, wrong = names.find(reading)
        if entry is not None:
            named.add(entry.name)
            wrong = wrong or _taken(reading, entry, rows_of_files)
        wrong = (*wrong, *_repeated(reading, rows_of_numbers))
        looked_at = replace(reading, wrong=(*reading.wrong, *wrong))
        lines.append(Line(looked_at, entry))
    return Plan(
        lines=tuple(sorted(lines, key=lambda line: line.key)),
        unnamed=tuple(entry for entry in entries if entry.name not in named),
    )


def part(
    lines: Iterable[Line], cursor: str | None, limit: int, *, back: bool = False
) -> list[Line]:
    """Return at most `limit` of sorted lines beyond a key, or before it where `back`.

    A key that nobody of ours made means the first page.
    """
    cursor = cursor if cursor and KEY.fullmatch(cursor) else None
    if back and cursor:
        return [line for line in lines if line.key < cursor][-limit:]
    return [line for line in lines if cursor is None or line.key > cursor][:limit]


class _Names:
    """Files by the names that a table may give them."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._exact: Mapping[str, Entry] = {entry.name: entry for entry in entries}
        self._loose: dict[str, set[Entry]] = defaultdict(set)
        for entry in entries:
            path = entry.name.casefold()
            last = path.rsplit("/", 1)[-1]
            for name in {path, last, path.removesuffix(".pdf"), last.removesuffix(".pdf")}:
                self._loose[name].add(entry)

    def find(self, reading: Reading) -> tuple[Entry | None, tuple[Wrong, ...]]:
        """Return the file that a row names, or what is wrong with the name."""
        if reading.file is None:
            return None, ()
        wanted = reading.file.replace("\\", "/").removeprefix("./")
        if not wanted:
            return None, (Wrong(Field.FILE, N_("The name of the file is missing.")),)
        found = self._exact.get(wanted)
        fits = {found} if found else self._fits(wanted.casefold())
        if len(fits) > 1:
            sentence = N_("The archive holds several files called “%(value)s”.")
            return None, (Wrong(Field.FILE, sentence, {"value": wanted}),)
        if not fits:
            return None, (Wrong(Field.FILE, MISSING, {"value": wanted}),)
        (entry,) = fits
        if not entry.is_pdf:
            sentence = N_("“%(value)s” is no PDF.")
            return entry, (Wrong(Field.FILE, sentence, {"value": entry.name}),)
        return entry, ()

    def _fits(self, wanted: str) -> set[Entry]:
        """Return the files with this path, else with the last part of it, as a table may write."""
        return self._loose.get(wanted) or self._loose.get(wanted.rsplit("/", 1)[-1], set())


def _taken(reading: Reading, entry: Entry, rows: dict[str, int]) -> tuple[Wrong, ...]:
    other = rows.setdefault(entry.name, reading.row.number)
    if other == reading.row.number:
        return ()
    sentence = N_("Row %(row)s names the same file.")
    return (Wrong(Field.FILE, sentence, {"row": str(other)}),)


def _repeated(reading: Reading, rows: dict[tuple[str, ...], int]) -> tuple[Wrong, ...]:
    """Refuse the same kind, number and date again: which of the two would be the newer version?"""
    if reading.said is None:
        return ()
    said = reading.said.description
    other = rows.setdefault(
        (said.kind, said.number, said.issue_date.isoformat()), reading.row.number
    )
    if other == reading.row.number:
        return ()
    sentence = N_("Row %(row)s has the same kind, number and date.")
    return (Wrong(Field.NUMBER, sentence, {"row": str(other)}),)
