"""The shape of what people type about mail that comes back."""

from wtforms import EmailField, RadioField, SearchField
from wtforms.validators import InputRequired, Length, Optional, Regexp

from app.core.languages import lazy_gettext as _l
from app.delivery.forms.deliveries import EMAIL
from app.delivery.rules.bouncing import POLICY_NAMES
from app.web.forms import Form, named


class Search(Form):
    """What the list of blocked addresses is narrowed to; lives in the URL."""

    address = SearchField(_l("E-mail address"), [Optional(), Length(max=254)])


class Block(Form):
    """An address that nothing is to be sent to any more."""

    address = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Enter an e-mail address.")),
            Length(max=254),
            Regexp(EMAIL, message=_l("Enter an address like name@example.org.")),
        ],
        render_kw={"autocomplete": "off", "inputmode": "email"},
    )


class Policy(Form):
    """What follows where an address is wrong for good (PY-28)."""

    policy = RadioField(
        _l("What follows where an address does not exist?"),
        [InputRequired(_l("Choose one."))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.policy.choices = named(POLICY_NAMES)
