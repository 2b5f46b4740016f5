"""The links that dispatches carry, for their readers."""

from flask import Response, abort, g
from flask import session as cookie

from app.access.gate import public
from app.access.grants import Can
from app.access.proof import Need
from app.core import clock, counters
from app.core.languages import choose, current, speak
from app.core.networks import network_of
from app.delivery import actions, forms, queries
from app.delivery.views import blueprint
from app.documents import queries as documents
from app.documents.rules.life import State as DocumentState
from app.identity import actions as identity
from app.identity import queries as identity_queries
from app.identity import rules as identity_rules
from app.identity.models import CapabilityLink
from app.organisations import queries as organisations
from app.web import answers, login, transaction, visitor
from app.web.limits import limiter
from app.web.page import page

LINK_IS_THE_PROOF = "whoever has the link is its recipient, as far as the link goes"


@blueprint.get("/link/<token:token>")
@limiter.limit("120 per minute")
@public(LINK_IS_THE_PROOF)
def link(token: str) -> Response:
    """Show what the link is for. Inert: mail scanners fetch it, and nothing happens (UX-01).

    That it was fetched is written down, as what it is: a fact about an address (K-02).
    """
    found = _found(token)
    if found is not None:
        transaction.afterwards(lambda: actions.note_fetch(found))
    else:
        transaction.regardless(identity.note_unknown_link)
    return _private(_link_page(found, token, forms.Renew()))


@blueprint.post("/link/<token:token>")
@limiter.limit("60 per minute")
@public(LINK_IS_THE_PROOF)
def open_link(token: str) -> Response:
    """Exchange the link for a guest session and go on to an address without a secret in it."""
    found = _found(token)
    browser = identity.Browser(visitor.address(), visitor.agent())
    leads_on = found is not None and _leads_on(found)
    session_token = identity.open_link(found, browser) if found and leads_on else None
    if found is None:
        transaction.regardless(identity.note_unknown_link)
    if found is None or session_token is None:
        return _private(_link_page(found, token, forms.Renew()))
    login.enter(session_token)
    if found.document_id is None:
        return _private(answers.see_other("desk.customer_home"))
    return _private(answers.see_other("desk.document", document_id=found.document_id))


@blueprint.post("/link/<token:token>/renewal")
@limiter.limit("10 per minute")
@public("an expired link offers a new one, to addresses already on the document (UX-02)")
def renew_link(token: str) -> Response:
    found = _found(token)
    form = forms.Renew()
    if not form.validate():
        return _private(_link_page(found, token, form, 422))
    if found is not None:
        actions.renew_link(found, form.email.data)
    _speak_of(found)
    return _private(page("delivery/link_renewed.html"))


def _link_page(
    found: CapabilityLink | None, token: str, form: forms.Renew, status: int = 200
) -> Response:
    _speak_of(found)
    if found is not None and found.revoked_at is not None and not queries.is_replaced(found.id):
        return _closed(found)
    document = documents.by_id(found.document_id) if found and found.document_id else None
    if found is not None and document is not None and document.state is DocumentState.WITHDRAWN:
        return _closed(found, is_withdrawn=True)
    is_open = found is not None and identity_rules.is_link_open(
        clock.now(), found.expires_at, found.revoked_at
    )
    if found is not None and is_open and not _leads_on(found):
        return _closed(found)
    if found is not None and is_open:
        named = document if _may_be_named(found) else None
        return page("delivery/link.html", status, token=token, document=named)
    # A link that never existed looks like one that is over: nobody learns which.
    return page("delivery/link_over.html", 422 if status == 422 else 410, token=token, form=form)


def _closed(found: CapabilityLink, *, is_withdrawn: bool = False) -> Response:
    """Answer for a link that opens nothing, and for which nobody gets another one."""
    house = organisations.organisation_by_id(found.organisation_id)
    return page("delivery/link_closed.html", 410, house=house, is_withdrawn=is_withdrawn)


def _found(token: str) -> CapabilityLink | None:
    """Return the link of a token; who tries one after the other is told to wait (ASVS 6.1.1).

    Counted are tokens that never were, by network, and only they are held back: a link that is over,
    clicked by everybody of an office, throttles nobody, and no guesser shuts others out.
    """
    found = identity_queries.link_by_token(token)
    if found is None:
        key = f"unknown-link:{network_of(visitor.address())}"
        if counters.is_over(key, identity_rules.UNKNOWN_LINKS):
            abort(429)
        transaction.afterwards(
            lambda: counters.note(key, identity_rules.UNKNOWN_LINKS, identity_rules.UNKNOWN_WINDOW)
        )
    return found


def _leads_on(found: CapabilityLink) -> bool:
    """Say whether whoever has the link would see what it is for: what it opens may be closed by now."""
    who = organisations.link_as_principal(found)
    if found.document_id is None:
        return who.may(Can.READ_DOCUMENTS)
    return documents.one(who, found.document_id) is not None


def _may_be_named(found: CapabilityLink) -> bool:
    """Say whether the page may name what the link is for: where every page asks for proof, none does."""
    who = organisations.link_as_principal(found)
    return who.demand.need(is_sensitive=False) is Need.NOTHING


def _speak_of(found: CapabilityLink | None) -> None:
    """Show the sender's house and, unless the browser chose, the recipient's language (UX-22)."""
    if found is None:
        return
    organisation = organisations.organisation_by_id(found.organisation_id)
    g.organisation = organisation
    language = choose(cookie.get("language"), found.language, current())
    speak(language, organisation.country, organisation.timezone)


def _private(response: Response) -> Response:
    """Keep a page with a token in its address out of referrers."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
