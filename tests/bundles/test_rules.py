"""Names that every system takes, and none that leads anywhere else."""

import unicodedata
from datetime import date
from pathlib import PurePosixPath, PureWindowsPath

from hypothesis import given
from hypothesis import strategies as st

from app.bundles import rules
from app.bundles.rules import INDEX, Names, Pattern

DAY = date(2026, 10, 30)


@given(st.text())
def test_a_part_of_a_name_is_safe_everywhere(text: str) -> None:
    found = rules.part(text)
    assert found
    assert len(found.encode()) <= rules.LONGEST + 1
    assert not set(found) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(letter)[0] == "C" for letter in found)
    assert found == found.strip(" .")
    assert not PureWindowsPath(found).is_reserved()
    assert PurePosixPath(found).name == PureWindowsPath(found).name == found


def test_what_attackers_write_stays_in_its_folder() -> None:
    written = {
        "../../etc/passwd": "-..-etc-passwd",
        "C:\\Windows\\x": "C--Windows-x",
        "..": "document",
        "": "document",
        "CON": "_CON",
        "nul.txt": "_nul.txt",
        "com1": "_com1",
        "a\0b\u202egpj": "abgpj",
        "  2026 / 12 . ": "2026 - 12",
    }
    assert {text: rules.part(text) for text in written} == written


@given(st.sampled_from(Pattern), st.text(), st.text())
def test_a_path_has_at_most_one_folder(pattern: Pattern, kind: str, number: str) -> None:
    path = PurePosixPath(rules.stem(pattern, DAY, kind, number))
    assert len(path.parts) == (2 if pattern is Pattern.FOLDERS else 1)
    assert not path.is_absolute()
    assert ".." not in path.parts


def test_the_patterns_name_what_they_say() -> None:
    stems = [rules.stem(pattern, DAY, "Invoice", "2026/0412") for pattern in Pattern]
    assert stems == ["2026-10-30_Invoice_2026-0412", "2026-0412", "Invoice/2026-0412"]
    assert rules.beside(stems[0], "Plan/A") == "2026-10-30_Invoice_2026-0412_Plan-A"


@given(st.lists(st.tuples(st.sampled_from(["a", "A", "ä", "a\u0308", "index"]), st.just(".csv"))))
def test_no_two_names_are_the_same(pairs: list[tuple[str, str]]) -> None:
    names = Names()
    found = [names.free(*pair) for pair in pairs]
    plain = {unicodedata.normalize("NFC", one).casefold() for one in found}
    assert len(plain) == len(found)
    assert INDEX not in plain


def test_an_ending_is_plain_or_none() -> None:
    written = {"a.PDF": ".pdf", "a": "", "a.": "", "a.tar.gz": ".gz", "a.b/c": "", ".x": ""}
    written |= {"a.p\u202edf": "", "a.verylongending": ""}
    assert {name: rules.ending(name) for name in written} == written
