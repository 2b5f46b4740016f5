"""What the forms about a person's rights show, the same for staff and for the customer's first contact."""

from typing import Any

from flask import request, url_for

from app.core import clock
from app.core.languages import gettext as _
from app.desk.views import house
from app.organisations import forms, queries
from app.organisations.models import Contact, Customer
from app.organisations.rules import granting
from app.organisations.rules.granting import PRESET_NAMES, Preset


def asked_preset() -> Preset | None:
    """Return the preset that the address asks for."""
    wanted = request.args.get("preset", "")
    return Preset(wanted) if wanted in set(Preset) else None


def fill(form: forms.Rights, one: Contact | None, offered: frozenset[str]) -> None:
    """Tick what a preset holds, else what the person has; only what is offered."""
    preset = asked_preset()
    ends_on = one.ends_on if one is not None else None
    if preset is None:
        form.fill(granting.given(one.rights) if one is not None else frozenset(), ends_on)
        return
    if preset is Preset.TAX_ADVISER and ends_on is None and not (one and one.is_primary):
        ends_on = granting.last_day_proposed(clock.today(house().timezone))
    form.fill(granting.PRESETS[preset] & offered, ends_on)


def asked(
    form: forms.Rights, customer: Customer, offered: frozenset[str], endpoint: str, **values: Any
) -> dict[str, Any]:
    """Return what the table of rights is shown with; presets lead to `endpoint`."""
    standing = queries.standing(house(), customer.portal, None, by_link=False)
    return {
        "form": form,
        "matrix": granting.matrix(standing, offered),
        "ticked": form.wanted,
        "presets": [
            (
                preset.value,
                _(PRESET_NAMES[preset]),
                url_for(endpoint, preset=preset.value, **values) + "#rights",
                form.wanted == rights & offered,
            )
            for preset, rights in granting.PRESETS.items()
            if rights & offered
        ],
    }
