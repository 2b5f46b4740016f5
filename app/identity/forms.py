"""The shape of what people type to come in and to keep their account."""

from wtforms import (
    EmailField,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.languages import LANGUAGES
from app.core.languages import lazy_gettext as _l
from app.identity.rules import SCOPE_NAMES
from app.web.forms import Form, choices, named

EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


class SignIn(Form):
    """Address and password."""

    next = HiddenField()
    email = EmailField(
        _l("E-mail address"),
        [InputRequired(_l("Enter your e-mail address.")), Length(max=254)],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )


class AskForCode(Form):
    """The address that a code is sent to."""

    next = HiddenField()
    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Enter your e-mail address.")),
            Length(max=254),
            Regexp(EMAIL, message=_l("Enter an address like name@example.org.")),
        ],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )


class AnswerCode(Form):
    """The code out of the mail."""

    next = HiddenField()
    code = StringField(
        _l("Code"),
        [
            InputRequired(_l("Enter the code.")),
            Regexp(r"^\s*(\d\s*){6}$", message=_l("The code has six digits.")),
        ],
        description=_l("Six digits, valid for ten minutes."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class ChangePassword(Form):
    """The present password, where there is one, and the new one twice."""

    present = PasswordField(
        _l("Present password"),
        [Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter the new password.")), Length(max=200)],
        description=_l("At least 12 characters. A sentence is easier to remember than signs."),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        _l("New password again"),
        [
            InputRequired(_l("Enter the new password again.")),
            EqualTo("new", _l("The two passwords are not the same.")),
        ],
        render_kw={"autocomplete": "new-password"},
    )


class ChooseLanguage(Form):
    """One of our languages, and where to go back to."""

    next = HiddenField()
    language = SelectField(
        _l("Language"), choices=choices(LANGUAGES.items()), render_kw={"autocomplete": "language"}
    )


class ApiKey(Form):
    """What a key is called, and what it is for."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter a name.")), Length(max=100)],
        description=_l("The program that will use it, for example “Accounting”."),
        render_kw={"autocomplete": "off"},
    )
    scopes = SelectMultipleField(
        _l("It may"),
        [InputRequired(_l("Choose at least one."))],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.scopes.choices = named(SCOPE_NAMES)
