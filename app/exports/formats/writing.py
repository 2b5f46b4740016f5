"""What a writer of files is given, and what it gives back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.exports.rules import Cell, Column, Style


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its name, the titles of its columns, and how its reader writes numbers."""

    name: str
    titles: Sequence[tuple[Column, str]]
    style: Style


Writer = Callable[[Path, Sheet, Iterable[Sequence[Cell]]], int]
"""Writes the rows, one cell per title, into a new file; returns how many there were."""
