"""How many pages, and how large."""

import pytest

from app.previews.rules import HIGHEST, MOST_PAGES, WIDEST, next_batch, scale


@pytest.mark.parametrize(
    ("drawn", "wanted", "pages", "batch"),
    [
        (0, 3, None, (1, 3)),
        (0, 3, 1, (1, 1)),
        (1, 3, 1, None),
        (3, 3, 40, None),
        (3, 50, 40, (4, 13)),
        (33, 50, 40, (34, 40)),
        (40, 50, 40, None),
        (43, 50, 10_000, (44, 50)),
        (50, 50, 10_000, None),
        (0, 9_999, None, (1, 10)),
        (MOST_PAGES, 9_999, None, None),
    ],
)
def test_pages_are_drawn_in_batches_as_far_as_wanted(
    drawn: int, wanted: int, pages: int | None, batch: tuple[int, int] | None
) -> None:
    assert next_batch(drawn, wanted, pages) == batch


@pytest.mark.parametrize(
    "size", [(595, 842), (842, 595), (14_400, 14_400), (2_000, 14_400), (40, 60)]
)
def test_a_picture_stays_within_its_limits(size: tuple[float, float]) -> None:
    found = scale(*size)
    assert found is not None
    assert size[0] * found <= WIDEST + 0.001
    assert size[1] * found <= HIGHEST + 0.001


def test_a4_is_drawn_at_110_dots_per_inch() -> None:
    assert scale(595, 842) == pytest.approx(110 / 72)


@pytest.mark.parametrize("size", [(1, 14_400), (0, 100), (100, -1), (14_400, 2), (float("nan"), 5)])
def test_what_would_show_nothing_is_not_drawn(size: tuple[float, float]) -> None:
    assert scale(*size) is None
