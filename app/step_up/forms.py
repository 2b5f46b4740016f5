"""What somebody types to prove who they are; where to go on travels along."""

from wtforms import HiddenField, StringField
from wtforms.validators import InputRequired, Length, Regexp

from app.core.languages import lazy_gettext as _l
from app.web.forms import Form


class Onward(Form):
    """Where to go on: a page, or what was sent before."""

    next = HiddenField()
    parked = HiddenField()


class AnswerAddress(Onward):
    """Postcode and house number, as they stand in the customer's address."""

    postcode = StringField(
        _l("Postcode"),
        [InputRequired(_l("Enter the postcode.")), Length(max=20)],
        render_kw={"autocomplete": "postal-code"},
    )
    number = StringField(
        _l("House number"),
        [InputRequired(_l("Enter the house number.")), Length(max=40)],
        description=_l("With its letter, where there is one: 12 A."),
        render_kw={"autocomplete": "off"},
    )


class AnswerCode(Onward):
    """The code out of the text message."""

    code = StringField(
        _l("Code"),
        [
            InputRequired(_l("Enter the code.")),
            Regexp(r"^\s*(\d\s*){6}$", message=_l("The code has six digits.")),
        ],
        description=_l("Six digits, valid for ten minutes."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )
