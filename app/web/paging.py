"""Pages of a list by keyset: the same links with and without htmx, filters kept in the URL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import request

Row = TypeVar("Row")
SIZE = 25


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """One page of rows, and the URLs of its neighbours."""

    rows: Sequence[Row]
    previous_url: str | None
    next_url: str | None


def cursor() -> tuple[str | None, bool]:
    """Return the cursor that the URL asks for and whether it looks back towards the beginning."""
    before = request.args.get("before")
    return (before, True) if before else (request.args.get("after"), False)


def position(cursor: str | None) -> int | None:
    """Read a cursor that is a place in an order; one that nobody of ours made means the first page."""
    is_place = cursor is not None and cursor.isascii() and cursor.isdigit() and len(cursor) < 10
    return int(cursor) if cursor is not None and is_place else None


def paged(rows: Sequence[Row], place: Callable[[Row], str], *, size: int = SIZE) -> Page[Row]:
    """Make a page of `size` + 1 rows that were asked for; the extra one says that there are more."""
    asked, back = cursor()
    more = len(rows) > size
    shown = rows[-size:] if back and more else rows[:size]
    has_next = bool(shown) and (more or back)
    has_previous = bool(shown) and (more if back else asked is not None)
    return Page(
        rows=shown,
        previous_url=url_with(before=place(shown[0]), after=None) if has_previous else None,
        next_url=url_with(after=place(shown[-1]), before=None) if has_next else None,
    )


def url_with(**changes: str | None) -> str:
    """Return this page's URL with some parameters changed; None takes one away."""
    values = {key: value for key, value in request.args.items() if value}
    values.update({key: value for key, value in changes.items() if value is not None})
    kept = {key: value for key, value in values.items() if changes.get(key, "") is not None}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def url_without(name: str) -> str:
    """Return this page's URL without one filter, back on the first page: for its chip."""
    return url_with(**{name: None, "after": None, "before": None})
