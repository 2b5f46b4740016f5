"""What is asked for of a patient: with the insurer as a recipient of its own."""

from datetime import date
from typing import Any, Final

from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.validators import Optional, Regexp, ValidationError
from wtforms.widgets import DateInput

from app.core import clock
from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.delivery.channels.efaktura.connection import (
    CANTONS,
    GENDER_NAMES,
    REASON_NAMES,
)
from app.delivery.channels.efaktura.form import LAW_NAMES, PLAIN, TIERS_NAMES, label, needed, text
from app.web.forms import Form, choices, named

INSURANCE_NUMBER: Final = r"^756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}$"


def _day(name: str) -> StringField:
    # Kept as text, as JSON keeps it; a browser offers a calendar all the same.
    return StringField(label(name), [Optional(), _is_day], widget=DateInput(), render_kw=PLAIN)


def _is_day(_form: Form, field: Field) -> None:
    try:
        found = date.fromisoformat(field.data)
    except ValueError as error:
        raise ValidationError(_("Enter a day.")) from error
    if found > clock.now().date():
        raise ValidationError(_("This day has not come yet."))


def _or_usual(names: dict[Any, str]) -> Any:
    return lambda: [*choices([("", _("As usual"))]), *named(names)]


class Particulars(Form):
    """Of a patient, with the insurer as a recipient of its own."""

    family_name = text("family_name", needed())
    given_name = text("given_name", needed())
    born_on = _day("born_on")
    gender = SelectField(label("gender"), choices=lambda: named(GENDER_NAMES))
    sex = SelectField(
        label("sex"),
        choices=lambda: [
            *choices([("", _("The same"))]),
            *named({name: GENDER_NAMES[name] for name in ("female", "male")}),
        ],
    )
    insurance_number = StringField(
        label("insurance_number"),
        [Optional(), Regexp(INSURANCE_NUMBER, message=_l("It looks like 756.1234.5678.97."))],
        description=_l("Kept sealed. Version 5.0, IVG and MVG ask for it."),
        render_kw=PLAIN,
    )
    street = text("street", Optional(), description=N_("Left empty, it is the customer’s."))
    postcode = text("postcode", Optional(), most=9)
    city = text("city", Optional())
    insured_number = text("insured_number", Optional())
    card_number = text("card_number", Optional())
    law = SelectField(label("law"), choices=_or_usual(dict(LAW_NAMES)))
    tiers = SelectField(label("tiers"), choices=_or_usual(dict(TIERS_NAMES)))
    reason = SelectField(label("reason"), choices=lambda: named(REASON_NAMES))
    canton = SelectField(label("canton"), choices=_or_usual({one: one for one in CANTONS}))
    is_stationary = BooleanField(label("is_stationary"))
    case_number = text("case_number", Optional())
    case_date = _day("case_date")
