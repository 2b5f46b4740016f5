import re
from datetime import UTC, datetime, timedelta
from time import sleep

from app.core import ids


def test_an_id_has_26_characters_of_its_alphabet() -> None:
    made = [ids.new() for _ in range(200)]
    assert all(re.fullmatch(ids.PATTERN, one) for one in made)
    assert {len(one) for one in made} == {ids.LENGTH}
    # Characters that people mistake for others are missing (Crockford).
    assert not set(ids.ALPHABET) & set("ilou")


def test_ids_are_never_the_same() -> None:
    assert len({ids.new() for _ in range(5000)}) == 5000


def test_ids_sort_by_the_moment_of_their_birth() -> None:
    made = [ids.new() for _ in range(2000)]
    assert made == sorted(made)


def test_ids_of_one_moment_cannot_be_guessed_from_each_other() -> None:
    """The last twelve characters are 60 random bits: each place takes every sign."""
    tails = [ids.new()[14:] for _ in range(2000)]
    assert all({tail[place] for tail in tails} == set(ids.ALPHABET) for place in range(12))


def test_what_is_made_from_a_moment_on_sorts_behind_its_first_id() -> None:
    before = ids.new()
    first = ids.first_of(datetime.now(UTC) + timedelta(milliseconds=2))
    sleep(0.003)
    assert before < first < ids.new()
    assert re.fullmatch(ids.PATTERN, first)
