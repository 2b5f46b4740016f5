"""The shape of whom a letter is for, and of what its reader types."""

from collections.abc import Mapping

from wtforms import HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from app.access_letters import rules
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.documents.models import Document
from app.notices.rules import Addressee
from app.web.forms import Form, choices


class Making(Form):
    """Whom a letter is for and what it opens; `letter` makes a second click the same as the first."""

    to = RadioField(_l("The letter is for"), [InputRequired(_l("Choose whom it is for."))])
    document = SelectField(_l("It opens"))
    letter = HiddenField()

    def offer(self, people: Mapping[str, Addressee], documents: Mapping[str, Document]) -> None:
        """Offer people and documents to choose from, each by its key."""
        self.to.choices = choices((key, one.name) for key, one in people.items())
        named = [(key, f"{_(one.kind.label)} {one.number}") for key, one in documents.items()]
        self.document.choices = choices([("", _("All documents")), *named])


class Entering(Form):
    """What stands in the letter. How it is typed does not matter."""

    code = StringField(
        _l("Access code"),
        [InputRequired(_l("Enter the access code.")), Length(max=60)],
        description=_l("Ten letters and digits, for example K7QX4-M2PDR."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )
    pin = StringField(
        _l("PIN"),
        [InputRequired(_l("Enter the PIN.")), Length(max=60)],
        description=_l("Six digits. They stand in the same letter."),
        render_kw={"autocomplete": "off", "inputmode": "numeric"},
    )

    def validate_code(self, field: StringField) -> None:
        """Refuse what no letter has for a code: nobody is locked out by a slip of the finger."""
        if rules.normal_code(field.data) is None:
            raise ValidationError(
                _(
                    "The code has ten letters and digits. The letters I, L, O and U and the digits 0 "
                    "and 1 are in none."
                )
            )

    def validate_pin(self, field: StringField) -> None:
        """Refuse what no letter has for a PIN."""
        if rules.normal_pin(field.data) is None:
            raise ValidationError(_("The PIN has six digits."))
