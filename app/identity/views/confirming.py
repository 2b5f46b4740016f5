"""Showing once more that it is really oneself, before what secures an account is changed (ASVS 7.5.1)."""

from flask import Response, g, request, session, url_for

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.core import parking
from app.core.languages import gettext as _
from app.identity import actions, forms, queries
from app.identity.models import Person
from app.identity.queries import Factors
from app.identity.rules import Proof
from app.identity.views import blueprint, own
from app.web import answers, login
from app.web.limits import limiter
from app.web.page import page

PENDING = "pending_confirmation"
"""In the cookie: the code that was mailed to confirm with; it opens no session."""


@blueprint.get("/account/confirmation")
@gate(Can.KEEP_ACCOUNT, own)
def confirm(person: Person) -> Response:
    form = forms.Confirm(
        next=answers.local_path(request.args.get("next"), "/account"),
        parked=request.args.get("parked", ""),
    )
    return _page(person, form, request.args.get("way", ""))


@blueprint.post("/account/confirmation/code")
@limiter.limit("10 per minute")
@gate(Can.KEEP_ACCOUNT, own)
def send_confirmation_code(person: Person) -> Response:
    form = forms.Confirm()
    session[PENDING] = actions.ask_for_code(person.email)
    return answers.see_other(
        "identity.confirm",
        next=answers.local_path(form.next.data, "/account"),
        parked=form.parked.data or None,
        way=Proof.MAILED_CODE.value,
    )


@blueprint.post("/account/confirmation")
@limiter.limit("30 per minute")
@gate(Can.KEEP_ACCOUNT, own)
def take_confirmation(person: Person) -> Response:
    form = forms.Confirm()
    way = _way(form.way.data, _ways(person, queries.factors_of(person.id)))
    form.ask_for(way)
    if not form.validate():
        return _page(person, form, way.value, 422)
    if not actions.confirm_it_is(person, way, form.answer.data, session.get(PENDING, "")):
        form.reject(form.answer, _("That does not fit. Try once more, or choose another way."))
        return _page(person, form, way.value, 422)
    return confirmed(form.next.data, form.parked.data)


def confirmed(wanted: str | None, parked_id: str | None) -> Response:
    """Go on to where somebody wanted to, or with what they had sent: they showed that it is them."""
    who = principal()
    login.exchange(actions.confirm(who.session_id))
    session.pop(PENDING, None)
    return answers.go_to(_after(wanted, parked_id))


def _after(wanted: str | None, parked_id: str | None) -> str:
    if parked_id and parking.one(principal().session_id, parked_id) is not None:
        return url_for("step_up.parked", parked_id=parked_id)
    return answers.local_path(wanted, "/account")


def _page(person: Person, form: forms.Confirm, wanted: str, status: int = 200) -> Response:
    has = queries.factors_of(person.id)
    ways = _ways(person, has)
    way = _way(wanted, ways)
    form.ask_for(way)
    return page(
        "identity/confirmation.html",
        status,
        person=person,
        form=form,
        way=way,
        ways=[other for other in ways if other is not way],
        is_sent=PENDING in session,
        passkey=forms.Passkey(None, next=form.next.data, parked=form.parked.data),
        has_passkey=has.passkeys > 0,
        provider=queries.linked_provider(person),
        slug=g.organisation.slug,
        after=_after(form.next.data, form.parked.data),
    )


def _ways(person: Person, has: Factors) -> list[Proof]:
    """Return how a person can confirm, the quickest first; a mailed code always works."""
    found = [Proof.PASSWORD] if person.password_hash else []
    if has.has_totp:
        found.append(Proof.TOTP)
    return [*found, Proof.MAILED_CODE]


def _way(wanted: str | None, ways: list[Proof]) -> Proof:
    return next((way for way in ways if way.value == wanted), ways[0])
