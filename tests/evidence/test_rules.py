"""Sums as the real program reads them, and names that stay inside."""

from app.evidence import rules
from app.evidence.rules import REASONS, Reason


def test_sums_stand_in_the_order_of_paths_with_two_blanks() -> None:
    assert rules.sums([("b.json", "2" * 64), ("a/x y.xml", "1" * 64)]) == (
        f"{'1' * 64}  a/x y.xml\n{'2' * 64}  b.json\n"
    )


def test_only_the_name_of_a_hidden_file_is_taken_out_of_a_line() -> None:
    data = {"file": "margin.csv", "audience": "internal", "note": "margin.csv"}
    hidden = frozenset({"margin.csv"})
    assert rules.without_names(data, hidden) == data | {"file": None}
    assert rules.without_names({"file": "plan.pdf"}, hidden) == {"file": "plan.pdf"}


def test_every_reason_has_its_sentence() -> None:
    assert set(REASONS) == set(Reason)
