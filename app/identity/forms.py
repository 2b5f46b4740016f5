"""The shape of what people type to come in and to keep their account."""

from wtforms import (
    EmailField,
    Field,
    HiddenField,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.core.languages import LANGUAGES
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.identity.rules import LONGEST_PASSWORD, SCOPE_NAMES, Proof
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
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
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


class AnswerStep(Form):
    """The second factor: a code of an app, or one for recovery."""

    next = HiddenField()
    way = HiddenField()
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True},
    )

    def say_which(self) -> None:
        """Name the field after what is asked for, and have phones show the keyboard for it."""
        if self.way.data == Proof.RECOVERY_CODE:
            self.code.label.text = _("Recovery code")
            self.code.description = _("Ten letters and digits, from the list that you kept.")
            self.code.render_kw = {"autocomplete": "off", "autocapitalize": "none"}
        else:
            self.code.description = _("The six digits that your app shows now.")


class NameFactor(Form):
    """What somebody calls a second factor."""

    name = StringField(
        _l("Name"),
        [DataRequired(_l("Enter a name.")), Length(max=100)],
        description=_l("So that you recognise it later, for example “My phone”."),
        render_kw={"autocomplete": "off"},
    )


class NewPasskey(NameFactor):
    """What somebody calls a passkey, and what the device answered."""

    answer = HiddenField()


class Passkey(Form):
    """What a device answered, and where to go on."""

    answer = HiddenField()
    next = HiddenField()
    parked = HiddenField()


class ConfirmFactor(Form):
    """The first code of an app."""

    code = StringField(
        _l("Code"),
        [
            InputRequired(_l("Enter the code.")),
            Regexp(r"^\s*(\d\s*){6}$", message=_l("The code has six digits.")),
        ],
        description=_l("The six digits that your app shows now."),
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )


class Confirm(Form):
    """Showing once more that it is oneself, in one of several ways."""

    next = HiddenField()
    parked = HiddenField()
    way = HiddenField()
    password = PasswordField(
        _l("Password"),
        [InputRequired(_l("Enter your password.")), Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
    )
    code = StringField(
        _l("Code"),
        [InputRequired(_l("Enter the code.")), Length(max=40)],
        render_kw={"autocomplete": "one-time-code", "inputmode": "numeric"},
    )

    def ask_for(self, way: Proof) -> None:
        """Keep the one field that this way needs."""
        self.way.data = way.value
        unused = "code" if way is Proof.PASSWORD else "password"
        if unused in self:
            del self[unused]

    @property
    def answer(self) -> Field:
        """The field that is left."""
        return self["password"] if "password" in self else self["code"]


class AskForReset(Form):
    """The address that a way to a new password is sent to."""

    email = EmailField(
        _l("E-mail address"),
        [
            InputRequired(_l("Enter your e-mail address.")),
            Length(max=254),
            Regexp(EMAIL, message=_l("Enter an address like name@example.org.")),
        ],
        render_kw={"autocomplete": "username", "inputmode": "email"},
    )


class NewPassword(Form):
    """The new password, twice."""

    new = PasswordField(
        _l("New password"),
        [InputRequired(_l("Enter the new password.")), Length(max=LONGEST_PASSWORD)],
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


class ChangePassword(NewPassword):
    """The present password, where there is one, and the new one twice."""

    present = PasswordField(
        _l("Present password"),
        [Length(max=LONGEST_PASSWORD)],
        render_kw={"autocomplete": "current-password"},
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
