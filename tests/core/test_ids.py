import re
import time

from app.core import ids


def test_an_id_has_26_characters_of_its_alphabet() -> None:
    made = [ids.new() for _ in range(200)]
    assert all(re.fullmatch(ids.PATTERN, one) for one in made)
    assert {len(one) for one in made} == {ids.LENGTH}
    # Characters that people mistake for others are missing (Crockford).
    assert not set(ids.ALPHABET) & set("ilou")


def test_ids_are_never_the_same() -> None:
    assert len({ids.new() for _ in range(5000)}) == 5000


def test_ids_sort_by_the_millisecond_of_their_birth() -> None:
    made = []
    for _ in range(20):
        made.append(ids.new())
        time.sleep(0.002)
    assert made == sorted(made)


def test_ids_of_one_moment_differ_in_more_than_their_end() -> None:
    tails = {ids.new()[10:] for _ in range(500)}
    assert all(len({tail[place] for tail in tails}) > 10 for place in range(16))


def test_ids_of_one_process_sort_in_the_order_they_were_made() -> None:
    made = [ids.new() for _ in range(5000)]
    assert made == sorted(made)
