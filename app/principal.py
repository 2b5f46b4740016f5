"""Who is asking: found once per request in one SELECT, from the cookie's session or a program's key.

A page knows cookies only, the interface for programs keys only: no cookie can be made to write there.
"""

from dataclasses import replace

from flask import Flask, g, request
from flask import session as cookie

from app.access.grants import Can, Role
from app.access.principal import NOBODY, Principal
from app.core import clock, languages
from app.core.db import session
from app.identity import actions as identity
from app.identity import rules
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.organisations.queries import SignedIn
from app.web import login, problems, transaction, visitor

WITHOUT_PRINCIPAL = frozenset(
    {"assets.file", "organisations.brand", "organisations.logo", "organisations.drawn_logo"}
)
DOORS = frozenset({"identity", "federation", "access_letters", "sign_up"})
"""Where strangers stand: their pages show the house whose door it is."""
HOUSE = "house"
"""In the cookie: at whose door somebody stood last."""


def init_app(app: Flask) -> None:
    """Fill `g.principal` and `g.organisation` before every view, and speak their language."""
    login.manager.init_app(app)
    app.before_request(_fill)


def _fill() -> None:
    g.principal, g.organisation = NOBODY, None
    if request.endpoint in WITHOUT_PRINCIPAL:
        return
    if problems.are_wanted():
        _fill_from_key()
        return
    token = login.token()
    found = organisations.signed_in(token) if token else None
    if found is not None and _is_alive(found):
        g.principal = _through_eyes(organisations.principal_of(found))
        g.organisation = found.organisation
        # No part of the transaction: an error page shows it after a rollback too.
        session().expunge(found.organisation)
        if clock.now() - found.session.last_seen_at > rules.SEEN_EVERY:
            session_id, is_proven = found.session.id, g.principal.demand.is_proven
            transaction.afterwards(lambda: identity.see(session_id, is_proven=is_proven))
    elif request.blueprint in DOORS:
        g.organisation = _at_the_door()
    _speak(g.principal)


def _at_the_door() -> Organisation | None:
    """Return whose sign-in page a stranger sees: named in the address, seen last, or by the host."""
    slug = (request.view_args or {}).get("slug")
    named = slug or cookie.get(HOUSE)
    found = organisations.organisation_by_slug(named) if named else None
    if found is None:
        found = organisations.organisation_at(request.host)
    elif slug:
        cookie[HOUSE] = slug
    if found is not None:
        session().expunge(found)
    return found


def _through_eyes(who: Principal) -> Principal:
    """Return whom staff look through at present; that one's permissions, and reading only."""
    may_look = who.may(Can.LOOK_THROUGH) and not who.must_enrol
    person_id = login.looked_through() if may_look else None
    if person_id is None:
        return who
    other = organisations.contact_as_principal(who.organisation_id, person_id)
    if other is None:
        return who
    # Who looks may see it all with their own eyes: nothing is left to prove.
    demand = replace(other.demand, is_proven=True)
    return replace(other, session_id=who.session_id, through=who.actor, demand=demand)


def _fill_from_key() -> None:
    given = request.authorization
    token = given.token if given is not None and given.type == "bearer" else None
    found = organisations.keyed(token) if token else None
    wishes = [visitor.language()]
    if token and (found is None or found[0].revoked_at is not None):
        refused = found[0].id if found else None
        transaction.regardless(lambda: identity.note_wrong_key(refused))
    if found is not None and found[0].revoked_at is None:
        key, g.organisation = found
        g.principal = Principal(
            role=Role.API_KEY,
            id=key.id,
            name=key.name,
            organisation_id=key.organisation_id,
            scopes=frozenset(Can(scope) for scope in key.scopes),
        )
        wishes.append(g.organisation.language)
        if key.last_used_at is None or clock.now() - key.last_used_at > rules.SEEN_EVERY:
            transaction.afterwards(lambda: identity.use_api_key(key.id))
    languages.speak(languages.choose(*wishes))


def _is_alive(found: SignedIn) -> bool:
    one, now = found.session, clock.now()
    if found.person is not None and found.person.disabled_at is not None:
        return False
    if found.link is not None and not rules.is_link_open(
        now, found.link.expires_at, found.link.revoked_at
    ):
        return False
    return rules.is_session_alive(now, one.last_seen_at, one.ends_at, one.ended_at)


def _speak(who: Principal) -> None:
    """Choose the language: own choice → person → customer → organisation → browser (UX-22)."""
    organisation = g.organisation
    ours = organisation.language if organisation else None
    wishes = (cookie.get("language"), who.language, ours, visitor.language())
    language = languages.choose(*wishes)
    if organisation is not None:
        languages.speak(language, organisation.country, organisation.timezone)
    else:
        languages.speak(language)
