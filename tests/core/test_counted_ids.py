import re
from datetime import UTC, datetime

from app.core import ids

MOMENT = datetime(2024, 5, 6, tzinfo=UTC)


def counted(seed: str, moment: datetime = MOMENT) -> list[str]:
    with ids.counted_from(seed, moment):
        return [ids.new() for _ in range(100)]


def test_counted_ids_are_the_same_every_time() -> None:
    assert counted("a house") == counted("a house")


def test_another_seed_or_another_moment_makes_other_ids() -> None:
    later = datetime(2024, 5, 7, tzinfo=UTC)
    made = {*counted("a house"), *counted("another house"), *counted("a house", later)}
    assert len(made) == 300


def test_counted_ids_look_like_ids_and_sort_in_their_order() -> None:
    made = counted("a house")
    assert all(re.fullmatch(ids.PATTERN, one) for one in made)
    assert made == sorted(made)


def test_counted_ids_are_older_than_new_ones() -> None:
    assert max(counted("a house")) < ids.new()


def test_within_a_block_another_block_counts_for_itself() -> None:
    with ids.counted_from("outside", MOMENT):
        first = ids.new()
        with ids.counted_from("inside", MOMENT):
            inside = ids.new()
        second = ids.new()
    assert inside == counted("inside")[0]
    assert [first, second] == counted("outside")[:2]


def test_after_the_block_ids_are_new_again() -> None:
    counted("a house")
    assert ids.new() != ids.new()
    assert ids.new() not in counted("a house")
