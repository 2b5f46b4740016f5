"""The shape of filters, of another try, and of the expired link's question."""

from collections.abc import Mapping

from wtforms import BooleanField, DateField, EmailField, RadioField, SearchField, SelectField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.core.languages import lazy_gettext as _l
from app.delivery.rules import RESPONSE_NAMES, STATE_NAMES, Obstacle
from app.organisations.rules import CHANNEL_NAMES, Channel
from app.web.forms import Form, anything, named

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


class Filters(Form):
    """What the list is narrowed to (B2-10); lives in the URL."""

    recipient = SearchField(_l("Recipient’s address"), [Optional(), Length(max=254)])
    number = SearchField(_l("Document number"), [Optional(), Length(max=100)])
    channel = SelectField(_l("Channel"), [Optional()])
    state = SelectField(_l("State"), [Optional()])
    response = SelectField(_l("Answer"), [Optional()])
    test = BooleanField(_l("Only tests"))
    since = DateField(_l("Since"), [Optional()])
    until = DateField(_l("Until"), [Optional()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.channel.choices = anything() + named(CHANNEL_NAMES)
        self.state.choices = anything() + named(STATE_NAMES)
        self.response.choices = anything() + named(RESPONSE_NAMES)


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


class TakeChannel(Form):
    """Another channel for a dispatch; those that are not possible are not offered."""

    channel = RadioField(_l("Channel"), [InputRequired(_l("Choose one."))])

    @classmethod
    def of(
        cls, ways: Mapping[Channel, Obstacle | None], present: Channel, *, is_sent: bool = False
    ) -> "TakeChannel":
        """Return the form with the channels that could take it, as it stands or as it was sent."""
        form = cls() if is_sent else cls(formdata=None)
        possible = [one for one, obstacle in ways.items() if obstacle is None and one != present]
        form.channel.choices = named({one: CHANNEL_NAMES[one] for one in possible})
        return form


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
