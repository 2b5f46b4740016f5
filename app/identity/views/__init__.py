"""Coming in, going out, and one's own account."""

from flask import Blueprint, Response, g, redirect, session, url_for

from app.access.principal import Principal
from app.core.runtime import current
from app.identity import actions, queries
from app.identity.models import Person
from app.identity.proofs import passkey
from app.identity.proofs.passkey import Site
from app.web import answers, login, visitor

blueprint = Blueprint("identity", __name__)

NOBODY_KNOWS_YOU_YET = "signing in comes before any permission"
STEP = "pending_step"
"""In the cookie: the second step that this browser has to take."""


def browser() -> actions.Browser:
    """Return where this request came from."""
    return actions.Browser(visitor.address(), visitor.agent(), login.device())


def go_on(came: actions.Came, wanted: str | None) -> Response:
    """Let somebody in, or have them show a second factor first."""
    if isinstance(came, actions.Inside):
        return welcome(came.token, wanted)
    session[STEP] = came.step_id
    return answers.see_other("identity.second_step", next=answers.local_path(wanted))


def welcome(token: str, wanted: str | None) -> Response:
    """Begin the session and go to where somebody wanted to."""
    login.enter(token)
    response = redirect(answers.local_path(wanted, url_for("desk.home")), 303)
    return login.remember_device(response)  # type: ignore[arg-type]


def own(who: Principal) -> Person | None:
    """Return the person who asks."""
    return queries.person_of(who)


def house_name() -> str:
    """Return what the organisation is called at whose door or in whose portal somebody is."""
    return g.organisation.name if g.organisation is not None else ""


def here() -> Site:
    """Return where passkeys work for whoever is here."""
    house = g.organisation
    return passkey.site(house.base_url if house is not None else current().settings.base_url)
