"""How long deliveries take, from counts in buckets that grow: exact enough to compare, and small."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

EDGES: Final = tuple(2 ** (place / 3) for place in range(67))
"""Seconds at which a bucket begins, a second to 48 days: each is a quarter wider than the one before.

Bucket 0 is what took less than a second; bucket n begins at `EDGES[n - 1]`.
"""


def bucket(seconds: float) -> int:
    """Return in which bucket a duration falls."""
    return bisect_right(EDGES, seconds)


def quantile(counts: Mapping[int, int], share: float) -> float | None:
    """Return the seconds within which `share` (0 to 1) of all were there; None where there are none.

    Within a bucket durations are taken to lie evenly: at most a quarter off.
    """
    total = sum(counts.values())
    if not total:
        return None
    wanted, passed = share * total, 0
    for place in sorted(counts):
        if passed + counts[place] >= wanted:
            low, high = _limits(place)
            return low + (high - low) * max(0.0, wanted - passed) / counts[place]
        passed += counts[place]
    return _limits(max(counts))[1]


def _limits(place: int) -> tuple[float, float]:
    low = 0.0 if place == 0 else EDGES[place - 1]
    high = EDGES[place] if place < len(EDGES) else 2 * EDGES[-1]
    return low, high
