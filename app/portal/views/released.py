"""What is released to customers, and what one of them would see of it."""

from flask import Response, request

from app.access.gate import gate
from app.access.grants import Can
from app.access.principal import principal
from app.access.rights import ACTION_NAMES
from app.core.languages import gettext as _
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.portal import forms
from app.portal.actions import access
from app.portal.rules import released as rules
from app.portal.views import blueprint
from app.web import answers
from app.web.page import page

FOUND = 5
"""Customers that a search offers for the preview."""


@blueprint.get("/settings/portal")
@gate(Can.READ_SETTINGS, organisations.organisation_of)
def settings(organisation: Organisation) -> Response:
    """Show what holds, or what was typed and not saved: the address says which."""
    if "typed" not in request.args:
        form = forms.Settings(None, data=forms.as_saved(organisation))
        return _settings(organisation, form)
    form = forms.Settings(request.args)
    return _settings(organisation, form, 200 if form.validate() else 422)


@blueprint.post("/settings/portal")
@gate(Can.CHANGE_SETTINGS, organisations.organisation_of)
def change_settings(organisation: Organisation) -> Response:
    form = forms.Settings()
    if not form.validate():
        return _settings(organisation, form, 422)
    access.change_settings(organisation, principal(), **form.columns())
    answers.say("success", _("Saved. It holds from now on."))
    return answers.see_other("portal.settings")


def _settings(organisation: Organisation, form: forms.Settings, status: int = 200) -> Response:
    search = request.values.get("customer-search", "").strip()[:100]
    found = organisations.customers(principal(), search, None, FOUND)
    looked_at = _looked_at(found)
    is_sound = not form.errors
    sights = rules.sights(form.standing(looked_at.portal)) if looked_at and is_sound else []
    return page(
        "portal/settings.html",
        status,
        house=organisation,
        form=form,
        may_change=principal().may(Can.CHANGE_SETTINGS),
        is_saved=is_sound and _is_saved(organisation, form),
        search=search,
        found=found,
        looked_at=looked_at,
        sights=sights,
        rules=rules,
        names=ACTION_NAMES,
    )


def _looked_at(found: list[Customer]) -> Customer | None:
    """Return the customer of the preview: the chosen one, else the first that was found."""
    chosen = request.values.get("customer", "")
    return next((one for one in found if one.id == chosen), found[0] if found else None)


def _is_saved(organisation: Organisation, form: forms.Settings) -> bool:
    return all(getattr(organisation, name) == value for name, value in form.columns().items())
