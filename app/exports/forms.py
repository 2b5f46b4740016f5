"""The shape of asking for an export."""

from wtforms import HiddenField, RadioField
from wtforms.validators import InputRequired, Length

from app.core.languages import lazy_gettext as _l
from app.exports.rules import FORMAT_NAMES
from app.web.forms import Form, named


class Ask(Form):
    """Which kind of file, and of what: the part of the list's address behind the `?`."""

    format = RadioField(_l("Kind of file"), [InputRequired(_l("Choose a kind of file."))])
    query = HiddenField(validators=[Length(max=2000)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.format.choices = named(FORMAT_NAMES)
