import re

import pytest

from app.sign_up import rules


@pytest.mark.parametrize(
    ("reference", "found"),
    [
        ("", ()),
        (" 1001 ", ("1001",)),
        (
            "Kunde 1001, Rechnung R-2026/7.",
            ("Kunde 1001, Rechnung R-2026/7.", "1001", "R-2026/7"),
        ),
        ("a1 a2 a3 a4 a5 a6 a7", ("a1 a2 a3 a4 a5 a6 a7", "a1", "a2", "a3", "a4", "a5")),
    ],
)
def test_numbers_are_found_in_what_somebody_claims(reference: str, found: tuple[str, ...]) -> None:
    assert rules.claims(reference) == found


def test_a_code_is_the_same_however_it_is_typed() -> None:
    assert rules.normal_code(" K7Q - 4m ") == "k7q-4m"
    assert [
        code for code in ("abc", "-abcd", "abcd-", "ab cd", "a" * 21) if re.match(rules.CODE, code)
    ] == []
    assert re.match(rules.CODE, "K7Q-4M")
