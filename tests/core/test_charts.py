"""Where bars and labels of a chart stand."""

import pytest

from app.core.charts import spans, stacks


def test_the_highest_stack_has_the_whole_height_and_stands_on_the_ground() -> None:
    chart = stacks([("1", 1, 1), ("2", 3, 5), ("3", 0, 0), ("4", 2, 2)], str, 80)
    highest = [bar for bar in chart.bars if 20 < bar.x < 40]
    assert sum(bar.height for bar in highest) == pytest.approx(80)
    assert max(bar.y + bar.height for bar in chart.bars) == pytest.approx(chart.ground - 0.5)
    assert [(text.said, text.y) for text in chart.values] == [("8", 15), ("4", 55)]


def test_bars_stay_within_the_chart_and_beside_each_other() -> None:
    chart = stacks([(str(day), day + 1) for day in range(90)], str, 80)
    assert all(
        one.x + one.width <= two.x for one, two in zip(chart.bars, chart.bars[1:], strict=False)
    )
    assert chart.bars[-1].x + chart.bars[-1].width < 100
    assert len(chart.labels) <= 7
    assert chart.labels[-1].said == "89"


def test_without_any_number_nothing_has_a_height() -> None:
    assert stacks([("1", 0)], str, 80).bars == ()
    assert stacks([], str, 80).values == ()


def test_the_farthest_span_takes_all_the_room() -> None:
    near, far = spans([("e-mail", 1, 2), ("print", 5, 20)])
    assert (near.near, near.far) == (5, 10)
    assert (far.near, far.far) == (25, 100)
