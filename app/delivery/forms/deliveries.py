"""The shape of filters, of another try, and of the expired link's question."""

from wtforms import DateField, EmailField, SearchField, SelectField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.core.languages import lazy_gettext as _l
from app.delivery.rules import STATE_NAMES
from app.organisations.rules import CHANNEL_NAMES
from app.web.forms import Form, anything, named

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


class Filters(Form):
    """What the list is narrowed to (B2-10); lives in the URL."""

    recipient = SearchField(_l("Recipient’s address"), [Optional(), Length(max=254)])
    number = SearchField(_l("Document number"), [Optional(), Length(max=100)])
    channel = SelectField(_l("Channel"), [Optional()])
    state = SelectField(_l("State"), [Optional()])
    since = DateField(_l("Since"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = anything() + named(CHANNEL_NAMES)
        self.state.choices = anything() + named(STATE_NAMES)


class TryAgain(Form):
    """The address to try, corrected where it was wrong."""

    address = EmailField(
        _l("Send to"),
        [
            InputRequired(_l("Enter an e-mail address.")),
            Length(max=254),
            Regexp(EMAIL, message=_l("Enter an address like name@example.org.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )


class Renew(Form):
    """The address that a new link is asked for."""

    email = EmailField(
        _l("Your e-mail address"),
        [
            InputRequired(_l("Enter your e-mail address.")),
            Length(max=254),
            Regexp(EMAIL, message=_l("Enter an address like name@example.org.")),
        ],
        description=_l("The address at which you received this document."),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
