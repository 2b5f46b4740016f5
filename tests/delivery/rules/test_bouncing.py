import pytest

from app.delivery.rules import State
from app.delivery.rules.bouncing import (
    Trouble,
    has_to_pause,
    is_blocked_softly,
    is_hard,
    trouble_of,
)


@pytest.mark.parametrize(
    ("status", "said", "trouble", "hard"),
    [
        ("5.1.1", "", Trouble.ADDRESS, True),
        ("5.1.2", "bad destination", Trouble.ADDRESS, True),
        ("5.1.10", "null MX", Trouble.ADDRESS, True),
        ("5.0.0", "550 user unknown", Trouble.ADDRESS, True),
        ("", "550 No such user here", Trouble.ADDRESS, True),
        (None, "something went wrong", Trouble.OTHER, False),
        ("4.1.1", "user unknown in local table, try later", Trouble.ADDRESS, False),
        ("5.1.8", "Sender address rejected: Domain not found", Trouble.POLICY, False),
        ("5.1.0", "Sender address rejected", Trouble.POLICY, False),
        ("5.2.2", "Mailbox full", Trouble.FULL, False),
        ("5.0.0", "quota exceeded for unknown user", Trouble.FULL, False),
        ("5.3.4", "", Trouble.SIZE, False),
        ("5.2.3", "", Trouble.SIZE, False),
        ("5.7.1", "user unknown", Trouble.POLICY, False),
        ("", "554 rejected as spam", Trouble.POLICY, False),
        ("5.4.4", "unknown recipient", Trouble.OTHER, False),
        ("5.5.2", "invalid address", Trouble.OTHER, False),
    ],
)
def test_what_is_wrong_is_told_by_the_code_then_by_the_words(
    status: str | None, said: str, trouble: Trouble, hard: bool
) -> None:
    assert (trouble_of(status, said), is_hard(status, said)) == (trouble, hard)


def test_three_in_a_row_block_an_address_and_one_that_arrived_breaks_the_row() -> None:
    back = State.UNDELIVERABLE
    assert is_blocked_softly([back, back, back])
    assert is_blocked_softly([back, back, back, State.DELIVERED])
    assert not is_blocked_softly([back, back])
    assert not is_blocked_softly([back, State.SUBMITTED, back, back])


@pytest.mark.parametrize(
    ("sent", "back", "pauses"),
    [(99, 99, False), (100, 49, False), (100, 50, True), (101, 50, False), (1000, 500, True)],
)
def test_letters_pause_at_a_hundred_mails_and_half_of_them_back(
    sent: int, back: int, pauses: bool
) -> None:
    assert has_to_pause(sent, back) is pauses
