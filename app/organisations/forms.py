"""The shape of what staff type about customers and their organisation."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FileField,
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
from app.organisations.rules import granting, own_data
from app.organisations.rules.identifiers import Unsound
from app.organisations.rules.own_data import ACCOUNT, BY_COUNTRY, FIELD_NAMES, LENGTHS, Field
from app.web.forms import Form, choices, named

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"
HTTPS = r"^https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?(?:[/?#][!#-;=?-~]*)?$"
"""A host in ASCII, then printable ASCII without quotes and angles; no user name before the host."""
EMAIL_HINT = _l("Enter an address like name@example.org.")
COUNTRIES = ["CH", "DE", "AT", "SE", "NO", "DK", "FI", "NL", "FR", "GB"]


def _email(label: object, *, required: bool) -> EmailField:
    presence = InputRequired(_l("Enter an e-mail address.")) if required else Optional()
    return EmailField(
        label,
        [presence, Length(max=254), Regexp(EMAIL, message=EMAIL_HINT)],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )


def _https(label: object) -> StringField:
    wrong = _l("Enter an address that begins with https://.")
    return StringField(
        label,
        [Optional(), Length(max=300), Regexp(HTTPS, message=wrong)],
        render_kw={"autocomplete": "off", "inputmode": "url", "spellcheck": "false"},
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


def _data(field: Field, **render: str) -> StringField:
    """Return the input of one of a customer's data; what is right in it, the rules say."""
    limit = {"maxlength": LENGTHS[field]} if field in LENGTHS else {}
    plain = {"autocomplete": "off"} | limit | render
    return StringField(_l(FIELD_NAMES[field]), [Optional()], render_kw=plain)


def _languages() -> list[Any]:
    """Return our languages, and the choice to leave it to the organisation."""
    return choices([("", gettext("As the organisation")), *LANGUAGES.items()])


class CustomerData(Form):
    """What is known of a customer, each value in the form of its country."""

    name = StringField(_l(FIELD_NAMES[Field.NAME]), render_kw={"autocomplete": "off"})
    address_line = _data(Field.ADDRESS_LINE)
    street = _data(Field.STREET)
    postcode = _data(Field.POSTCODE)
    city = _data(Field.CITY)
    country = SelectField(_l(FIELD_NAMES[Field.COUNTRY]), [Optional()])
    language = SelectField(_l(FIELD_NAMES[Field.LANGUAGE]), [Optional()])
    email = EmailField(
        _l(FIELD_NAMES[Field.EMAIL]),
        [Optional()],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )
    phone = _data(Field.PHONE, inputmode="tel")
    mobile = _data(Field.MOBILE, inputmode="tel")
    iban = _data(Field.IBAN, spellcheck="false")
    bic = _data(Field.BIC, spellcheck="false")
    account_holder = _data(Field.ACCOUNT_HOLDER)
    vat_id = _data(Field.VAT_ID, spellcheck="false")
    uid = _data(Field.UID, spellcheck="false")
    registration = _data(Field.REGISTRATION, spellcheck="false")
    gln = _data(Field.GLN, inputmode="numeric")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.country.choices = [*choices([("", "–")]), *_countries(), *_other_countries()]
        self.language.choices = _languages()
        self.values: dict[Field, str] = {}
        """What was typed, each in its one spelling; complete once the form is valid."""

    def fill(self, now: Mapping[Field, str]) -> None:
        """Show what a customer has, as people read it; numbers of telephones with their country."""
        for field, value in now.items():
            self[field.value].data = own_data.spelled(field, value)

    def is_sound(self, now: Mapping[Field, str]) -> bool:
        """Check what was typed; what a customer has already, in `now`, is not asked about again."""
        is_valid = bool(self.validate())
        for field in Field:
            self._check(field, now)
        if any(self.values.get(field) != now.get(field, "") for field in ACCOUNT):
            for field, sentence in own_data.incomplete(self.values).items():
                self.reject(self[field.value], gettext(sentence))
        return is_valid and not self.errors

    def _check(self, field: Field, now: Mapping[Field, str]) -> None:
        typed, country = self[field.value].data or "", self.country.data or ""
        moves = field in BY_COUNTRY and country != now.get(Field.COUNTRY, "")
        known = now.get(field)
        if known is not None and typed in (known, own_data.spelled(field, known)) and not moves:
            self.values[field] = known
            return
        try:
            self.values[field] = own_data.sound(field, typed, country)
        except Unsound as error:
            self.reject(self[field.value], gettext(error.sentence, **error.values))


class Customer(CustomerData):
    """A customer's data, as staff enter them."""

    number = StringField(
        _l("Customer number"),
        [Optional(), Length(max=40)],
        description=_l("As in your own books. Left empty, Kontor chooses one."),
    )
    kind = RadioField(_l("Kind"), default="private")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(rules.CUSTOMER_KIND_NAMES)


class Main(Form):
    """The main customer, by its number."""

    main_number = StringField(
        _l("Number of the main customer"),
        [DataRequired(_l("Enter a number.")), Length(max=40)],
        description=_l("The beginning is enough: then you can choose."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )


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


class Colour(Form):
    """The accent of links and buttons."""

    accent = StringField(
        _l("Colour"),
        [Regexp(r"^#[0-9a-fA-F]{6}$", message=_l("Enter a colour like #17586b."))],
        description=_l("For links and buttons. Kontor darkens it where it would be hard to read."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": "7"},
    )


class LogoFile(Form):
    """A picture or a drawing that becomes the logo."""

    logo = FileField(
        _l("File"),
        [InputRequired(_l("Choose a file."))],
        description=_l("PNG, JPEG, WebP or SVG, at most 2 MB. Without a margin it looks best."),
        render_kw={"accept": ".png,.jpg,.jpeg,.webp,.svg"},
    )


class LegalPages(Form):
    """Pages of the organisation that the law asks for."""

    imprint_url = _https(_l("Address of the imprint"))
    privacy_url = _https(_l("Address of the privacy notice"))
