"""The shape of what people type about reminders: settings, texts, pauses."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import (
    DataRequired,
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
from app.documents.rules.kinds import Kind
from app.dunning.models import ReminderSettings
from app.dunning.rules import (
    CAUSE_NAMES,
    CHOICE_NAMES,
    COLLECTING_NAMES,
    MODE_NAMES,
    MOST_LEVELS,
    Cause,
    Collecting,
    Mode,
    levels,
    words,
)
from app.dunning.rules.interest import DAY_COUNT_NAMES, DayCount
from app.dunning.rules.levels import Level
from app.texts.rules.placeholders import told
from app.web.forms import Form, choices, named, typed_amount

NUMERIC: Final = {"inputmode": "numeric", "autocomplete": "off"}
DECIMAL: Final = {"inputmode": "decimal", "autocomplete": "off"}
MOST_FEE: Final = Decimal(1000)
MOST_PERCENT: Final = Decimal(30)


def _days(first: bool) -> IntegerField:
    after = _l("Days after the due date") if first else _l("Days after the reminder before")
    wrong = _l("Enter a whole number from 1 to 365.")
    presence = InputRequired(wrong) if first else Optional()
    number = NumberRange(1, levels.LONGEST, wrong)
    hint = None if first else _l("Left empty, there is no such level.")
    return IntegerField(after, [presence, number], description=hint or "", render_kw=NUMERIC)


def _fee() -> StringField:
    return StringField(_l("Fee"), [Optional(), Length(max=12)], render_kw=DECIMAL)


def _interest() -> StringField:
    return StringField(
        _l("Interest a year in percent"), [Optional(), Length(max=6)], render_kw=DECIMAL
    )


def _payment_days() -> IntegerField:
    wrong = _l("Enter a whole number from 0 to 365.")
    number = NumberRange(0, levels.LONGEST, wrong)
    return IntegerField(_l("Days for paying"), [Optional(), number], render_kw=NUMERIC)


class Reminding(Form):
    """How an organisation reminds."""

    is_on = BooleanField(
        _l("Kontor makes reminders"),
        description=_l("Reminders that your own program makes are delivered either way."),
    )
    mode = RadioField(_l("What is due"))
    collecting = RadioField(_l("What one reminder is about"))
    by_default = BooleanField(
        _l("Remind all customers"),
        description=_l("Except those that are spared. Otherwise only those that you choose."),
    )
    hour = SelectField(_l("Look through every day at"), coerce=int)
    prefix = StringField(
        _l("Numbers begin with"),
        [
            DataRequired(_l("Enter what your reminders’ numbers begin with.")),
            Regexp(r"^[A-Za-z0-9-]{1,10}$", message=_l("Enter up to 10 letters, digits or -.")),
        ],
        render_kw={"autocomplete": "off"},
    )
    day_count = RadioField(_l("How days are counted for interest"))
    level_1_days = _days(first=True)
    level_1_fee = _fee()
    level_1_interest = _interest()
    level_1_payment_days = _payment_days()
    level_2_days = _days(first=False)
    level_2_fee = _fee()
    level_2_interest = _interest()
    level_2_payment_days = _payment_days()
    level_3_days = _days(first=False)
    level_3_fee = _fee()
    level_3_interest = _interest()
    level_3_payment_days = _payment_days()

    def __init__(self, *arguments: Any, currency: str, **named_ones: Any) -> None:
        super().__init__(*arguments, **named_ones)
        self.currency = currency
        self.mode.choices = named(MODE_NAMES)
        self.collecting.choices = named(COLLECTING_NAMES)
        self.day_count.choices = named(DAY_COUNT_NAMES)
        self.hour.choices = choices((str(hour), f"{hour}:00") for hour in range(24))

    @classmethod
    def of(cls, found: ReminderSettings | None, currency: str) -> "Reminding":
        """Return the form as it stands, or with what is usual."""
        if found is None:
            found = ReminderSettings(is_on=False, by_default=True, mode=Mode.PROPOSE, hour=7)
            found.collecting, found.day_count = Collecting.CUSTOMER, DayCount.ACTUAL_365
            found.prefix, found.levels = "M-", [level.to_json() for level in levels.USUAL]
        form = cls(formdata=None, obj=found, currency=currency)
        for level in found.steps:
            form.part(level.number, "days").data = level.days
            form.part(level.number, "fee").data = _written(level.fee, currency)
            form.part(level.number, "interest").data = str(level.interest or "")
            form.part(level.number, "payment_days").data = level.payment_days
        return form

    def part(self, number: int, name: str) -> Field:
        """Return one field of a level."""
        return self[f"level_{number}_{name}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for levels without a gap, and for amounts that are amounts."""
        is_valid = super().validate(extra_validators)
        for number in range(1, MOST_LEVELS + 1):
            fee, rate = self.part(number, "fee"), self.part(number, "interest")
            if fee.data and _minor(fee.data, self.currency) is None:
                self.reject(fee, _("Enter an amount like 20.00."))
            if rate.data and _percent(rate.data) is None:
                self.reject(rate, _("Enter a rate like 5 or 8.5, at most 30."))
        third = self.part(3, "days")
        if third.data is not None and self.part(2, "days").data is None:
            self.reject(third, _("Enter the second level first."))
        return bool(is_valid) and not self.errors

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the columns take it."""
        return {
            "mode": Mode(self.mode.data),
            "collecting": Collecting(self.collecting.data),
            "by_default": self.by_default.data,
            "hour": self.hour.data,
            "prefix": self.prefix.data,
            "day_count": DayCount(self.day_count.data),
            "levels": [
                self._level(number).to_json()
                for number in range(1, MOST_LEVELS + 1)
                if self.part(number, "days").data is not None
            ],
        }

    def _level(self, number: int) -> Level:
        days_to_pay = self.part(number, "payment_days").data
        return Level(
            number,
            self.part(number, "days").data,
            _minor(self.part(number, "fee").data, self.currency) or 0,
            _percent(self.part(number, "interest").data) or Decimal(0),
            Level(number, 0).payment_days if days_to_pay is None else days_to_pay,
        )


class Body(Form):
    """What a reminder says."""

    body = TextAreaField(
        _l("Text"),
        [DataRequired(_l("Enter a text.")), Length(max=words.LONGEST)],
        description=_l("An empty line begins a paragraph."),
        render_kw={"rows": "10"},
    )

    def validate_body(self, field: Field) -> None:
        """Name every placeholder that cannot stand here."""
        wrong = words.wrong(field.data or "")
        if wrong:
            raise ValidationError(" ".join(told(one, Kind.REMINDER) for one in wrong))


class Pausing(Form):
    """Why nobody is reminded, and until when."""

    cause = RadioField(_l("Why?"), default=Cause.AGREEMENT)
    reason = StringField(
        _l("In a few words"),
        [Optional(), Length(max=300)],
        description=_l("Only you and your colleagues read it."),
        render_kw={"autocomplete": "off"},
    )
    until = DateField(
        _l("Last day of the pause"),
        [Optional()],
        description=_l("Left empty, it lasts until somebody ends it."),
    )

    def __init__(self, today: date, *arguments: Any, **named_ones: Any) -> None:
        super().__init__(*arguments, **named_ones)
        self.today = today
        self.cause.choices = named(CAUSE_NAMES)

    def validate_until(self, field: Field) -> None:
        """Refuse a day that is over."""
        if field.data is not None and field.data < self.today:
            raise ValidationError(_("Choose today or a later day."))


class Choosing(Form):
    """Whether a customer is reminded."""

    choice = RadioField(_l("Reminders"))

    def __init__(self, *arguments: Any, **named_ones: Any) -> None:
        super().__init__(*arguments, **named_ones)
        self.choice.choices = named(CHOICE_NAMES)


def _minor(typed: str | None, currency: str) -> int | None:
    amount = typed_amount(typed)
    if amount is None or amount > MOST_FEE:
        return None
    digits = money.exponent(currency)
    minor = amount.scaleb(digits)
    return int(minor) if minor == minor.to_integral_value() else None


def _percent(typed: str | None) -> Decimal | None:
    rate = typed_amount(typed)
    return rate if rate is not None and rate <= MOST_PERCENT else None


def _written(minor: int, currency: str) -> str:
    return str(Decimal(minor).scaleb(-money.exponent(currency))) if minor else ""
