"""Counts what a request asks the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

WORK = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
"""How a statement begins that reads or writes rows; BEGIN and PRAGMA ask for none."""


@contextmanager
def statements(engine: Engine) -> Iterator[list[str]]:
    """Collect the statements that run on a database within a block."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(WORK):
            found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
