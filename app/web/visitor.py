"""What can be known of whoever sends a request."""

from flask import request

from app.core.languages import LANGUAGES


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
