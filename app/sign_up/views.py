"""Where strangers ask for access, and confirm that they read the mail of their address."""

from typing import cast

from flask import Blueprint, Response, g
from flask import session as cookie

from app.access.gate import public
from app.core import languages
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.organisations.models import Organisation
from app.sign_up import actions, forms, queries
from app.sign_up.models import AccessRequest
from app.web import answers
from app.web.limits import limiter
from app.web.page import page

blueprint = Blueprint("sign_up", __name__, url_prefix="/guest/signup")

NOBODY_IS_KNOWN = "whoever asks for access has none, and learns nothing about anybody"
LETTER_IS_THE_PROOF = "whoever has the letter reads the mail of its address"


@blueprint.get("")
@blueprint.get("/<slug>")
@limiter.limit("120 per minute")
@public(NOBODY_IS_KNOWN)
def ask(slug: str = "") -> Response:
    """Show the form; `slug` is an organisation's short name, or the code that it hands out."""
    house, form = _at_the_door(slug), forms.Asking(None)
    form.begin(house.slug if house is not None else slug[:60])
    return _ask(form, house if slug else None)


@blueprint.post("")
@limiter.limit("10 per minute")
@public(NOBODY_IS_KNOWN)
def send() -> Response:
    form = forms.Asking()
    house = queries.house_by_code(form.code.data or "")
    is_sound = form.validate()
    if house is None:
        if form.code.data:
            form.reject(form.code, _("No organisation takes requests under this code."))
        return _ask(form, None, 422)
    _show(house)
    if not is_sound:
        return _ask(form, house, 422)
    try:
        actions.ask(
            house,
            email=form.email.data,
            name=form.name.data,
            language=form.language.data,
            reference=form.reference.data or "",
            message=form.message.data or "",
        )
    except Refused as refusal:
        form.reject(form.email, refusal.sentence)
        return _ask(form, house, 422)
    return answers.see_other("sign_up.letter", slug=house.slug)


@blueprint.get("/<slug>/letter")
@public(NOBODY_IS_KNOWN)
def letter(slug: str) -> Response:
    """Say the same to everybody, whatever the address was."""
    return page("sign_up/letter.html", house=_known(slug))


@blueprint.get("/<slug>/decision")
@public(NOBODY_IS_KNOWN)
def decision(slug: str) -> Response:
    """Say that the organisation decides now."""
    return page("sign_up/decision.html", house=_known(slug))


@blueprint.get("/confirmation/<token:token>")
@limiter.limit("60 per minute")
@public(LETTER_IS_THE_PROOF)
def confirmation(token: str) -> Response:
    """Ask for the confirmation. Inert: mail scanners fetch it, and nothing happens."""
    one = queries.by_token(token)
    if one is None or not queries.can_confirm(one):
        return _private(_over(one))
    house = queries.house_of(one)
    _show(house, one.language)
    return _private(page("sign_up/confirm.html", house=house, one=one, token=token))


@blueprint.post("/confirmation/<token:token>")
@limiter.limit("10 per minute")
@public(LETTER_IS_THE_PROOF)
def confirm(token: str) -> Response:
    try:
        house = actions.confirm(token)
    except Missing:
        return _private(_over(queries.by_token(token)))
    return _private(answers.see_other("sign_up.decision", slug=house.slug))


def _ask(form: forms.Asking, house: Organisation | None, status: int = 200) -> Response:
    """Show the form; of a `house` that is known already nobody has to type the code."""
    if house is not None:
        form.hide_code()
    return page("sign_up/ask.html", status, form=form, house=house)


def _at_the_door(slug: str) -> Organisation | None:
    """Return whose door it is, where it takes requests: named in the address, or known already."""
    if slug:
        named = queries.house_by_code(slug)
        if named is not None:
            _show(named)
        return named
    here = cast(Organisation | None, g.organisation)
    return here if here is not None and here.guests_welcome else None


def _known(slug: str) -> Organisation:
    house = queries.house_by_code(slug)
    if house is None:
        raise Missing
    _show(house)
    return house


def _over(one: AccessRequest | None) -> Response:
    """Tell whoever has a letter that it confirms nothing any more."""
    house = queries.house_of(one) if one is not None else None
    if house is not None and one is not None:
        _show(house, one.language)
    open_house = house if house is not None and house.guests_welcome else None
    return page("sign_up/over.html", 410, house=open_house)


def _show(house: Organisation, language: str | None = None) -> None:
    """Let the page be this organisation's, in its language where nobody chose another one."""
    g.organisation = house
    wanted = languages.choose(cookie.get("language"), language, house.language)
    languages.speak(wanted, house.country, house.timezone)


def _private(response: Response) -> Response:
    """Keep a page with a token in its address out of referrers and indexes."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
