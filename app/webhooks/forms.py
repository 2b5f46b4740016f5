"""The shape of an endpoint, of the log's filters, and of what is sent again."""

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    URLField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.core import outbound, runtime
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.web.forms import Form, anything, named
from app.webhooks.rules import EVENT_NAMES, STATE_NAMES


class Endpoint(Form):
    """Where messages go, and which."""

    url = URLField(
        _l("Address"),
        [DataRequired(_l("Enter an address.")), Length(max=500)],
        description=_l("Of your program, for example https://example.org/kontor."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    description = StringField(
        _l("Description"),
        [Optional(), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    events = SelectMultipleField(
        _l("It hears about"),
        [InputRequired(_l("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.events.choices = named(EVENT_NAMES)

    def validate_url(self, field: Field) -> None:
        """Refuse what would never be called; where a name leads is looked at with each call."""
        is_private = runtime.current().settings.outbound_private
        if outbound.objection(field.data, allow_private=is_private):
            raise ValidationError(
                _(
                    "Kontor calls https addresses on the internet, "
                    "without a name and a password in them."
                )
            )


class Change(Endpoint):
    """The same, and whether it is told anything."""

    is_active = BooleanField(_l("Active: Kontor sends messages"))


class Rotation(Form):
    """The count of the secret that was shown."""

    number = HiddenField()


class Filters(Form):
    """What the log is narrowed to; lives in the URL."""

    state = SelectField(_l("State"), [Optional()])
    event = SelectField(_l("Event"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.state.choices = anything() + named(STATE_NAMES)
        self.event.choices = anything() + named(EVENT_NAMES)


class Missed(Form):
    """Since when."""

    since = DateField(_l("Since"), [InputRequired(_l("Enter a day."))])
