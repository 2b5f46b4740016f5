"""The shape of asking for a bundle."""

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.validators import InputRequired, Length

from app.bundles.rules import PATTERN_NAMES, Pattern
from app.core.languages import lazy_gettext as _l
from app.web.forms import Form, named


class Ask(Form):
    """How files are named, and of what: the part of the list's address behind the `?`."""

    pattern = RadioField(
        _l("Names of the files"),
        [InputRequired(_l("Choose how the files are named."))],
        default=Pattern.DATE.value,
    )
    internal = BooleanField(_l("With files that only we see"))
    query = HiddenField(validators=[Length(max=2000)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.pattern.choices = named(PATTERN_NAMES)
