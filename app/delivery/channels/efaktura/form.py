"""What is asked for to bill insurers: once of the organisation, and of each patient."""

from datetime import date
from typing import Any, Final

from wtforms import BooleanField, Field, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError
from wtforms.widgets import DateInput

from app.core import clock, runtime
from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.delivery.channels.efaktura.connection import (
    CANTONS,
    DEFAULT_TARIFF,
    FIELD_NAMES,
    GENDER_NAMES,
    REASON_NAMES,
    tariffs,
)
from app.delivery.channels.efaktura.facts import Law, Tiers, Version
from app.delivery.channels.efaktura.folder import NAME
from app.organisations.rules.identifiers import Unsound, gln
from app.web.forms import Form, choices, named

ZSR: Final = r"^[A-Z][0-9]{6}$"
INSURANCE_NUMBER: Final = r"^756[. ]?[0-9]{4}[. ]?[0-9]{4}[. ]?[0-9]{2}$"
TARIFF: Final = r"^[0-9A-Z]{3}$"
PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}
LAW_NAMES: Final = {
    Law.KVG: N_("KVG: health insurance"),
    Law.UVG: N_("UVG: accident insurance"),
    Law.IVG: N_("IVG: invalidity insurance"),
    Law.MVG: N_("MVG: military insurance"),
    Law.VVG: N_("VVG: supplementary insurance"),
}
TIERS_NAMES: Final = {
    Tiers.GARANT: N_("Tiers garant: the patient; the insurer gets a copy"),
    Tiers.PAYANT: N_("Tiers payant: the insurer"),
    Tiers.SOLDANT: N_("Tiers soldant: the insurer as far as it covers (only 5.0)"),
}
ROLE_NAMES: Final = {
    "nursingstaff": N_("Nursing"),
    "hospital": N_("Hospital"),
    "physician": N_("Physician"),
    "physiotherapist": N_("Physiotherapy"),
    "ergotherapist": N_("Occupational therapy"),
    "logotherapist": N_("Speech therapy"),
    "nutritionist": N_("Nutritional advice"),
    "psychologist": N_("Psychology"),
    "midwife": N_("Midwife"),
    "pharmacist": N_("Pharmacy"),
    "dentist": N_("Dentistry"),
    "transport": N_("Transport"),
    "other": N_("Other"),
}
PLACE_NAMES: Final = {
    "company": N_("Institution or business"),
    "hospital": N_("Hospital"),
    "practice": N_("Practice"),
    "association": N_("Association"),
    "lab": N_("Laboratory"),
}


def _needed() -> InputRequired:
    return InputRequired(_l("Fill this in."))


def _gln(_form: Form, field: Field) -> None:
    try:
        field.data = gln(field.data)
    except Unsound as wrong:
        raise ValidationError(_(wrong.sentence, **wrong.values)) from wrong


def _text(name: str, *checks: Any, most: int = 35, description: str = "") -> StringField:
    said = _l(description) if description else ""
    label = _l(FIELD_NAMES[name])
    return StringField(label, [*checks, Length(max=most)], description=said, render_kw=PLAIN)


def _day(name: str) -> StringField:
    # Kept as text, as JSON keeps it; a browser offers a calendar all the same.
    return StringField(
        _l(FIELD_NAMES[name]), [Optional(), _is_day], widget=DateInput(), render_kw=PLAIN
    )


def _is_day(_form: Form, field: Field) -> None:
    try:
        found = date.fromisoformat(field.data)
    except ValueError as error:
        raise ValidationError(_("Enter a day.")) from error
    if found > clock.now().date():
        raise ValidationError(_("This day has not come yet."))


class Settings(Form):
    """Of the organisation."""

    version = SelectField(
        _l(FIELD_NAMES["version"]),
        choices=[(one.value, one.value) for one in reversed(Version)],
        default=Version.V500.value,
        description=_l("Ask the intermediary which one it takes."),
    )
    folder = _text(
        "folder",
        _needed(),
        most=40,
        description=N_(
            "The intermediary’s program fetches requests from its “out” and puts responses into “in”."
        ),
    )
    biller_gln = _text("biller_gln", _needed(), _gln, most=20)
    biller_zsr = StringField(
        _l("ZSR number of the biller"),
        [Optional(), Regexp(ZSR, message=_l("A ZSR number is a letter and six digits."))],
        render_kw=PLAIN,
    )
    provider_gln = StringField(
        _l("GLN of who treats"),
        [Optional(), _gln],
        description=_l("Left empty, it is the biller."),
        render_kw=PLAIN,
    )
    provider_zsr = StringField(
        _l("ZSR number of who treats"),
        [Optional(), Regexp(ZSR, message=_l("A ZSR number is a letter and six digits."))],
        render_kw=PLAIN,
    )
    via = StringField(_l("GLN of the intermediary"), [Optional(), _gln], render_kw=PLAIN)
    role = SelectField(_l(FIELD_NAMES["role"]), choices=lambda: named(ROLE_NAMES))
    place = SelectField(_l(FIELD_NAMES["place"]), choices=lambda: named(PLACE_NAMES))
    canton = SelectField(
        _l(FIELD_NAMES["canton"]), choices=[(one, one) for one in CANTONS], default="ZH"
    )
    law = SelectField(_l(FIELD_NAMES["law"]), choices=lambda: named(LAW_NAMES))
    tiers = SelectField(_l(FIELD_NAMES["tiers"]), choices=lambda: named(TIERS_NAMES))
    allows_changes = BooleanField(
        _l("The insurer may correct services (tiers payant)"),
        default=True,
        description=_l("Otherwise it has to reject the whole invoice."),
    )
    tariff_type = StringField(
        _l("Usual tariff"),
        [Optional(), Regexp(TARIFF, message=_l("A tariff has three digits or capital letters."))],
        default=DEFAULT_TARIFF,
        description=_l("For services that are not named below; 999: without a tariff."),
        render_kw=PLAIN,
    )
    tariff_code = StringField(
        _l("Usual tariff code"),
        [Optional(), Length(max=30)],
        description=_l("Left empty, it is the item’s number."),
        render_kw=PLAIN,
    )
    tariffs = TextAreaField(
        _l("Tariffs of items"),
        [Optional(), Length(max=10000)],
        description=_l(
            "One on each line: item number, tariff, and its code where it is another number."
            " “PFL*” means all that begin so."
        ),
        render_kw={"rows": 6, "spellcheck": "false"},
    )
    bank_name = _text("bank_name", Optional(), description=N_("Version 4.5 asks for it."))
    bank_postcode = _text("bank_postcode", Optional(), most=9)
    bank_city = _text("bank_city", Optional())

    def validate_folder(self, field: Field) -> None:
        """A name, and no way out of the organisation's own folder."""
        if NAME.fullmatch(field.data) is None:
            raise ValidationError(_("Use small letters, digits and hyphens."))
        if runtime.current().settings.partner_folders is None:
            raise ValidationError(
                _("This installation has no folders for partners. Ask who operates it.")
            )

    def validate_tariffs(self, field: Field) -> None:
        """Every line is read."""
        try:
            tariffs(field.data)
        except ValueError as wrong:
            raise ValidationError(_("This line cannot be read: %(line)s", line=wrong)) from wrong


def _or_usual(names: dict[Any, str]) -> Any:
    return lambda: [*choices([("", _("As usual"))]), *named(names)]


class Particulars(Form):
    """Of a patient, with the insurer as a recipient of its own."""

    family_name = _text("family_name", _needed())
    given_name = _text("given_name", _needed())
    born_on = _day("born_on")
    gender = SelectField(_l(FIELD_NAMES["gender"]), choices=lambda: named(GENDER_NAMES))
    sex = SelectField(
        _l(FIELD_NAMES["sex"]),
        choices=lambda: [
            *choices([("", _("The same"))]),
            *named({name: GENDER_NAMES[name] for name in ("female", "male")}),
        ],
    )
    insurance_number = StringField(
        _l(FIELD_NAMES["insurance_number"]),
        [Optional(), Regexp(INSURANCE_NUMBER, message=_l("It looks like 756.1234.5678.97."))],
        description=_l("Kept sealed. Version 5.0, IVG and MVG ask for it."),
        render_kw=PLAIN,
    )
    street = _text("street", Optional(), description=N_("Left empty, it is the customer’s."))
    postcode = _text("postcode", Optional(), most=9)
    city = _text("city", Optional())
    insured_number = _text("insured_number", Optional())
    card_number = _text("card_number", Optional())
    insurer_street = _text("insurer_street", Optional())
    insurer_postcode = _text("insurer_postcode", _needed(), most=9)
    insurer_city = _text("insurer_city", _needed())
    law = SelectField(_l(FIELD_NAMES["law"]), choices=_or_usual(dict(LAW_NAMES)))
    tiers = SelectField(_l(FIELD_NAMES["tiers"]), choices=_or_usual(dict(TIERS_NAMES)))
    reason = SelectField(_l(FIELD_NAMES["reason"]), choices=lambda: named(REASON_NAMES))
    canton = SelectField(
        _l(FIELD_NAMES["canton"]), choices=_or_usual({one: one for one in CANTONS})
    )
    is_stationary = BooleanField(_l(FIELD_NAMES["is_stationary"]))
    case_number = _text("case_number", Optional())
    case_date = _day("case_date")
