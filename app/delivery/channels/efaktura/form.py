"""What is asked for to bill insurers: once of the organisation, and of each patient."""

from typing import Any, Final

import asyncssh
from babel.support import LazyProxy
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.core import runtime
from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.delivery.channels.efaktura.connection import (
    CANTONS,
    DEFAULT_TARIFF,
    FIELD_NAMES,
    FOLDER,
    SFTP,
    lacks,
    tariffs,
)
from app.delivery.channels.efaktura.facts import Law, Tiers, Version
from app.delivery.channels.efaktura.folder import NAME
from app.delivery.channels.print_centre.keys import read_key
from app.organisations.rules.identifiers import Unsound, gln
from app.web.forms import Form, choices, named

REMOTE: Final = r"^[^\x00-\x1f\\]{1,200}$"
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
WAY_NAMES: Final = {
    FOLDER: N_("A folder that its program watches"),
    SFTP: N_("Its SFTP server"),
}
PLACE_NAMES: Final = {
    "company": N_("Institution or business"),
    "hospital": N_("Hospital"),
    "practice": N_("Practice"),
    "association": N_("Association"),
    "lab": N_("Laboratory"),
}


def label(name: str) -> LazyProxy:
    """Return what a field is called."""
    return _l(FIELD_NAMES[name])


def needed() -> InputRequired:
    """Return the check that something was typed."""
    return InputRequired(_l("Fill this in."))


def _gln(_form: Form, field: Field) -> None:
    try:
        field.data = gln(field.data)
    except Unsound as wrong:
        raise ValidationError(_(wrong.sentence, **wrong.values)) from wrong


def text(name: str, *checks: Any, most: int = 35, description: str = "") -> StringField:
    """Return a field of text with its name in `FIELD_NAMES`; `description` is a msgid."""
    said = _l(description) if description else ""
    return StringField(label(name), [*checks, Length(max=most)], description=said, render_kw=PLAIN)


def _remote(label: LazyProxy, default: str) -> StringField:
    wrong = _l("Enter a folder.")
    return StringField(
        label, [Optional(), Regexp(REMOTE, message=wrong)], default=default, render_kw=PLAIN
    )


class Settings(Form):
    """Of the organisation."""

    LEADS_ELSEWHERE = ("way", "host", "port")

    version = SelectField(
        label("version"),
        choices=choices((one.value, one.value) for one in reversed(Version)),
        default=Version.V500.value,
        description=_l("Ask the intermediary which one it takes."),
    )
    way = SelectField(
        _l("Way to the intermediary"), choices=lambda: named(WAY_NAMES), default=FOLDER
    )
    folder = text(
        "folder",
        Optional(),
        most=40,
        description=N_(
            "The intermediary’s program fetches requests from its “out” and puts responses into “in”."
        ),
    )
    host = text(
        "host",
        Optional(),
        Regexp(r"^[A-Za-z0-9.:_-]{1,253}$", message=_l("Enter the name of a host.")),
        most=253,
    )
    port = IntegerField(_l("Port"), [Optional(), NumberRange(1, 65535)], default=22)
    fingerprints = text(
        "fingerprints",
        Optional(),
        most=1000,
        description=N_(
            "Test the connection: it shows the fingerprint. Compare it with what the intermediary "
            "told you, then enter it. Nothing is sent to a host with another key."
        ),
    )
    username = text("username", Optional(), most=100)
    password = PasswordField(
        _l("Password"),
        [Optional(), Length(max=300)],
        description=_l("Kept sealed. Empty where you sign in with a key."),
    )
    private_key = PasswordField(
        _l("Private key"),
        [Optional(), Length(max=10_000)],
        description=_l("In OpenSSH or PEM format, without a passphrase. Kept sealed."),
    )
    requests = _remote(_l("Folder for requests"), "out")
    responses = _remote(_l("Folder of responses"), "in")
    read = _remote(_l("Folder for responses that were read"), "done")
    taken = _remote(_l("Folder of requests that were fetched"), "")
    test_requests = _remote(_l("Folder for test requests"), "test/out")
    test_responses = _remote(_l("Folder of test responses"), "test/in")
    biller_gln = text("biller_gln", needed(), _gln, most=20)
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
    role = SelectField(label("role"), choices=lambda: named(ROLE_NAMES))
    place = SelectField(label("place"), choices=lambda: named(PLACE_NAMES))
    canton = SelectField(
        label("canton"), choices=choices((one, one) for one in CANTONS), default="ZH"
    )
    law = SelectField(label("law"), choices=lambda: named(LAW_NAMES))
    tiers = SelectField(label("tiers"), choices=lambda: named(TIERS_NAMES))
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
    bank_name = text("bank_name", Optional(), description=N_("Version 4.5 asks for it."))
    bank_postcode = text("bank_postcode", Optional(), most=9)
    bank_city = text("bank_city", Optional())

    def validate_way(self, field: Field) -> None:
        """Each way asks for something else."""
        asked = {"host", "username"} if field.data == SFTP else {"folder"}
        gaps = asked & set(lacks(self.data | {"way": field.data}))
        if gaps:
            names = ", ".join(sorted(_(FIELD_NAMES[name]) for name in gaps))
            raise ValidationError(_("Fill in for this: %(names)s.", names=names))

    def validate_private_key(self, field: Field) -> None:
        """Refuse what is no private key, or one that asks for a passphrase."""
        if not field.data:
            return
        try:
            read_key(str(field.data))
        except (asyncssh.KeyImportError, ValueError) as error:
            raise ValidationError(_("This is no private key without a passphrase.")) from error

    def validate_folder(self, field: Field) -> None:
        """A name, and no way out of the organisation's own folder."""
        if not field.data or self.way.data == SFTP:
            return
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
