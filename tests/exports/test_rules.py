"""Text is kept from acting as a formula; every column has a title."""

import pytest

from app.core.text import harmless
from app.exports.rules import TITLES, WIDTHS, Column, Style, style
from tests.exports.attacks import ATTACKS, HARMLESS


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(attack: str) -> None:
    assert harmless(attack) == f"'{attack}"


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_the_separator_follows_the_reader() -> None:
    assert style("en", ".") == Style(",", ".")
    assert style("de", ".") == Style(";", "."), "in Switzerland too"
    assert style("sv", ",") == style("nb", ",") == Style(";", ",")


def test_every_column_has_a_title_and_a_width() -> None:
    assert set(TITLES) == set(WIDTHS) == set(Column)
