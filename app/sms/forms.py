"""The shape of what people type about text messages."""

import re
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    RadioField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.core import money, outbound, runtime
from app.core.languages import N_
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.sms.models import SmsSettings
from app.sms.providers import http_gateway
from app.sms.rules import numbers
from app.sms.rules.life import GATEWAY_NAMES, Authentication, Gateway
from app.web.forms import Form, named, typed_amount

SENDER: Final = r"^(\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11}|MG[0-9a-f]{32})$"
ACCOUNT: Final = r"AC[0-9A-Za-z]{8,40}"
MOST: Final = 1_000_000
AUTHENTICATION_NAMES: Final = {
    Authentication.BEARER: N_("Bearer token"),
    Authentication.BASIC: N_("Name and password"),
}
PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}
NUMERIC: Final = {"inputmode": "numeric", "autocomplete": "off"}
DECIMAL: Final = {"inputmode": "decimal", "autocomplete": "off"}
NOT_FEWER: Final = _l("Enter a whole number from 1 on.")


class Connect(Form):
    """The gateway, where messages may go, and how many."""

    is_on = BooleanField(
        _l("Send text messages"), description=_l("Switched off, nothing is sent, whatever waits.")
    )
    gateway = RadioField(_l("Through"), [InputRequired(_l("Choose one."))])
    sender = StringField(
        _l("Sender"),
        [
            InputRequired(_l("Enter a sender.")),
            Regexp(
                SENDER, message=_l("Enter a number with + and the country, or up to 11 letters.")
            ),
        ],
        description=_l("What the telephone shows: a number, or up to 11 letters where allowed."),
        render_kw=PLAIN,
    )
    account = StringField(
        _l("Account"),
        [Optional(), Length(max=100)],
        description=_l("Twilio: the Account SID. HTTP gateway: the name, where it asks for one."),
        render_kw=PLAIN,
    )
    secret = PasswordField(
        _l("Secret"),
        [Optional(), Length(max=300)],
        description=_l(
            "Twilio: the Auth Token. HTTP gateway: the token or password. "
            "Kept sealed; left empty, the one of before stays."
        ),
        render_kw={"autocomplete": "off"},
    )
    url = URLField(_l("Address of the gateway"), [Optional(), Length(max=500)], render_kw=PLAIN)
    authentication = RadioField(_l("It knows you by"))
    template = TextAreaField(
        _l("What it takes (JSON)"),
        [Optional(), Length(max=4000)],
        render_kw={"rows": 8, "spellcheck": "false"},
    )
    reference_path = StringField(
        _l("Where its own number of the message stands in the answer"),
        [Optional(), Regexp(r"^[\w.-]{1,100}$", message=_l("Enter names with dots between them."))],
        description=_l("For example id, or messages.0.id."),
        render_kw=PLAIN,
    )
    countries = StringField(
        _l("Countries that messages may go to"),
        [Optional(), Length(max=400)],
        description=_l("Two letters each, as in CH, DE. Left empty: only your own country."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters"},
    )
    per_day = IntegerField(
        _l("Messages a day at most"), [NumberRange(1, MOST, NOT_FEWER)], render_kw=NUMERIC
    )
    per_country_and_day = IntegerField(
        _l("Messages to one country a day at most"),
        [NumberRange(1, MOST, NOT_FEWER)],
        render_kw=NUMERIC,
    )
    per_month = IntegerField(
        _l("Messages a month at most"), [NumberRange(1, MOST, NOT_FEWER)], render_kw=NUMERIC
    )
    price = StringField(
        _l("Price of one message"),
        [Optional(), Length(max=12)],
        description=_l("Of one part of 160 characters, in your currency. It is rounded up."),
        render_kw=DECIMAL,
    )
    money = StringField(
        _l("Money a month at most"),
        [Optional(), Length(max=12)],
        description=_l("Holds where the price is known."),
        render_kw=DECIMAL,
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        self.gateway.choices = named(GATEWAY_NAMES)
        self.authentication.choices = named(AUTHENTICATION_NAMES)

    @classmethod
    def of(cls, found: SmsSettings | None, currency: str) -> "Connect":
        """Return the form as it stands, or with what is usual."""
        if found is None:
            found = SmsSettings(gateway=Gateway.TWILIO, authentication=Authentication.BEARER)
            found.per_day, found.per_country_and_day, found.per_month = 200, 200, 3000
            found.template, found.reference_path = http_gateway.TEMPLATE, "id"
        form = cls(formdata=None, obj=found, currency=currency)
        form.countries.data = ", ".join(found.countries or [])
        form.template.data = found.template or http_gateway.TEMPLATE
        form.price.data = _written(found.price_minor, currency)
        form.money.data = _written(found.money_per_month, currency)
        return form

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the columns take it."""
        return {
            "gateway": Gateway(self.gateway.data),
            "sender": self.sender.data,
            "account": self.account.data or "",
            "url": self.url.data or "",
            "authentication": Authentication(self.authentication.data),
            "template": self.template.data or "",
            "reference_path": self.reference_path.data or "",
            "countries": _words(self.countries.data),
            "per_day": self.per_day.data,
            "per_country_and_day": self.per_country_and_day.data,
            "per_month": self.per_month.data,
            "price_minor": _minor(self.price.data, self.currency),
            "money_per_month": _minor(self.money.data, self.currency),
        }

    @property
    def _is_plain(self) -> bool:
        return bool(self.gateway.data == Gateway.HTTP)

    def validate_account(self, field: Field) -> None:
        """Ask for Twilio's form of an account."""
        if not self._is_plain and not re.fullmatch(ACCOUNT, field.data or ""):
            raise ValidationError(_("Copy the Account SID from your Twilio account: AC…"))

    def validate_countries(self, field: Field) -> None:
        """Refuse what is no country with telephone numbers."""
        unknown = set(_words(field.data)) - set(numbers.countries())
        if unknown:
            raise ValidationError(
                _("There is no country %(name)s.", name=", ".join(sorted(unknown)))
            )

    def validate_price(self, field: Field) -> None:
        """Refuse what is no amount."""
        if field.data and _minor(field.data, self.currency) is None:
            raise ValidationError(_("Enter an amount like 0.07."))

    def validate_money(self, field: Field) -> None:
        """Refuse what is no amount."""
        if field.data and _minor(field.data, self.currency) is None:
            raise ValidationError(_("Enter an amount like 250.00."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for what a plain gateway needs beside, where it was chosen."""
        is_valid = super().validate(extra_validators)
        if not self._is_plain:
            return bool(is_valid)
        is_private = runtime.current().settings.outbound_private
        if outbound.objection(self.url.data or "", allow_private=is_private):
            self.reject(
                self.url,
                _(
                    "Kontor calls https addresses on the internet, "
                    "without a name and a password in them."
                ),
            )
        if http_gateway.objection(self.template.data or ""):
            self.reject(
                self.template, _("Enter a JSON object with {to} and {text} where they belong.")
            )
        return bool(is_valid) and not self.errors


class TryOut(Form):
    """A number of one's own."""

    number = TelField(
        _l("Your mobile number"),
        [InputRequired(_l("Enter a number.")), Length(max=40)],
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )


def _words(typed: str | None) -> list[str]:
    """Return countries that were typed, each once."""
    return sorted(set(re.findall(r"[^\s,;]+", (typed or "").upper())))


def _minor(typed: str | None, currency: str) -> int | None:
    amount = typed_amount(typed)
    if amount is None:
        return None
    found = amount.scaleb(money.exponent(currency)).to_integral_value(ROUND_CEILING)
    return int(found) if 0 < found < MOST * 1000 else None


def _written(minor: int | None, currency: str) -> str:
    return "" if minor is None else str(Decimal(minor).scaleb(-money.exponent(currency)))
