"""What an organisation shows of itself before anybody is known, and where its people change it."""

from flask import Blueprint, Response, make_response, request

from app.access.gate import gate, public
from app.access.grants import Can
from app.access.principal import principal
from app.core.errors import Missing
from app.core.languages import gettext as _
from app.core.runtime import current
from app.organisations import actions, forms, queries, rules
from app.organisations.formats import apart
from app.organisations.models import Organisation
from app.organisations.rules.branding import (
    BY_NIGHT,
    FLAWS,
    MEDIA_TYPES,
    NIGHT,
    PAPER,
    Ending,
    Logo,
    judged,
)
from app.web import answers, transaction
from app.web.assets import FOREVER
from app.web.page import page

blueprint = Blueprint("organisations", __name__)

SHOWN_TO_ALL = "a colour and a logo are no secret, and sign-in pages show them too"
LOGO_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
"""Opened by itself an SVG is a page: it runs nothing, fetches nothing and has no origin."""


@blueprint.get("/brand/<colour:colour>.css")
@public(SHOWN_TO_ALL)
def brand(colour: str) -> Response:
    accent = rules.readable(f"#{colour}", PAPER)
    dark = rules.readable(f"#{colour}", NIGHT, BY_NIGHT)
    response = make_response(
        f":root{{--accent:{accent};--on-accent:{rules.ink_on(accent)};"
        f"--accent-dark:{dark};--on-accent-dark:{rules.ink_on(dark)}}}\n"
    )
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/brand/<digest:sha256>.png")
@public(SHOWN_TO_ALL)
def logo(sha256: str) -> Response:
    return _logo(sha256, Ending.PNG)


@blueprint.get("/brand/<digest:sha256>.svg")
@public(SHOWN_TO_ALL)
def drawn_logo(sha256: str) -> Response:
    return _logo(sha256, Ending.SVG)


def _logo(sha256: str, ending: Ending) -> Response:
    """Answer with a logo; programs that show mails fetch it from other places."""
    keeper = queries.keeper_of_logo(sha256, ending)
    if keeper is None:
        raise Missing
    response = make_response(current().storage.read(keeper, sha256))
    response.headers["Content-Type"] = MEDIA_TYPES[ending]
    response.headers["Content-Security-Policy"] = LOGO_POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Cache-Control"] = FOREVER
    return response


@blueprint.get("/settings/branding")
@gate(Can.READ_SETTINGS, queries.organisation_of)
def branding(organisation: Organisation) -> Response:
    """Show how the house looks; `accent` in the address tries another colour without keeping it."""
    form = forms.Colour(request.args if "accent" in request.args else None, obj=organisation)
    return _branding(organisation, form)


@blueprint.post("/settings/branding/colour")
@gate(Can.CHANGE_SETTINGS, queries.organisation_of)
def change_colour(organisation: Organisation) -> Response:
    form = forms.Colour()
    if not form.validate():
        return _branding(organisation, form, status=422)
    accent = (form.accent.data or "").lower()
    actions.change_organisation(organisation, principal(), accent=accent)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("organisations.branding")


@blueprint.post("/settings/branding/pages")
@gate(Can.CHANGE_SETTINGS, queries.organisation_of)
def change_pages(organisation: Organisation) -> Response:
    form = forms.LegalPages()
    if not form.validate():
        return _branding(organisation, pages=form, status=422)
    values = {
        "imprint_url": form.imprint_url.data or "",
        "privacy_url": form.privacy_url.data or "",
    }
    actions.change_organisation(organisation, principal(), **values)
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("organisations.branding")


@blueprint.post("/settings/branding/logo")
@gate(Can.CHANGE_SETTINGS, queries.organisation_of)
def change_logo(organisation: Organisation) -> Response:
    who, form = principal(), forms.LogoFile()
    is_sound = form.validate()
    content = form.logo.data.read() if is_sound else b""
    with transaction.paused():
        made = apart.made(content) if is_sound else None
        if made is not None and made.flaw is not None:
            form.reject(form.logo, _(FLAWS[made.flaw]))
        is_good = made is not None and made.flaw is None
        sha256 = current().storage.put(organisation.id, made.content) if made and is_good else ""
    again = queries.organisation_of(who)
    if made is None or not is_good:
        return _branding(again, logo=form, status=422)
    actions.show_logo(again, who, Logo(sha256, made.ending, made.width, made.height))
    if made.left_out:
        names = ", ".join(made.left_out)
        said = _(
            "The logo is shown from now on. These parts were left out: %(names)s.", names=names
        )
        answers.say("warning", said)
    else:
        answers.say("success", _("The logo is shown from now on."))
    return answers.see_other("organisations.branding")


@blueprint.post("/settings/branding/logo/removal")
@gate(Can.CHANGE_SETTINGS, queries.organisation_of)
def remove_logo(organisation: Organisation) -> Response:
    actions.change_organisation(organisation, principal(), logo=None)
    answers.say("success", _("The logo is not shown any more."))
    return answers.see_other("organisations.branding")


def _branding(
    house: Organisation,
    colour: forms.Colour | None = None,
    *,
    pages: forms.LegalPages | None = None,
    logo: forms.LogoFile | None = None,
    status: int = 200,
) -> Response:
    colour = colour or forms.Colour(None, obj=house)
    tried = (colour.accent.data or "").lower()
    accent = tried if rules.ACCENT.fullmatch(tried) else house.accent
    return page(
        "branding/branding.html",
        status,
        house=house,
        colour=colour,
        pages=pages or forms.LegalPages(None, obj=house),
        logo_form=logo or forms.LogoFile(None),
        logo=house.shown_logo,
        accent=accent,
        judged=judged(accent),
        may_change=principal().may(Can.CHANGE_SETTINGS),
    )
