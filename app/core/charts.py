"""Charts as plain numbers: where bars and labels stand. Templates draw them as SVG, in attributes only.

Widths are percent of the chart, so that it fits any screen; heights are pixels from the top.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

Number = int | float | Decimal

FILLED: Final = 0.72
"""How much of its column a bar takes."""
FEWEST: Final = 5
"""Columns that a chart has room for at least: fewer bars are not wider."""
LABELS: Final = 7
"""Labels below a chart, at most."""
ABOVE: Final = 20
"""Pixels above the highest bar, for its number."""
BELOW: Final = 20


@dataclass(frozen=True, slots=True)
class Bar:
    """One piece of a stack; `place` is that of its number in the point."""

    place: int
    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Text:
    """A word or a number at a place; its middle is at `x`."""

    x: float
    y: float
    said: str


@dataclass(frozen=True, slots=True)
class Stacks:
    """A chart of stacked bars."""

    bars: tuple[Bar, ...]
    values: tuple[Text, ...]
    """Numbers above the highest stack and the last one."""
    labels: tuple[Text, ...]
    ground: float
    """Height of the line that the bars stand on."""
    height: int
    """Of the whole drawing."""


def stacks(points: Sequence[Sequence[Any]], say: Callable[[Any], str], height: int) -> Stacks:
    """Lay out points of a label and one number for each piece of its stack; `say` writes their sums.

    The highest stack is `height` pixels high; without any number, none has a height.
    """
    numbers = [point[1:] for point in points]
    sums = [sum(pieces) for pieces in numbers]
    highest = float(max(sums, default=0)) or 1.0
    step = 100 / max(len(points), FEWEST)
    bars: list[Bar] = []
    tops: list[float] = []
    for column, pieces in enumerate(numbers):
        top = float(height + ABOVE)
        for place, number in enumerate(pieces):
            tall = float(number) * height / highest
            top -= tall
            if tall:
                x = column * step + step * (1 - FILLED) / 2
                bars.append(Bar(place, x, step * FILLED, top, tall))
        tops.append(top)
    middles = [(column + 0.5) * step for column in range(len(points))]
    return Stacks(
        bars=tuple(bars),
        values=tuple(Text(middles[one], tops[one] - 5, say(sums[one])) for one in _numbered(sums)),
        labels=tuple(
            Text(middles[one], height + ABOVE + BELOW - 4, str(points[one][0]))
            for one in _labelled(len(points))
        ),
        ground=height + ABOVE + 0.5,
        height=height + ABOVE + BELOW,
    )


def _numbered(sums: Sequence[Number]) -> list[int]:
    """Return which stacks have their number above: the first highest and the last, if there are any."""
    places = {sums.index(max(sums)), len(sums) - 1} if sums else set()
    return sorted(place for place in places if sums[place])


def _labelled(count: int) -> list[int]:
    """Return which columns have their label below: evenly, the last one always."""
    every = -(-count // LABELS) or 1
    return [one for one in range(count) if (count - 1 - one) % every == 0]


@dataclass(frozen=True, slots=True)
class Span:
    """A line from nothing to the far value, with a mark at the near one; percent of the room."""

    near: float
    far: float


def spans(rows: Sequence[tuple[str, Number, Number]]) -> list[Span]:
    """Lay out rows of a label, a near and a far value; the farthest takes all the room."""
    farthest = max((float(far) for _label, _near, far in rows), default=0.0) or 1.0
    return [
        Span(100 * float(near) / farthest, 100 * float(far) / farthest) for _, near, far in rows
    ]
