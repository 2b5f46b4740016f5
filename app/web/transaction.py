"""One request, one transaction: opened, committed and rolled back here and nowhere else.

GET and HEAD read in a transaction that cannot write. Everything else may write; it is committed
when the view returned, and rolled back when anything was raised.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from flask import Flask, Response, g, request
from sqlalchemy.orm import Session

from app.core import runtime

logger = logging.getLogger(__name__)

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask) -> None:
    """Put a transaction around every request."""
    app.before_request(_open)
    app.after_request(_commit)
    app.teardown_request(_close)


def afterwards(note: Callable[[], None]) -> None:
    """Run `note` in a transaction of its own after this request's: for what a reading leaves behind.

    A page never fails because of it, and a page that fails leaves none behind.
    """
    g.setdefault("afterwards", []).append(note)


def regardless(note: Callable[[], None]) -> None:
    """Run `note` in a transaction of its own after this request's, also where that was rolled back.

    For what has to be known of a request that came to nothing: a wrong password, a refusal.
    """
    g.setdefault("regardless", []).append(note)


def abandon() -> None:
    """Roll back what the view has written: an error page is being made."""
    opened: Session | None = g.get("session")
    if opened is not None:
        opened.rollback()
        g.abandoned = True


@contextmanager
def paused() -> Iterator[None]:
    """Commit, run the block with no transaction open, then open the next one.

    For what takes seconds between a look and a write: nobody waits for a lock meanwhile.
    """
    g.pop("transaction").__exit__(None, None, None)
    yield
    _open()


def anew() -> None:
    """Roll back and begin again: somebody else was faster, and the database says so only once."""
    owner = g.pop("transaction")
    g.session.rollback()
    owner.__exit__(None, None, None)
    # What is done again is noted again.
    g.pop("regardless", None)
    _open()


def _open() -> None:
    database = runtime.current().database
    reading = request.method in SAFE
    if not reading:
        # The whole body comes in first: a slow upload must not hold the write lock of SQLite.
        request.get_data(parse_form_data=True)
    owner: AbstractContextManager[Session] = (
        database.reading() if reading else database.transaction()
    )
    g.session = owner.__enter__()
    g.transaction = owner


def _commit(response: Response) -> Response:
    """Commit before a byte is sent: an answer that says "done" is true."""
    owner = g.pop("transaction", None)
    if owner is None:
        return response
    if g.pop("abandoned", False):
        g.session.rollback()
        g.pop("afterwards", None)
    owner.__exit__(None, None, None)
    _write_down([*g.pop("regardless", []), *g.pop("afterwards", [])])
    return response


def _write_down(notes: list[Callable[[], None]]) -> None:
    for note in notes:
        try:
            with runtime.current().database.transaction():
                note()
        except Exception:
            logger.exception("a note after the request was lost")


def _close(error: BaseException | None) -> None:
    owner = g.pop("transaction", None)
    if owner is not None:
        failure = error or RuntimeError("the request was not finished")
        try:
            owner.__exit__(type(failure), failure, None)
        except BaseException as raised:
            # A context manager raises again what it was told: here it was only a reason to roll back.
            if raised is not failure:
                raise
    _write_down(g.pop("regardless", []))
