"""A customer's data as people read them, and where each comes from."""

from typing import Final

from app.core import languages, text
from app.core.languages import gettext as _
from app.master_data.rules import Line, told
from app.organisations.rules import own_data
from app.organisations.rules.own_data import Field

NOTHING: Final = "–"


def own_value(name: str, value: str, *, masked: bool = False) -> str:
    """Return a value as it is read here; `masked`: of an account only its end."""
    field = Field(name)
    if not value:
        return NOTHING
    if field is Field.COUNTRY:
        return text.country(value)
    if field is Field.LANGUAGE:
        return languages.LANGUAGES.get(value, value)
    if masked and field is Field.IBAN:
        return told(field, value)
    return own_data.spelled(field, value, languages.place()[1] or "")


def origin(line: Line, organisation: str) -> str:
    """Say where a value comes from: who changed it last, and when."""
    return _("From %(name)s, %(day)s.", name=line.by or organisation, day=text.day(line.at))
