"""The cookie of a signed-in browser: Flask-Login carries the token of a session row."""

from datetime import datetime, timedelta

from flask import Response, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from app.core import clock, tokens

manager = LoginManager()
# Flask-Login's own protection compares addresses; ours are rows that can be ended one by one.
manager.session_protection = None

KEPT = ("language", "house")
"""What a browser chose before it signed in and may keep; `house` is at whose door it stood."""


DEVICE_KEPT = timedelta(days=400)
"""As long as browsers keep a cookie at most (RFC 6265bis, 5.5)."""

EYES = "eyes"
EYES_OPEN = timedelta(minutes=15)
"""How long somebody looks through another one's eyes before they see for themselves again."""


class Login(UserMixin):  # type: ignore[misc]
    """What Flask-Login calls a user: the token, whose hash is a row of `login_session`."""

    def __init__(self, token: str) -> None:
        self.id = token


@manager.user_loader  # type: ignore[untyped-decorator]
def _load(token: str) -> Login:
    return Login(token)


def enter(token: str) -> None:
    """Begin a session: everything that the browser had before is dropped (ASVS 7.2.4)."""
    kept = {name: session[name] for name in KEPT if name in session}
    session.clear()
    session.update(kept)
    login_user(Login(token))


def exchange(token: str) -> None:
    """Carry a session's new token from now on; what else the browser has stays."""
    login_user(Login(token))


def leave() -> None:
    """Forget the token and everything else in the cookie."""
    kept = {name: session[name] for name in KEPT if name in session}
    logout_user()
    session.clear()
    session.update(kept)


def token() -> str | None:
    """Return the token that this request's cookie carries."""
    return current_user.id if current_user.is_authenticated else None


def look_through(person_id: str) -> None:
    """Look through somebody's eyes from now on, for a while, in this browser only."""
    session[EYES] = [person_id, (clock.now() + EYES_OPEN).isoformat()]


def looked_through() -> str | None:
    """Return through whose eyes this browser looks at present."""
    person_id, until = session.get(EYES) or ("", "")
    return person_id if until and clock.now() < datetime.fromisoformat(until) else None


def look_away() -> str | None:
    """See for oneself again, and return through whose eyes it was."""
    person_id, _until = session.pop(EYES, None) or (None, "")
    return person_id


def device() -> str:
    """Return the token that this browser keeps for years, or a new one; it opens nothing."""
    known = request.cookies.get(_device_cookie(), "")
    if len(known) == 43:
        return known
    if "device" not in g:
        g.device = tokens.new()
    return str(g.device)


def remember_device(response: Response) -> Response:
    """Have the browser keep its token, so that it is no new one the next time."""
    response.set_cookie(
        _device_cookie(),
        device(),
        max_age=DEVICE_KEPT,
        path="/",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
    )
    return response


def _device_cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-device"
