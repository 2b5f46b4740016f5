"""Which method it is, whose tries count together, what the text message says: without anything around."""

from itertools import product

import pytest

from app.access.proof import Method
from app.core import languages
from app.sms.rules import wording
from app.step_up import rules
from app.step_up.rules import Obstacle, Offer

SMS, ADDRESS = Method.SMS, Method.ADDRESS


@pytest.mark.parametrize(
    ("obstacles", "expected"),
    [
        ({}, Offer(SMS)),
        ({SMS: Obstacle.IMPOSSIBLE}, Offer(ADDRESS, (), ((SMS, Obstacle.IMPOSSIBLE),))),
        ({SMS: Obstacle.LOCKED}, Offer(ADDRESS, (), ((SMS, Obstacle.LOCKED),))),
        ({SMS: Obstacle.UNDELIVERED}, Offer(ADDRESS, (SMS,), ((SMS, Obstacle.UNDELIVERED),))),
        ({ADDRESS: Obstacle.IMPOSSIBLE}, Offer(SMS)),
    ],
)
def test_the_second_way_opens_where_the_first_is_barred(
    obstacles: dict[Method, Obstacle], expected: Offer
) -> None:
    assert rules.offer(SMS, ADDRESS, obstacles) == expected


def test_nobody_chooses_what_is_not_offered() -> None:
    everything = [None, *Obstacle]
    for first, second, wish in product(everything, everything, (None, SMS, ADDRESS)):
        obstacles = {m: o for m, o in ((SMS, first), (ADDRESS, second)) if o is not None}
        found = rules.offer(SMS, ADDRESS, obstacles, wish)
        if found.method is ADDRESS:
            assert first is not None
            assert second in (None, Obstacle.UNDELIVERED)
        if found.method is SMS:
            assert first in (None, Obstacle.UNDELIVERED)
        if found.method is None:
            assert not found.others
        only = rules.offer(SMS, None, obstacles, ADDRESS)
        assert only.method in (None, SMS)


@pytest.mark.parametrize("language", languages.LANGUAGES)
def test_the_text_message_is_one_part_and_fills_itself_in(language: str) -> None:
    """WICG, "Origin-bound one-time codes": the last line is `@host #code`, and nothing follows it."""
    with languages.speaking(language):
        text = rules.text_message("Praxis Lindenhof Zürich-Åby", "123456", "portal.example.org")
    assert wording.is_gsm(text)
    assert wording.parts(text) == 1
    assert text.splitlines()[-1] == "@portal.example.org #123456"
    assert "123456" in text.splitlines()[0]


def test_what_is_locked_is_locked_for_one_method_only() -> None:
    of_sms, of_address = (
        rules.keys(method, ("guest", "L"), "C", "203.0.113.7") for method in (SMS, ADDRESS)
    )
    assert not set(of_sms) & set(of_address)
    assert all(len(key) <= 200 for key in of_sms)
