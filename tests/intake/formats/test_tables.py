"""CSV in every way that offices write it, and XLSX."""

import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.formats import tables, workbook
from app.intake.formats.refusal import UnreadableError
from app.intake.rules.cells import Table, shown

ROWS = [["Nr.", "Kunde", "Betrag"], ["1", "Müller & Söhne", "1'284.50"], ["2", "Åse", "7.00"]]


def book(rows: Sequence[Sequence[object]]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(list(row))
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def repacked(content: bytes, name: str, text: bytes) -> bytes:
    """Return a workbook with one part replaced."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", 8) as new:
        for part in old.infolist():
            new.writestr(part.filename, text if part.filename == name else old.read(part))
    return target.getvalue()


def read_cells(table: Table) -> list[list[str]]:
    return [list(table.headings), *([shown(cell) for cell in row.cells] for row in table.rows)]


def refused(content: bytes) -> tuple[str, str]:
    with pytest.raises(UnreadableError) as caught:
        tables.read(content)
    return caught.value.finding.rule, caught.value.finding.text()


@pytest.mark.parametrize("delimiter", list(";,\t|"))
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]
)
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_csv_is_read_however_it_is_written(delimiter: str, encoding: str, end: str) -> None:
    text = end.join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS)
    assert read_cells(tables.read(text.encode(encoding))) == ROWS


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(";,\t|"),
)
def test_quoted_cells_come_back_as_they_were(rows: list[list[str]], delimiter: str) -> None:
    lines = [["a", "b", "c"], *rows]
    text = "\r\n".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines
    )
    assert read_cells(tables.read(text.encode())) == lines


@given(st.binary(max_size=400))
def test_any_bytes_are_a_table_or_refused_and_nothing_else(content: bytes) -> None:
    with suppress(UnreadableError):
        table = tables.read(content)
        assert all(len(row.cells) == len(table.headings) for row in table.rows)
        assert Table.from_json(table.to_json()) == table


def test_a_cell_may_hold_delimiters_quotes_and_lines() -> None:
    found = tables.read(b'a;b\r\n"x;""y""\r\nz";2\r\n;\r\n3;4\r\n')
    assert [[row.number, *row.cells] for row in found.rows] == [
        [2, 'x;"y"\r\nz', "2"],
        [4, "3", "4"],
    ]


def test_a_first_line_that_names_the_delimiter_is_no_heading() -> None:
    assert read_cells(tables.read(b"sep=|\r\na;b|c\r\n1;2|3\r\n")) == [["a;b", "c"], ["1;2", "3"]]


def test_headings_are_told_apart() -> None:
    found = tables.read(b"Nr;;Nr;nr\n1;2;3;4;5\n")
    assert found.headings == ("Nr", "B", "Nr (2)", "nr", "E")


@pytest.mark.parametrize(
    ("content", "rule", "word"),
    [
        (b"", "KT-TABLE-EMPTY", "no rows"),
        (b"a;b\n", "KT-TABLE-EMPTY", "no rows"),
        (b'a;b\n1;"2\n', "KT-TABLE-QUOTES", "Line 2"),
        (b"a;b\n\x81\x8d;2\n", "KT-TABLE-TYPE", "XLSX or CSV"),
        (b"a;b\n\0\0\0\0\0;2\n", "KT-TABLE-TYPE", "XLSX or CSV"),
        (b"%PDF-1.7", "KT-TABLE-TYPE", "XLSX or CSV"),
        (b"\xd0\xcf\x11\xe0 an old workbook", "KT-TABLE-TYPE", "XLSX or CSV"),
        (b"<html><table>", "KT-TABLE-TYPE", "XLSX or CSV"),
        (b"a;b\n" + b"1;2\n" * 20_001, "KT-TABLE-ROWS", "20000 rows"),
        (b"a;b\n" + b"1;" * 101 + b"2\n", "KT-TABLE-COLUMNS", "Row 2"),
        (b"a;b\n1;" + b"x" * 2001 + b"\n", "KT-TABLE-CELL", "2000 characters"),
        (b"a;b\n1;2\n" + b" " * tables.BYTE_LIMIT, "KT-TABLE-SIZE", "too large"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, rule: str, word: str) -> None:
    found, text = refused(content)
    assert found == rule
    assert word in text


def test_a_workbook_is_read_with_its_numbers_and_days() -> None:
    rows = [
        ["Nr", "Datum", "Betrag", "Text", "Ja"],
        [20260412, datetime(2026, 11, 3, 12, 30), 1284.5, " x ", True],  # noqa: DTZ001
        [None, None, None, None, None],
        ["R-2", date(2026, 11, 4), Decimal("7"), None, None],
    ]
    found = tables.read(book(rows))
    assert found.headings == ("Nr", "Datum", "Betrag", "Text", "Ja")
    assert [(row.number, row.cells) for row in found.rows] == [
        (2, (Decimal(20260412), date(2026, 11, 3), Decimal("1284.5"), "x", "True")),
        (4, ("R-2", date(2026, 11, 4), Decimal(7), "", "")),
    ]
    assert shown(found.rows[0].cells[0]) == "20260412"


def test_digits_that_a_spreadsheet_never_shows_are_left_out() -> None:
    content = book([["a", "b"], [0.1 + 0.2, 1284.4999999999998]])
    assert tables.read(content).rows[0].cells == (Decimal("0.3"), Decimal("1284.5"))


def test_a_formula_gives_the_value_it_had_and_is_never_worked_out() -> None:
    content = book([["a", "b"], ["=1+1", "x"], ['=HYPERLINK("http://x")', "y"]])
    assert [row.cells for row in tables.read(content).rows] == [("", "x"), ("", "y")]


def test_only_the_first_sheet_counts() -> None:
    made = openpyxl.Workbook()
    made.active.append(["a", "b"])
    made.active.append([1, 2])
    made.create_sheet("other").append(["c"])
    target = io.BytesIO()
    made.save(target)
    assert tables.read(target.getvalue()).headings == ("a", "b")


def test_a_workbook_that_would_grow_too_large_is_refused_before_it_is_unpacked() -> None:
    good = book([["a"], [1]])
    bomb = repacked(good, "xl/worksheets/sheet1.xml", b" " * (tables.BYTE_LIMIT + 1))
    assert refused(bomb)[0] == "KT-TABLE-SIZE"
    dense = repacked(good, "xl/worksheets/sheet1.xml", b" " * 2_000_000)
    assert refused(dense)[0] == "KT-TABLE-SIZE"


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le"])
def test_a_workbook_that_declares_entities_is_refused(encoding: str) -> None:
    text = '<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'.encode(encoding)
    content = repacked(book([["a"], [1]]), "xl/worksheets/sheet1.xml", text)
    assert refused(content)[0] == "KT-TABLE-BROKEN"


def test_a_broken_workbook_is_refused() -> None:
    good = book([["a"], [1]])
    assert refused(repacked(good, "xl/worksheets/sheet1.xml", b"<worksheet>"))[0] in (
        "KT-TABLE-BROKEN",
        "KT-TABLE-EMPTY",
    )
    assert refused(repacked(good, "xl/workbook.xml", b"<no/>"))[0] == "KT-TABLE-BROKEN"
    assert refused(good[:-30])[0] in ("KT-ZIP-BROKEN", "KT-TABLE-BROKEN")


def test_rows_far_down_are_not_waited_for() -> None:
    far = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
        b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert workbook.PLACE_LIMIT < 1_048_576
    assert refused(repacked(book([["a"], [1]]), "xl/worksheets/sheet1.xml", far))[0] == (
        "KT-TABLE-SIZE"
    )
