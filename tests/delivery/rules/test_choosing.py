import pytest

from app.delivery.rules import (
    BECAUSE_NAMES,
    OBSTACLE_NAMES,
    Because,
    Obstacle,
    Passed,
    choose,
    read_reference,
    reference_of,
    wishes,
)
from app.organisations.rules import Channel

OPEN = dict.fromkeys(Channel)


def test_the_customers_rule_comes_before_the_houses_and_that_before_the_recipients_own() -> None:
    found = wishes(Channel.EMAIL, Channel.EBILL, Channel.PRINT, [Channel.PORTAL, Channel.EMAIL])
    assert found == [
        (Channel.EBILL, Because.CUSTOMER_RULE),
        (Channel.PRINT, Because.HOUSE_RULE),
        (Channel.EMAIL, Because.RECIPIENT),
        (Channel.PORTAL, Because.FALLBACK),
    ]
    assert choose(found, OPEN).because is Because.CUSTOMER_RULE


def test_what_was_passed_over_says_why() -> None:
    wanted = wishes(Channel.EMAIL, None, Channel.EBILL, [Channel.PRINT])
    obstacles = OPEN | {
        Channel.EBILL: Obstacle.NOT_OPTED_IN,
        Channel.EMAIL: Obstacle.BLOCKED,
    }
    found = choose(wanted, obstacles)
    assert (found.channel, found.because) == (Channel.PRINT, Because.FALLBACK)
    assert found.passed == (
        Passed(Channel.EBILL, Obstacle.NOT_OPTED_IN),
        Passed(Channel.EMAIL, Obstacle.BLOCKED),
    )


def test_where_nothing_is_possible_nothing_is_chosen() -> None:
    found = choose(wishes(Channel.PEPPOL, None, None, []), {})
    assert (found.channel, found.passed) == (None, (Passed(Channel.PEPPOL, Obstacle.OFF),))


def test_every_reason_has_words() -> None:
    assert set(OBSTACLE_NAMES) == set(Obstacle)
    assert set(BECAUSE_NAMES) == set(Because)


@pytest.mark.parametrize(
    "given", ["", "x", "01jd3v8q2k5w7x9y0z1a2b3c4d", "01jd3v8q2k5w7x9y0z1a2b3c4d.", "a.1", "…"]
)
def test_what_is_no_reference_of_ours_is_none(given: str) -> None:
    assert read_reference(given) is None


def test_a_reference_names_the_dispatch_and_the_decision_to_send() -> None:
    reference = reference_of("01jd3v8q2k5w7x9y0z1a2b3c4d", 3)
    assert read_reference(f" {reference.upper()} ") == ("01jd3v8q2k5w7x9y0z1a2b3c4d", 3)
