"""What a request left behind in the database, and what a person reads on a page."""

import re
from typing import Any

import html5lib  # type: ignore[import-untyped]
from sqlalchemy import func, select

from app.core.db import Base
from app.core.journal import Entry
from app.core.runtime import Runtime
from tests.browser import XHTML, text_of

QUIET = {"counter", "login_session", "journal_seal", "journal_head", "journal_origin"}
"""Tables in which a request may leave a trace without having done anything."""

REFUSED = "permission.refused"
"""What the journal says of a request that did nothing."""


def contents(here: Runtime, *, without: set[str] = QUIET) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table but those `without`."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    with here.database.reading() as session:
        for name, table in sorted(Base.metadata.tables.items()):
            if name not in without:
                rows = select(table).order_by(*table.primary_key.columns)
                if name == Entry.__tablename__:
                    rows = rows.where(Entry.name != REFUSED)
                found[name] = [tuple(row) for row in session.execute(rows)]
    return found


def counts(here: Runtime) -> dict[str, int]:
    """Return how many rows each table has."""
    with here.database.reading() as session:
        return {
            name: session.scalar(select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def added(before: dict[str, int], after: dict[str, int]) -> dict[str, int]:
    """Return how many rows came into each table that has more now."""
    return {name: after[name] - before[name] for name in after if after[name] != before[name]}


def main_of(page: str) -> str:
    """Return what a person reads in the main part of a page, in one line."""
    tree = html5lib.parse(page)
    (main,) = tree.iter(f"{XHTML}main")
    return " ".join(text_of(main).split())


def testids(page: str) -> list[str]:
    """Return the names by which tests find things, in order."""
    return re.findall(r'data-testid="([^"]+)"', page)


testids.__test__ = False  # type: ignore[attr-defined]


def error_at(page: str, field: str) -> str:
    """Return the message that stands at a field; raises `AssertionError` where there is none."""
    tree = html5lib.parse(page)
    for element in tree.iter():
        if isinstance(element.tag, str) and element.get("id") == f"{field}-error":
            return " ".join(text_of(element).split())
    raise AssertionError(f"there is no message at {field}")


def typed_in(page: str, field: str) -> str | None:
    """Return what stands in a field of a form."""
    (main,) = html5lib.parse(page).iter(f"{XHTML}main")
    for element in main.iter():
        if isinstance(element.tag, str) and element.get("name") == field:
            value: str | None = element.get("value")
            return value
    raise AssertionError(f"there is no field {field}")
