"""The shape of what is asked for."""

from wtforms import SelectField

from app.core.languages import lazy_gettext as _l
from app.renditions.rules import FORM_NAMES
from app.web.forms import Form, named


class WantedForm(Form):
    """The form that a document is wanted in."""

    wanted = SelectField(_l("Form"))

    def __init__(self, *arguments: object, **named_arguments: object) -> None:
        super().__init__(*arguments, **named_arguments)
        self.wanted.choices = named(FORM_NAMES)
