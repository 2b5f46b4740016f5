"""The shape of what strangers type to ask for access, and of what is decided about it."""

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, Optional, Regexp
from wtforms.widgets import HiddenInput

from app.core import languages
from app.core.languages import LANGUAGES
from app.core.languages import lazy_gettext as _l
from app.organisations.forms import EMAIL, EMAIL_HINT, Rights
from app.sign_up import rules
from app.web.forms import Form, choices

NAME = r"^[^/@<>\\]*$"
"""A name stands in mails to administrators: no address is among it that somebody could open."""


class Asking(Form):
    """Who asks, whom, and what they say about themselves."""

    code = StringField(
        _l("Code of the organisation"),
        [InputRequired(_l("Enter the code.")), Length(max=60)],
        description=_l("The organisation has told you, or it stands on its letters."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(
        _l("Your name"),
        [
            DataRequired(_l("Enter your name.")),
            Length(max=100),
            Regexp(NAME, message=_l("Enter your name without signs such as / and @.")),
        ],
        render_kw={"autocomplete": "name"},
    )
    email = EmailField(
        _l("Your personal e-mail address"),
        [
            InputRequired(_l("Enter your e-mail address.")),
            Length(max=254),
            Regexp(EMAIL, message=EMAIL_HINT),
        ],
        description=_l(
            "You sign in with it: one that you alone read, not one like info@ or office@."
        ),
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    reference = StringField(
        _l("Customer number, or number of an invoice"),
        [Optional(), Length(max=100)],
        description=_l("It helps to find you. It stands on every invoice."),
        render_kw={"autocomplete": "off", "spellcheck": "false"},
    )
    message = TextAreaField(
        _l("Message"),
        [Optional(), Length(max=1000)],
        description=_l("For example your company, and what you would like to see."),
        render_kw={"rows": "3"},
    )
    language = SelectField(_l("Language of our mails"), choices=choices(LANGUAGES.items()))

    def begin(self, code: str) -> None:
        """Show the form afresh, in the language spoken now."""
        self.code.data, self.language.data = code, languages.current()

    def hide_code(self) -> None:
        """Take the code along unseen: the address says already whom somebody asks."""
        self.code.widget = HiddenInput()


class Approval(Rights):
    """For whom somebody comes in, and what they may do."""

    customer = HiddenField()


class Refusal(Form):
    """Why somebody gets no access."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Enter a reason.")), Length(max=500)],
        description=_l("It stands in the audit in any case."),
        render_kw={"rows": "3"},
    )
    is_told = BooleanField(_l("Mail them the reason"), default=True)


class Door(Form):
    """Whether guests may ask, and what is handed out to them."""

    is_open = BooleanField(
        _l("Guests may ask for access"),
        description=_l("Nobody sees anything before an administrator has approved them."),
    )
    code = StringField(
        _l("Code"),
        [
            Optional(),
            Regexp(rules.CODE, message=_l("Four to twenty letters, digits and hyphens.")),
        ],
        description=_l("Easier to read out than the address. Left empty, there is none."),
        render_kw={"autocomplete": "off", "spellcheck": "false", "maxlength": "20"},
    )
