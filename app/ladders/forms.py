"""The shape of what people type about delivery ladders."""

from collections.abc import Mapping
from typing import Any, Final

from wtforms import BooleanField, Field, IntegerField, SelectField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from app.core.languages import LANGUAGES
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.documents.rules.kinds import NAMES, Kind
from app.ladders.formats import wording
from app.ladders.models import Ladder, LadderSettings
from app.ladders.rules import (
    CONDITION_NAMES,
    COUNTING_NAMES,
    DEED_NAMES,
    GROUP_NAMES,
    Condition,
    Counting,
    Deed,
    Group,
)
from app.ladders.rules.days import subdivisions
from app.ladders.rules.steps import LONGEST, MOST_STEPS, Step
from app.texts.rules.placeholders import Place, problems, told
from app.web.forms import Form, choices, named

LONGEST_TEXT: Final = 2000
WRONG: Final = _l("Enter a whole number from 1 to 365.")


class Adding(Form):
    """For whom a new ladder is."""

    kind = SelectField(_l("Document"))
    customers = SelectField(_l("Customers"))

    def __init__(self, *arguments: Any, **named_ones: Any) -> None:
        super().__init__(*arguments, **named_ones)
        self.kind.choices = named({kind: NAMES[kind] for kind in Kind})
        self.customers.choices = named(GROUP_NAMES)

    @property
    def group(self) -> Group:
        """The group of customers that was chosen."""
        return Group(self.customers.data)


class Steps(Form):
    """The steps of a ladder; a step without anything to do is none."""

    is_on = BooleanField(
        _l("Documents begin on this ladder"),
        description=_l("What is published from now on. What has begun goes on as it began."),
    )

    def __init__(self, *arguments: Any, **named_ones: Any) -> None:
        super().__init__(*arguments, **named_ones)
        for number in self.numbers:
            self.part(number, "deed").choices = choices([("", _("no step"))]) + named(DEED_NAMES)
            self.part(number, "counting").choices = named(COUNTING_NAMES)
            self.part(number, "condition").choices = named(CONDITION_NAMES)

    numbers = range(1, MOST_STEPS + 1)

    @classmethod
    def of(cls, ladder: Ladder) -> "Steps":
        """Return the form as a ladder stands."""
        form = cls(formdata=None, is_on=ladder.is_on)
        for number, step in zip(cls.numbers, ladder.rungs, strict=False):
            for name, value in step.to_json().items():
                form.part(number, name).data = value
        return form

    def part(self, number: int, name: str) -> Field:
        """Return one field of a step."""
        return self[f"step_{number}_{name}"]

    def validate(self, extra_validators: Any = None) -> bool:
        """Ask for the days of steps that wait for them, and for a step where the ladder is on."""
        is_valid = super().validate(extra_validators)
        for number in self.numbers:
            waits = self.part(number, "condition").data == Condition.NOT_OPENED
            days = self.part(number, "days")
            if self.part(number, "deed").data and waits and not days.errors and days.data is None:
                self.reject(days, str(WRONG))
        if self.is_on.data and not any(self.part(one, "deed").data for one in self.numbers):
            self.reject(self.part(1, "deed"), _("Choose what the first step does."))
        return bool(is_valid) and not self.errors

    @property
    def steps(self) -> list[Step]:
        """What was typed, in its order."""
        return [self._step(one) for one in self.numbers if self.part(one, "deed").data]

    def _step(self, number: int) -> Step:
        return Step(
            self.part(number, "days").data or 1,
            Deed(self.part(number, "deed").data),
            Counting(self.part(number, "counting").data),
            Condition(self.part(number, "condition").data),
        )


def _days() -> IntegerField:
    return IntegerField(
        _l("Days"),
        [Optional(), NumberRange(1, LONGEST, WRONG)],
        render_kw={"inputmode": "numeric", "autocomplete": "off"},
    )


# Five times the same four fields: written out they would hide that they are the same.
for _number in Steps.numbers:
    setattr(Steps, f"step_{_number}_deed", SelectField(_l("What is done")))
    setattr(Steps, f"step_{_number}_condition", SelectField(_l("When")))
    setattr(Steps, f"step_{_number}_days", _days())
    _counting = SelectField(_l("Which days count"), default=Counting.CALENDAR)
    setattr(Steps, f"step_{_number}_counting", _counting)


class House(Form):
    """Whose holidays count, and what reminder mails say."""

    subdivision = SelectField(
        _l("Holidays of"), description=_l("Business days are counted by them.")
    )

    def __init__(self, *arguments: Any, country: str, **named_ones: Any) -> None:
        super().__init__(*arguments, **named_ones)
        whole = [("", _("the whole country (%(country)s)", country=country))]
        parts = [(part, f"{country}-{part}") for part in subdivisions(country)]
        self.subdivision.choices = choices(whole + parts)

    @classmethod
    def of(cls, found: LadderSettings, country: str) -> "House":
        """Return the form as it stands."""
        form = cls(formdata=None, country=country, subdivision=found.subdivision)
        for language in LANGUAGES:
            form.text(language).data = found.texts.get(language, "")
        return form

    def text(self, language: str) -> Field:
        """Return the text of one language."""
        return self[f"text_{language}"]

    @property
    def texts(self) -> Mapping[str, str]:
        """What was typed, by language."""
        return {one: (self.text(one).data or "").replace("\r\n", "\n") for one in LANGUAGES}


def _placeholders(_form: Form, field: Field) -> None:
    """Name every placeholder that cannot stand in a text about documents of every kind."""
    text = wording.spoken(field.data or "", Kind.CREDIT_NOTE)
    wrong = problems(text, Kind.CREDIT_NOTE, Place.BODY)
    if wrong:
        raise ValidationError(" ".join(told(one, Kind.CREDIT_NOTE) for one in wrong))


for _language, _spoken in LANGUAGES.items():
    _text = TextAreaField(
        _spoken,
        [Optional(), Length(max=LONGEST_TEXT), _placeholders],
        render_kw={"rows": 5, "lang": _language},
    )
    setattr(House, f"text_{_language}", _text)
