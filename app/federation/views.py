"""Signing in at the organisation's provider, and the settings of it."""

from flask import Blueprint, Response, redirect, request, session

from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import Principal, principal
from app.core import journal
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.federation import forms, queries
from app.federation.actions import coming_in, connecting
from app.federation.actions.coming_in import Pending
from app.federation.actions.connecting import Trial, Wish
from app.federation.rules import Refusal
from app.identity import actions as identity
from app.identity import queries as people
from app.identity.models import Person
from app.identity.views import browser, welcome
from app.organisations import queries as organisations
from app.organisations.models import Organisation
from app.web import answers, login, transaction
from app.web.limits import limiter
from app.web.page import page

blueprint = Blueprint("federation", __name__)

NOBODY_KNOWS_YOU_YET = "signing in comes before any permission"
LAST = 10
PENDING = "at_provider"
"""In the cookie: the sign-in that this browser began."""


@blueprint.get("/o/<slug>/sign-in/oidc")
@limiter.limit("30 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def begin(slug: str) -> Response:
    found = queries.by_slug(slug)
    if found is None:
        raise Missing
    wanted = answers.local_path(request.args.get("next"))
    pending, address = coming_in.begin(*found, wanted, afresh="again" in request.args)
    session[PENDING] = pending.to_json()
    return redirect(address, 303)  # type: ignore[return-value]


@blueprint.get("/sign-in/oidc/callback")
@public(NOBODY_KNOWS_YOU_YET)
def callback() -> Response:
    """Hand on what the provider says. A GET changes nothing: the form sends itself."""
    said = {name: request.args.get(name, "")[:4000] for name in ("code", "state", "iss", "error")}
    return _private(page("federation/callback.html", said=said))


@blueprint.post("/sign-in/oidc/callback")
@limiter.limit("30 per minute")
@public(NOBODY_KNOWS_YOU_YET)
def arrive() -> Response:
    pending = Pending.from_json(session.pop(PENDING, None))
    try:
        person = _person_behind(pending)
    except Refusal as refusal:
        coming_in.note_refusal(pending, refusal, browser())
        return _private(page("federation/refused.html", 422))
    wanted = answers.local_path(pending.wanted if pending else None)
    who = principal()
    if pending is not None and pending.afresh:
        return _confirm(who, person, wanted)
    return welcome(coming_in.enter(person, browser()), wanted)


def _person_behind(pending: Pending | None) -> Person:
    exchange = coming_in.take_up(pending, request.form)
    refused, said = None, {}
    with transaction.paused():
        try:
            said = exchange.perform()
        except Refusal as refusal:
            refused = refusal
    if refused is not None:
        raise refused
    return coming_in.person_behind(exchange, said)


def _confirm(who: Principal, person: Person, wanted: str) -> Response:
    """Somebody who is inside already has shown once more that it is them."""
    if person.id != who.id:
        answers.say("error", _("That was somebody else’s account at the provider."))
        return answers.go_to(wanted)
    login.exchange(identity.confirm(who.session_id))
    return answers.go_to(wanted)


@blueprint.get("/settings/sign-in")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def settings(house: Organisation) -> Response:
    return _settings(house, forms.Provider(None, obj=people.provider_of(house.id)))


@blueprint.post("/settings/sign-in")
@limiter.limit("20 per minute")
@gate(Can.SECURE_HOUSE, organisations.organisation_of)
def change_settings(house: Organisation) -> Response:
    form = forms.Provider()
    if not form.validate():
        return _settings(house, form, 422)
    wish = _wish(form)
    try:
        client = connecting.client_of(house, wish)
    except Refused as refusal:
        form.reject(form.secret, refusal.sentence)
        return _settings(house, form, 422)
    house_id = house.id
    with transaction.paused():
        trial = connecting.try_out(client)
    house = organisations.organisation_by_id(house_id)
    if trial.endpoints is None:
        form.reject(form.issuer, _("The test failed, see its steps. Nothing was saved."))
        return _settings(house, form, 422, trial)
    try:
        connecting.keep(house, wish, client, trial.endpoints, principal())
    except Refused as refusal:
        form.reject(form.is_only_way, refusal.sentence)
        return _settings(house, form, 422, trial)
    steps = " ".join(sentence for _is_well, sentence in trial.steps)
    answers.say("success", _("Tested and saved. %(steps)s", steps=steps))
    return answers.see_other("federation.settings")


def _member(who: Principal, person_id: str) -> Person | None:
    return organisations.member(who, person_id)


@blueprint.post("/settings/sign-in/people/<id:person_id>/unlinking")
@gate(Can.SECURE_HOUSE, _member)
def unlink(person: Person) -> Response:
    if connecting.unlink(person, principal()):
        answers.say(
            "success", _("Forgotten. The next sign-in links %(name)s anew.", name=person.name)
        )
    return answers.see_other("federation.settings")


def _wish(form: forms.Provider) -> Wish:
    return Wish(
        issuer=form.issuer.data or "",
        client_id=form.client_id.data or "",
        secret=form.secret.data or "",
        label=form.label.data or "",
        is_on=form.is_on.data,
        is_only_way=form.is_only_way.data,
    )


def _settings(
    house: Organisation, form: forms.Provider, status: int = 200, trial: Trial | None = None
) -> Response:
    who = principal()
    linked = people.linked_of(who)
    return page(
        "federation/settings.html",
        status,
        form=form,
        provider=people.provider_of(house.id),
        redirect_uri=connecting.redirect_uri(house),
        address=f"{house.base_url}/o/{house.slug}/sign-in",
        trial=trial,
        happened=[
            one for one in journal.about("organisation", house.id) if ".provider_" in one.name
        ][:LAST],
        keepers=queries.keeps_a_way(house.id),
        linked=[
            (person, linked[person.id])
            for _one, person in organisations.members(who)
            if person.id in linked
        ],
    )


def _private(response: Response) -> Response:
    """Let no other address learn what stands in this one: a code lasts for seconds only, and yet."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
