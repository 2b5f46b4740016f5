"""CSV as spreadsheets read it."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from app.core.text import BEGINS_FORMULA, harmless
from app.exports.formats.text_file import write
from app.exports.formats.writing import Sheet
from app.exports.rules import Cell, Column, Style
from tests.exports.attacks import ATTACKS, HARMLESS

SWISS = Style(";", ".")
GERMAN = Style(";", ",")


def sheet(style: Style = SWISS, columns: int = 3) -> Sheet:
    names = ((Column.NUMBER, "Number"), (Column.PARTY, "Customer"), (Column.TOTAL, "=Total"))
    return Sheet("Documents", names[:columns], style)


def written(
    path: Path, rows: list[list[Cell]], style: Style = SWISS
) -> tuple[bytes, list[list[str]]]:
    columns = len(rows[0]) if rows else 3
    assert write(path, sheet(style, columns), iter(rows)) == len(rows)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return path.read_bytes(), list(csv.reader(file, delimiter=style.separator))


def test_it_is_utf_8_with_a_mark_and_lines_end_as_rfc_4180_says(tmp_path: Path) -> None:
    raw, (head, row) = written(tmp_path / "x", [["Ö;1", 'say "hi"', Decimal("-12.50")]])
    assert raw.startswith(b"\xef\xbb\xbfNumber;Customer;")
    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 2
    assert b'"\xc3\x96;1";"say ""hi""";-12.50' in raw
    assert head == ["Number", "Customer", "'=Total"]
    assert row == ["Ö;1", 'say "hi"', "-12.50"]


def test_numbers_and_days_stay_what_they_are(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[Decimal("-1284.50"), date(2026, 11, 3), None], [7, -3, "–"]]
    _raw, read = written(tmp_path / "x", rows, GERMAN)
    assert read[1:] == [["-1284,50", "2026-11-03", ""], ["7", "-3", "–"]]


def test_no_attack_survives_quoting(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [[attack, f"{attack};{attack}", attack + '"'] for attack in ATTACKS]
    for style in (SWISS, Style(",", ".")):
        _raw, read = written(tmp_path / style.separator.replace(",", "c"), rows, style)
        assert len(read) == len(rows) + 1
        for cells in read:
            assert not [cell for cell in cells if cell[:1] in BEGINS_FORMULA and cell]
            assert not [cell for cell in cells if cell.strip()[:1] in BEGINS_FORMULA and cell]


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=20), max_size=4))
def test_whatever_is_written_is_read_again(texts: list[str]) -> None:
    rows: list[list[Cell]] = [[text, "x", None] for text in (*texts, *HARMLESS)]
    with TemporaryDirectory() as folder:
        _raw, read = written(Path(folder) / "x", rows)
    assert [cells[0] for cells in read[1:]] == [harmless(text) for text in (*texts, *HARMLESS)]
