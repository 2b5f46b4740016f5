"""The order of a list follows its filter."""

import pytest

from app.documents.rules.listing import NEWEST, Direction, Order, Sort, order


def test_without_a_wish_a_list_stands_in_the_order_of_its_range() -> None:
    assert order(None, None) == NEWEST
    assert order(None, None, has_amount_range=True) == Order(Sort.AMOUNT, Direction.DOWN)
    assert order(None, None, has_due_range=True) == Order(Sort.DUE, Direction.UP)
    both = order(None, None, has_due_range=True, has_amount_range=True)
    assert both == Order(Sort.DUE, Direction.UP)


@pytest.mark.parametrize("sort", Sort)
def test_a_wish_counts_but_a_search_is_newest_first(sort: Sort) -> None:
    wanted = order(sort, Direction.UP, has_due_range=True, has_amount_range=True)
    assert wanted == Order(sort, Direction.UP)
    assert order(sort, Direction.UP, is_searched=True) == NEWEST


def test_a_direction_can_be_turned() -> None:
    assert [one.other for one in Direction] == [Direction.DOWN, Direction.UP]
