"""How long deliveries take, from counts in buckets."""

import statistics
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.reports.rules.pace import EDGES, bucket, quantile


@given(st.lists(st.floats(1, 10**6), min_size=1, max_size=200))
def test_the_median_of_buckets_is_near_the_median_of_what_lies_in_them(
    durations: list[float],
) -> None:
    counts = Counter(map(bucket, durations))
    found = quantile(counts, 0.5)
    assert found is not None
    low, high = statistics.median_low(durations), statistics.median_high(durations)
    assert low / 1.27 <= found <= high * 1.27


@given(st.dictionaries(st.integers(0, len(EDGES)), st.integers(1, 10**6), min_size=1))
def test_nearly_all_take_at_least_as_long_as_half(counts: dict[int, int]) -> None:
    half, most = quantile(counts, 0.5), quantile(counts, 0.9)
    assert half is not None
    assert most is not None
    assert half <= most


def test_where_nothing_arrived_there_is_no_pace() -> None:
    assert quantile({}, 0.5) is None
