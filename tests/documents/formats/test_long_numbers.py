"""Numbers that no invoice has."""

import pytest

from app.documents.formats import long_numbers
from app.documents.formats.safe_xml import parse
from tests.documents.invoices import ubl


@pytest.mark.parametrize(
    "number", ["1" * 16, "0." + "1" * 31, "-" + "9" * 4000, "1" * 16 + ".50", " " + "1" * 16 + " "]
)
def test_a_number_that_would_not_be_read_is_fatal(number: str) -> None:
    (finding,) = long_numbers.check(parse(ubl((">335.11<", f">{number}<"))))
    assert finding.rule == "KT-NUMBER-LENGTH"


@pytest.mark.parametrize("number", ["9" * 15, "0." + "1" * 30, "NaN", "1e400"])
def test_what_is_read_or_is_no_number_is_left_to_others(number: str) -> None:
    assert long_numbers.check(parse(ubl((">335.11<", f">{number}<")))) == []


def test_identifiers_may_be_long() -> None:
    assert long_numbers.check(parse(ubl(("RF18539007547034", "1" * 27)))) == []
