"""The shape of how an organisation's channels are set up, and of what goes which way."""

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any, Final

from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.validators import (
    InputRequired,
    Length,
    NumberRange,
    Optional,
    Regexp,
    ValidationError,
)

from app.core import money
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.delivery.channels.adapter import Adapter, Setup
from app.delivery.channels.register import ADAPTERS
from app.delivery.forms.deliveries import EMAIL
from app.documents.rules.kinds import NAMES as KIND_NAMES
from app.organisations.models import Recipient
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.web.forms import Form, choices, named, typed_amount

LEVELS: Final = 9
DECIMAL: Final = {"inputmode": "decimal", "autocomplete": "off"}
LARGEST: Final = 1_000_000


class Connection(Form):
    """What every channel has beside its own settings."""

    is_on = BooleanField(
        _l("Use this channel"), description=_l("Switched off, what waits for it is held.")
    )
    is_test = BooleanField(
        _l("Test mode"),
        description=_l("What goes out is marked as a test and never reaches a customer."),
    )
    holds = BooleanField(
        _l("Hold everything until somebody releases it"),
        description=_l("Dispatches wait under “Deliveries” and can be released together."),
    )
    cost = StringField(
        _l("What one dispatch costs"),
        [Optional(), Length(max=12)],
        description=_l("In your currency, rounded up. Left empty, nothing is counted."),
        render_kw=DECIMAL,
    )

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    @classmethod
    def of(cls, setup: Setup, currency: str) -> "Connection":
        """Return the form as it stands."""
        form = cls(formdata=None, currency=currency)
        form.is_on.data, form.is_test.data, form.holds.data = (
            setup.is_on,
            setup.is_test,
            setup.holds,
        )
        exponent = money.exponent(currency)
        cost = setup.cost_minor
        form.cost.data = "" if cost is None else str(Decimal(cost).scaleb(-exponent))
        return form

    @property
    def cost_minor(self) -> int | None:
        """What one dispatch costs, in minor units; None: nothing was entered."""
        amount = typed_amount(self.cost.data)
        if amount is None:
            return None
        exponent = money.exponent(self.currency)
        return int(amount.scaleb(exponent).to_integral_value(ROUND_CEILING))

    def validate_cost(self, field: Field) -> None:
        """Refuse what is no amount."""
        minor = self.cost_minor
        if field.data and (minor is None or not 0 <= minor < LARGEST):
            raise ValidationError(_("Enter an amount like 1.20."))


def own_form(adapter: Adapter, setup: Setup | None = None) -> Any:
    """Return the adapter's own form: as it stands with a `setup`, else as it was sent; or None."""
    if adapter.form is None:
        return None
    if setup is None:
        return adapter.form(prefix="own-")
    return adapter.form(formdata=None, prefix="own-", data=dict(setup.values))


def own_values(form: Any) -> dict[str, Any]:
    """Return what the adapter's form asked for and is no secret, as JSON keeps it."""
    return {} if form is None else {f.short_name: _plain(f.data) for f in form if not _secret(f)}


def own_secrets(form: Any) -> dict[str, str]:
    """Return the secrets that were typed; what was left empty is not among them."""
    return {} if form is None else {f.short_name: f.data for f in form if _secret(f) and f.data}


def leads_elsewhere(form: Any, before: Mapping[str, Any]) -> bool:
    """Say whether what was typed leads to another partner: the secrets must be typed again then."""
    names = getattr(form, "LEADS_ELSEWHERE", ())
    now = own_values(form)
    return any(before.get(name) not in (None, "", now.get(name)) for name in names)


def secret_names(form: Any) -> list[str]:
    """Return the names of the adapter's secrets."""
    return [] if form is None else [f.short_name for f in form if _secret(f)]


def _secret(field: Field) -> bool:
    return isinstance(field, PasswordField) or bool((field.render_kw or {}).get("data-secret"))


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | list | None) else str(value)


class Ways(Form):
    """Which channels are tried where the wished one is not possible, in this order."""

    first = SelectField(_l("First"), [Optional()])
    second = SelectField(_l("After that"), [Optional()])
    third = SelectField(_l("At last"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        nothing = choices([("", _("nothing"))])
        for field in (self.first, self.second, self.third):
            field.choices = nothing + _channels()

    @classmethod
    def of(cls, fallback: list[str]) -> "Ways":
        """Return the form as it stands."""
        names = ("first", "second", "third")
        return cls(formdata=None, data=dict(zip(names, fallback, strict=False)))

    @property
    def fallback(self) -> list[str]:
        """What was chosen, each once."""
        chosen = (self.first.data, self.second.data, self.third.data)
        return list(dict.fromkeys(one for one in chosen if one))


class Rule(Form):
    """Which channel a kind of document takes (B2-20, B2-24)."""

    kind = SelectField(_l("Kind of document"), [InputRequired(_l("Choose one."))])
    level = IntegerField(
        _l("Dunning level"),
        [Optional(), NumberRange(1, LEVELS, _l("Enter a level from 1 to 9."))],
        description=_l("Only of reminders. Left empty: every level."),
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )
    number = StringField(
        _l("Customer number"),
        [Optional(), Length(max=40)],
        description=_l("Left empty, the rule holds for all customers."),
        render_kw={"autocomplete": "off"},
    )
    channel = SelectField(_l("Channel"), [InputRequired(_l("Choose one."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(KIND_NAMES)
        self.channel.choices = _channels()

    def validate_level(self, field: Field) -> None:
        """Refuse a level of what is no reminder."""
        if field.data and self.kind.data != "reminder":
            raise ValidationError(_("Only reminders have a dunning level."))


def _reached(one: Recipient) -> dict[str, str | None]:
    return {"channel": one.channel.value, "email": one.email, "endpoint": one.endpoint}


def particulars_form(channel: Channel, one: Recipient | None = None) -> Any:
    """Return what a channel asks for of a recipient: as it stands, else as it was sent; or None."""
    adapter = ADAPTERS.get(channel)
    if adapter is None or adapter.recipient_form is None:
        return None
    if one is None:
        return adapter.recipient_form(prefix="own-")
    return adapter.recipient_form(formdata=None, prefix="own-", data=dict(one.particulars))


def _channels() -> Any:
    return named({channel: CHANNEL_NAMES[channel] for channel in Channel if channel in ADAPTERS})


class OwnWay(Form):
    """How one recipient gets documents: the channel, and where it reaches them."""

    channel = SelectField(_l("How do documents get there?"), [InputRequired(_l("Choose one."))])
    email = StringField(
        _l("E-mail address"),
        [
            Optional(),
            Length(max=254),
            Regexp(EMAIL, message=_l("Enter an address like name@example.org.")),
        ],
    )
    endpoint = StringField(
        _l("Address in that channel"),
        [Optional(), Length(max=100)],
        description=_l("The eBill or Peppol participant, the GLN of an insurer."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    line = StringField(_l("Name or addition"), [Optional(), Length(max=200)])
    street = StringField(_l("Street and number"), [Optional(), Length(max=200)])
    postcode = StringField(_l("Postcode"), [Optional(), Length(max=20)])
    city = StringField(_l("Town"), [Optional(), Length(max=100)])
    country = StringField(_l("Country"), [Optional(), Length(max=2)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = _channels()

    @classmethod
    def of(cls, one: Recipient) -> "OwnWay":
        """Return the form as it stands."""
        return cls(formdata=None, data={**(one.postal or {}), **_reached(one)})

    @property
    def postal(self) -> dict[str, str] | None:
        """The recipient's own postal address; None where none was entered."""
        names = ("line", "street", "postcode", "city", "country")
        found = {name: (self[name].data or "").strip() for name in names}
        found["country"] = found["country"].upper()
        return found if any(found.values()) else None
