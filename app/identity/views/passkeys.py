"""Passkeys: asked for by the browser, added, taken to sign in and to confirm."""

from datetime import datetime

from flask import Response, g, session

from app.access.gate import gate, public
from app.access.grants import Can
from app.core import clock
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.identity import actions, forms, queries
from app.identity.actions.passkeys import Asked
from app.identity.models import Person
from app.identity.proofs import passkey
from app.identity.proofs.passkey import Site
from app.identity.views import NOBODY_KNOWS_YOU_YET, STEP, blueprint, browser, here, own, welcome
from app.identity.views.confirming import confirmed
from app.identity.views.factors import added, overview
from app.web import answers
from app.web.limits import limiter
from app.web.page import page

ASKED = "passkey"
"""In the cookie: what this browser was asked to have signed."""


@blueprint.get("/sign-in/passkey")
@limiter.limit("60 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def ask_passkey() -> Response:
    """Tell the browser what to have signed. The cookie keeps it, the database hears of the answer."""
    at, challenge = here(), _challenge()
    return answers.json_text(passkey.to_sign(at, challenge))


@blueprint.post("/sign-in/passkey")
@limiter.limit("30 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def enter_with_passkey() -> Response:
    form = forms.Passkey()
    wanted = answers.local_path(form.next.data)
    try:
        token = actions.sign_in_with_passkey(
            form.answer.data or "", _asked(), browser(), session.get(STEP, "")
        )
    except Refused as refusal:
        answers.say("warning", refusal.sentence)
        return answers.see_other("identity.sign_in", next=wanted)
    if token is not None:
        return welcome(token, wanted)
    return page("identity/passkey_refused.html", 422, next=wanted)


@blueprint.get("/account/factors/passkey")
@gate(Can.SECURE_ACCOUNT, own)
def ask_new_passkey(person: Person) -> Response:
    at, challenge = here(), _challenge()
    owner = (person.id, person.email, person.name)
    known = [one.credential_id for one in queries.passkeys(person.id)]
    return answers.json_text(passkey.to_register(at, challenge, g.organisation.name, owner, known))


@blueprint.post("/account/factors/passkey")
@limiter.limit("30 per minute")
@gate(Can.SECURE_ACCOUNT, own)
def add_passkey(person: Person) -> Response:
    form = forms.NewPasskey(prefix="passkey-")
    if not form.validate():
        return overview(person, status=422, new=form)
    try:
        codes = actions.add_passkey(person, form.name.data, form.answer.data or "", _asked())
    except Refused as refusal:
        form.reject(form.name, refusal.sentence)
        return overview(person, status=422, new=form)
    return added(form.name.data, codes)


@blueprint.post("/account/confirmation/passkey")
@limiter.limit("30 per minute")
@gate(Can.KEEP_ACCOUNT, own)
def confirm_with_passkey(person: Person) -> Response:
    form = forms.Passkey()
    is_right = actions.confirm_with_passkey(person, form.answer.data or "", _asked(), browser())
    if not is_right:
        raise Refused(_("That was not one of your passkeys. Try once more, or another way."))
    return confirmed(form.next.data, form.parked.data)


def _challenge() -> str:
    challenge = passkey.challenge()
    at = here()
    session[ASKED] = [challenge, at.host, at.origin, clock.now().isoformat()]
    return challenge


def _asked() -> Asked:
    """Return what this browser was asked, and forget it; raises `Refused` where it was asked nothing."""
    kept = session.pop(ASKED, None)
    if kept is None:
        raise Refused(_("That took too long, or was sent twice. Try once more."))
    challenge, host, origin, since = kept
    return Asked(challenge, Site(host, origin), datetime.fromisoformat(since))
