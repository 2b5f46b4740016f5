"""The shape of asking for a period."""

from datetime import date

from werkzeug.datastructures import MultiDict
from wtforms import DateField, ValidationError
from wtforms.validators import Optional

from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.statements import rules
from app.statements.rules import Period
from app.web.forms import Form


class Days(Form):
    """From when until when; lives in the URL."""

    since = DateField(_l("From"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def validate_until(self, field: DateField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.since.data and field.data < self.since.data:
            raise ValidationError(_("The end is before the beginning."))


def period(given: MultiDict[str, str], today: date) -> tuple[Days, Period]:
    """Read the days of an address; where one is wrong or missing, this year's stands for it."""
    form, usual = Days(given), rules.this_year(today)
    is_sound = form.validate()
    since = (form.since.data if is_sound else None) or usual.since
    until = (form.until.data if is_sound else None) or max(usual.until, since)
    found = Period(min(since, until), until)
    if is_sound:
        form.since.data, form.until.data = found.since, found.until
        form.since.raw_data = form.until.raw_data = None
    return form, found
