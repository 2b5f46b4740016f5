"""The shape of what staff type about customers and their organisation."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import text
from app.core.languages import LANGUAGES, gettext
from app.core.languages import lazy_gettext as _l
from app.organisations import rules
from app.organisations.rules import granting
from app.web.forms import Form, choices, named

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
EMAIL_HINT = _l("Enter an address like name@example.org.")
COUNTRIES = ["CH", "DE", "AT", "SE", "NO", "DK", "FI", "NL", "FR", "GB"]


def _email(label: object, *, required: bool) -> EmailField:
    presence = InputRequired(_l("Enter an e-mail address.")) if required else Optional()
    return EmailField(
        label,
        [presence, Length(max=254), Regexp(EMAIL, message=EMAIL_HINT)],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )


def _name(label: object) -> StringField:
    return StringField(
        label,
        [DataRequired(_l("Enter a name.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )


def _countries() -> list[SelectChoice]:
    return choices((code, text.country(code)) for code in COUNTRIES)


def _other_countries() -> list[SelectChoice]:
    others = text.countries().items()
    return choices((code, name) for code, name in others if code not in COUNTRIES)


def _languages() -> list[Any]:
    """Return our languages, and the choice to leave it to the organisation."""
    return choices([("", gettext("As the organisation")), *LANGUAGES.items()])


class Customer(Form):
    """A customer's data."""

    number = StringField(
        _l("Customer number"),
        [Optional(), Length(max=40)],
        description=_l("As in your own books. Left empty, Kontor chooses one."),
    )
    kind = RadioField(_l("Kind"), default="private")
    name = _name(_l("Name"))
    email = _email(_l("E-mail address for documents"), required=False)
    language = SelectField(_l("Language"), [Optional()])
    street = StringField(_l("Street and number"), [Optional(), Length(max=200)])
    postcode = StringField(_l("Postcode"), [Optional(), Length(max=20)])
    city = StringField(_l("Town"), [Optional(), Length(max=100)])
    country = SelectField(_l("Country"), [Optional()])
    vat_id = StringField(_l("VAT number"), [Optional(), Length(max=32)])
    gln = StringField(
        _l("GLN"), [Optional(), Regexp(r"^\d{13}$", message=_l("A GLN has 13 digits."))]
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(rules.CUSTOMER_KIND_NAMES)
        self.country.choices = [*choices([("", "–")]), *_countries(), *_other_countries()]
        self.language.choices = _languages()


class Contact(Form):
    """A person of the customer who is to sign in."""

    name = _name(_l("Name"))
    email = _email(_l("Personal e-mail address"), required=True)
    language = SelectField(_l("Language"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = _languages()


class Rights(Form):
    """What a person of the customer may do, and until when."""

    rights = SelectMultipleField(_l("What may this person do?"), [Optional()])
    ends_on = DateField(
        _l("Last day"),
        [Optional()],
        description=_l("The access ends by itself after that day. Left empty, it has no end."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.rights.choices = choices((one, one) for one in sorted(granting.EVERYTHING))

    @property
    def wanted(self) -> frozenset[str]:
        """What is ticked."""
        return frozenset(self.rights.data or [])

    def fill(self, rights: frozenset[str], ends_on: date | None) -> None:
        """Tick rights, and say a last day."""
        self.rights.data, self.ends_on.data = sorted(rights), ends_on


class Invitation(Rights):
    """Whom the primary contact asks in."""

    name = _name(_l("Name"))
    email = _email(_l("Personal e-mail address"), required=True)
    language = SelectField(_l("Language"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = _languages()


class Recipient(Form):
    """Somebody who gets a customer's documents."""

    role = SelectField(_l("Who is it?"))
    name = _name(_l("Name"))
    channel = RadioField(_l("How do documents get there?"), default="email")
    email = _email(_l("E-mail address"), required=False)
    language = SelectField(_l("Language"), [Optional()])
    kinds = SelectMultipleField(
        _l("Which documents?"),
        [Optional()],
        description=_l("None ticked means all."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = named(rules.RECIPIENT_ROLE_NAMES)
        self.channel.choices = named(rules.CHANNEL_NAMES)
        self.language.choices = _languages()


class Member(Form):
    """A colleague."""

    name = _name(_l("Name"))
    email = _email(_l("Personal e-mail address"), required=True)
    role = RadioField(_l("Role"), default="staff")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = named(rules.MEMBER_ROLE_NAMES)


class Organisation(Form):
    """What an organisation says of itself."""

    name = _name(_l("Name of the organisation"))
    language = SelectField(_l("Language"), choices=choices(LANGUAGES.items()))
    country = SelectField(
        _l("Country"),
        description=_l("Decides how dates and amounts are written."),
    )
    timezone = SelectField(_l("Time zone"), choices=sorted(available_timezones()))
    accent = StringField(
        _l("Accent colour"),
        [Regexp(r"^#[0-9a-fA-F]{6}$", message=_l("Enter a colour like #17586b."))],
        description=_l("For links and buttons. Kontor darkens it where it would be hard to read."),
    )
    vat_id = StringField(_l("VAT number"), [Optional(), Length(max=32)])
    contact_email = _email(_l("E-mail address for questions"), required=True)
    contact_phone = StringField(_l("Telephone"), [Optional(), Length(max=40)])
    sender_name = _name(_l("Name of the sender"))
    sender_email = _email(_l("E-mail address of the sender"), required=True)
    publishes_at_once = BooleanField(
        _l("Publish documents without findings at once"),
        description=_l("Otherwise they wait until somebody publishes them."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = _countries()
