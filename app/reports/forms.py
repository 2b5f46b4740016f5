"""The shape of a report, as somebody configures it."""

from collections.abc import Iterable
from datetime import time
from typing import Any

from babel.support import LazyProxy
from wtforms import BooleanField, SelectField, SelectMultipleField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.identity.models import Person
from app.organisations.rules import CHANNEL_NAMES
from app.reports.actions.keeping import Wish
from app.reports.formats import said
from app.reports.models import Report
from app.reports.rules.counting import GROUP_NAMES
from app.reports.rules.timing import INTERVAL_NAMES, LAST_DAY, MONTH_DAYS, Interval, When
from app.web.forms import Form, choices, named


def _ticks(label: LazyProxy, description: LazyProxy, *validators: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label,
        list(validators),
        description=description,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )


class Configure(Form):
    """What a report tells, when, to whom and in which form."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter a name.")), Length(max=100)],
        description=_l("It stands in the subject of the mail."),
        render_kw={"autocomplete": "off"},
    )
    interval = SelectField(_l("How often"), [InputRequired(_l("Choose how often."))])
    at = TimeField(
        _l("Time of day"),
        [InputRequired(_l("Enter a time like 07:00."))],
        description=_l("On your organisation’s clock. A report “at once” does not look at it."),
    )
    weekday = SelectField(_l("Day of the week"), description=_l("For a report every week."))
    month_day = SelectField(_l("Day of the month"), description=_l("For a report every month."))
    recipients = _ticks(
        _l("Recipients"),
        _l("Members who may see deliveries. Whoever loses that right gets no report any more."),
        InputRequired(_l("Choose at least one.")),
    )
    channels = _ticks(_l("Channels"), _l("None ticked: all of them."))
    groups = _ticks(_l("States"), _l("None ticked: all of them."))
    only_problems = BooleanField(
        _l("Only if there are problems"),
        description=_l("A report at once always comes only then."),
    )
    has_pdf = BooleanField(_l("PDF enclosed"))
    has_csv = BooleanField(
        _l("CSV enclosed"), description=_l("Every dispatch of the period, at most 5,000.")
    )

    def __init__(self, people: Iterable[Person], *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.interval.choices = named(INTERVAL_NAMES)
        self.weekday.choices = choices(said.weekdays())
        self.month_day.choices = choices(
            (str(one), _("the last day") if one == LAST_DAY else str(one)) for one in MONTH_DAYS
        )
        self.recipients.choices = choices((one.id, f"{one.name}, {one.email}") for one in people)
        self.channels.choices = named(CHANNEL_NAMES)
        self.groups.choices = named(GROUP_NAMES)

    @property
    def wish(self) -> Wish:
        """What was chosen, once it is valid."""
        at: time = self.at.data
        return Wish(
            name=self.name.data,
            when=When(
                Interval(self.interval.data),
                at.hour * 60 + at.minute,
                int(self.weekday.data),
                int(self.month_day.data),
            ),
            channels=tuple(self.channels.data),
            groups=tuple(self.groups.data),
            only_problems=self.only_problems.data,
            has_pdf=self.has_pdf.data,
            has_csv=self.has_csv.data,
            recipients=tuple(self.recipients.data),
        )


def new(people: Iterable[Person], owner_id: str) -> Configure:
    """Return the form of a report that is made: weekly to oneself, until something else is chosen."""
    mine = [one for one in people if one.id == owner_id]
    return Configure(
        people,
        interval=Interval.WEEKLY.value,
        at=time(7),
        weekday="0",
        month_day="1",
        recipients=[one.id for one in mine],
        has_pdf=True,
    )


def of(report: Report, people: Iterable[Person], chosen: Iterable[str]) -> Configure:
    """Return the form of a report that is changed."""
    return Configure(
        people,
        name=report.name,
        interval=report.interval.value,
        at=time(*divmod(report.minute, 60)),
        weekday=str(report.weekday),
        month_day=str(report.month_day),
        recipients=list(chosen),
        channels=report.channels,
        groups=report.groups,
        only_problems=report.only_problems,
        has_pdf=report.has_pdf,
        has_csv=report.has_csv,
    )
