"""Parts, alphabets, masks, states."""

import pytest

from app.sms.rules import budget, life, numbers, wording
from app.sms.rules.life import State


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ä" * 160, 1),
        ("€" * 80, 1),
        ("€" * 81, 2),
        # No character is torn: 152 places and one of two begin a new part.
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("ł" + "a" * 69, 1),
        ("ł" + "a" * 70, 2),
        ("a" * 66 + "😀" + "a" * 65, 2),
        ("a" * 66 + "😀" + "a" * 66, 3),
    ],
)
def test_a_text_is_billed_in_parts(text: str, parts: int) -> None:
    assert wording.parts(text) == parts


def test_the_alphabet_has_its_128_places_and_ten_more() -> None:
    # One of the 128 is the escape to the others.
    assert (len(wording.GSM), len(wording.EXTENDED)) == (127, 10)


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+41791234542", "+41 ••• ••• 42"), ("+4740612345", "+47 ••• ••• 45"), ("x", "")],
)
def test_a_number_is_masked(number: str, shown: str) -> None:
    assert numbers.masked(number) == shown


def test_nothing_follows_an_end_and_nothing_goes_back_to_waiting() -> None:
    ends = {state for state in State if not life.AFTER[state]}
    assert ends == {State.DELIVERED, State.FAILED, State.EXPIRED}
    assert life.sources(State.QUEUED) == []


def test_too_few_codes_say_nothing() -> None:
    assert not budget.is_pumped(budget.ENOUGH - 1, 0)
    assert budget.is_pumped(budget.ENOUGH, 3)
    assert not budget.is_pumped(budget.ENOUGH, 4)
