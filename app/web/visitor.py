"""What can be known of whoever sends a request."""

from contextlib import ExitStack

from flask import Flask, g, request

from app.core import journal
from app.core.journal import Sender
from app.core.languages import LANGUAGES


def init_app(app: Flask) -> None:
    """Have the journal note of each line that a request writes where it came from."""
    app.before_request(_begin)
    app.teardown_request(_end)


def _begin() -> None:
    g.visit = ExitStack()
    g.visit.enter_context(journal.coming_from(Sender(address(), agent())))


def _end(_error: BaseException | None) -> None:
    visit = g.pop("visit", None)
    if visit is not None:
        visit.close()


def address() -> str:
    """Return the network address; behind proxies only as far as the settings trust them."""
    return request.remote_addr or ""


def agent() -> str:
    """Return what the browser calls itself."""
    return request.user_agent.string


def language() -> str | None:
    """Return the language that the browser asks for, if it is one of ours (`no` means Bokmål)."""
    wishes = {"no": "nb", "nn": "nb"} | {code: code for code in LANGUAGES}
    found = request.accept_languages.best_match(list(wishes))
    return wishes[found] if found else None
