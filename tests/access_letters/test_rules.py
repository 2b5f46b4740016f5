"""How codes and PINs are written, and how long a letter is open and locked."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access_letters import rules
from app.access_letters.rules import State

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CODE = "K7QX4M2PDR"
codes = st.text(rules.ALPHABET, min_size=rules.CODE_LENGTH, max_size=rules.CODE_LENGTH)


def test_a_code_has_49_bits_of_signs_that_nobody_mixes_up() -> None:
    assert rules.CODE_BITS >= 49
    assert len(set(rules.ALPHABET)) == len(rules.ALPHABET)
    assert not set(rules.ALPHABET) & set("0O1ILU")


@given(
    codes, st.lists(st.sampled_from([" ", "-", "–", "\t", "\N{NO-BREAK SPACE}", "."]), max_size=9)
)
def test_however_it_is_typed_a_code_is_the_same(code: str, between: list[str]) -> None:
    typed = "".join(a + b for a, b in zip(code.lower(), [*between, *[""] * 10], strict=False))
    assert rules.normal_code(typed) == code
    assert rules.normal_code(rules.grouped(code)) == code


@pytest.mark.parametrize(
    "typed", ["", "K7QX4-M2PD", "K7QX4-M2PDRR", "K7QX4-M2PD0", "K7QX4-M2PDÅ", "ſ" * 10]
)
def test_what_no_letter_has_for_a_code_is_none(typed: str) -> None:
    assert rules.normal_code(typed) is None


def test_a_pin_is_six_digits_however_they_are_typed() -> None:
    assert rules.grouped(CODE) == "K7QX4-M2PDR"
    assert rules.pin_grouped("048213") == "048 213"
    for typed in ("048213", "048 213", " 04-82 13 "):
        assert rules.normal_pin(typed) == "048213"
    for typed in ("", "48213", "0482133", "04821a", "٠٤٨٢١٣"):
        assert rules.normal_pin(typed) is None


def test_that_a_letter_is_over_says_more_than_that_it_is_locked() -> None:
    later, before = NOW + timedelta(hours=1), NOW - timedelta(seconds=1)
    assert rules.state(NOW, later, None, None) is State.OPEN
    assert rules.state(NOW, later, None, before) is State.OPEN
    assert rules.state(NOW, later, None, later) is State.LOCKED
    assert rules.state(NOW, NOW, None, later) is State.EXPIRED
    assert rules.state(NOW, later, before, later) is State.REVOKED
