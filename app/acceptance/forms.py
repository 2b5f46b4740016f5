"""The shape of an answer to a quote, of opening it again, and of what an organisation asks for."""

from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length, Optional

from app.acceptance import rules
from app.acceptance.rules import REASON_NAMES, Reason
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.documents.rules.life import Answer
from app.organisations.models import Organisation
from app.organisations.rules import ASKED_NAMES, Asked
from app.web.forms import Form, choices, named


class Accept(Form):
    """What accepts: a name that a person types, and what the organisation asks for."""

    answer = HiddenField(default=Answer.ACCEPTED.value)
    name = StringField(
        _l("Your first and last name"),
        [DataRequired(_l("Type your name: with it you accept the quote.")), Length(max=200)],
        render_kw={"autocomplete": "name"},
    )
    order_number = StringField(_l("Your order number"), render_kw={"autocomplete": "off"})
    cost_centre = StringField(_l("Your cost centre"), render_kw={"autocomplete": "off"})

    def __init__(self, house: Organisation, *arguments: object, **named_ones: object) -> None:
        super().__init__(*arguments, **named_ones)
        self._ask("order_number", house.quote_order_number, _("Enter your order number."))
        self._ask("cost_centre", house.quote_cost_centre, _("Enter your cost centre."))

    def _ask(self, name: str, asked: Asked, sentence: str) -> None:
        if asked is Asked.NEVER:
            del self[name]
            return
        presence = DataRequired(sentence) if asked is Asked.REQUIRED else Optional()
        self[name].validators = [presence, Length(max=100)]
        self[name].flags.optional = asked is Asked.OPTIONAL

    def validate_name(self, field: StringField) -> None:
        """Refuse what is no name."""
        if not rules.is_name(field.data or ""):
            raise ValidationError(_("Type your name: with it you accept the quote."))


class Reject(Form):
    """Why a quote is rejected."""

    answer = HiddenField(default=Answer.REJECTED.value)
    reason = SelectField(_l("Why do you reject it?"), validate_choice=False)
    rejection = TextAreaField(
        _l("What do you want to tell us?"),
        [Length(max=2000)],
        description=_l("Needed if the reason is something else."),
        render_kw={"rows": 4},
    )

    def __init__(self, *arguments: object, **named_ones: object) -> None:
        super().__init__(*arguments, **named_ones)
        self.reason.choices = [*choices([("", _("Choose a reason"))]), *named(REASON_NAMES)]

    def validate_reason(self, field: SelectField) -> None:
        """Ask for one of the reasons."""
        if field.data not in set(Reason):
            raise ValidationError(_("Choose a reason."))

    def validate_rejection(self, field: TextAreaField) -> None:
        """Ask for words where the reason says nothing by itself."""
        chosen = self.reason.data
        is_silent = chosen in set(Reason) and rules.needs_words(Reason(chosen))
        if is_silent and not (field.data or ""):
            raise ValidationError(_("Say in a few words what the reason is."))


class AskRevision(Form):
    """What a customer wants to be different."""

    answer = HiddenField(default=Answer.REVISION_ASKED.value)
    wish = TextAreaField(
        _l("What should be different?"),
        [DataRequired(_l("Say what should be different.")), Length(max=2000)],
        render_kw={"rows": 4},
    )


class Reopen(Form):
    """Why a quote is opened again."""

    because = TextAreaField(
        _l("Why do you open it again?"),
        [DataRequired(_l("Say why. The customer reads it.")), Length(max=500)],
        description=_l("The customer reads it in a mail."),
        render_kw={"rows": 3},
    )


class Asks(Form):
    """What an organisation asks of who accepts a quote."""

    quote_order_number = RadioField(_l("Order number"), coerce=Asked)
    quote_cost_centre = RadioField(_l("Cost centre"), coerce=Asked)

    def __init__(self, *arguments: object, **named_ones: object) -> None:
        super().__init__(*arguments, **named_ones)
        self.quote_order_number.choices = named(ASKED_NAMES)
        self.quote_cost_centre.choices = named(ASKED_NAMES)
