"""What an organisation tells of its print centre."""

import re
from typing import Final

import asyncssh
from babel.support import LazyProxy
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp, ValidationError

from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.delivery.channels.print_centre import prices
from app.delivery.channels.print_centre.keys import read_key
from app.web.forms import Form

FINGERPRINT: Final = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
"""A host key's fingerprint as OpenSSH writes it."""
FOLDER: Final = r"^[^\x00-\x1f\\]{1,200}$"
PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}
COVERS: Final = (
    SelectChoice("auto", _l("Where the window needs one")),
    SelectChoice("always", _l("On every letter")),
)
ENVELOPES: Final = (
    SelectChoice("auto", _l("C5, from ten sheets on C4")),
    *(SelectChoice(one, one) for one in ("C5", "C6/5", "C4")),
)


def _folder(label: LazyProxy, default: str, description: LazyProxy | str = "") -> StringField:
    return StringField(
        label,
        [InputRequired(_l("Enter a folder.")), Regexp(FOLDER, message=_l("Enter a folder."))],
        default=default,
        description=description,
        render_kw=PLAIN,
    )


class PrintCentreForm(Form):
    """Where the print centre is, how one signs in there, and how it prints."""

    LEADS_ELSEWHERE = ("host", "port", "username")
    """Who changes these types the secrets anew."""

    host = StringField(
        _l("Host"),
        [
            InputRequired(_l("Enter a host.")),
            Regexp(r"^[A-Za-z0-9.:_-]{1,253}$", message=_l("Enter the name of a host.")),
        ],
        render_kw=PLAIN,
    )
    port = IntegerField(
        _l("Port"), [InputRequired(_l("Enter a port.")), NumberRange(1, 65535)], default=22
    )
    fingerprints = TextAreaField(
        _l("Fingerprint of the host key"),
        [Optional(), Length(max=1000)],
        description=_l(
            "Test the connection: it shows the fingerprint. Compare it with what the print centre "
            "told you, then enter it. Nothing is sent to a host with another key."
        ),
        render_kw=PLAIN | {"rows": 2},
    )
    username = StringField(
        _l("User name"), [InputRequired(_l("Enter a user name.")), Length(max=100)], render_kw=PLAIN
    )
    password = PasswordField(
        _l("Password"),
        [Optional(), Length(max=300)],
        description=_l("Kept sealed. Empty where you sign in with a key."),
    )
    private_key = TextAreaField(
        _l("Private key"),
        [Optional(), Length(max=10_000)],
        description=_l("In OpenSSH or PEM format, without a passphrase. Kept sealed."),
        render_kw=PLAIN | {"rows": 3, "data-secret": "1"},
    )
    folder_in = _folder(_l("Folder for letters"), "in")
    folder_test = _folder(_l("Folder for test letters"), "test", _l("Nothing in it is posted."))
    folder_out = _folder(_l("Folder of answers"), "out")
    folder_done = _folder(
        _l("Folder for answers that were read"), "out/done", _l("Answers are moved there.")
    )
    folder_taken = StringField(
        _l("Folder of letters that were taken"),
        [Optional(), Regexp(FOLDER, message=_l("Enter a folder."))],
        default="in/processed",
        description=_l("Where the print centre keeps what it has taken; empty where it does not."),
        render_kw=PLAIN,
    )
    is_duplex = BooleanField(_l("Print on both sides"), default=True)
    is_colour = BooleanField(_l("Print in colour"))
    postage = StringField(
        _l("Postage class"),
        [Optional(), Length(max=20)],
        description=_l("As the print centre calls it: A, B, economy."),
        render_kw=PLAIN,
    )
    envelope = SelectField(_l("Envelope"), choices=ENVELOPES, default="auto")
    cover = SelectField(
        _l("Cover sheet"),
        choices=COVERS,
        default="auto",
        description=_l(
            "A letter whose address does not stand in the window gets a sheet that carries it."
        ),
    )
    return_address = StringField(
        _l("Return address"),
        [InputRequired(_l("Enter an address.")), Length(max=120)],
        description=_l("In one line; it stands above the address in the window."),
    )
    most_pages = IntegerField(
        _l("Pages at most"), [InputRequired(), NumberRange(1, 1000)], default=100
    )
    most_megabytes = IntegerField(
        _l("Megabytes at most"), [InputRequired(), NumberRange(1, 100)], default=20
    )
    prices = TextAreaField(
        _l("Prices"),
        [Optional(), Length(max=2000)],
        description=_l(
            "One line for each: postage class, up to how many sheets, price. The first that fits "
            "counts; where none does, the usual cost of the channel."
        ),
        render_kw=PLAIN | {"rows": 3},
    )

    def validate_fingerprints(self, field: Field) -> None:
        """Refuse what is no fingerprint."""
        if any(not FINGERPRINT.fullmatch(one) for one in str(field.data or "").split()):
            raise ValidationError(_("Enter fingerprints as in SHA256:… with 43 characters."))

    def validate_private_key(self, field: Field) -> None:
        """Refuse what is no private key, or one that asks for a passphrase."""
        if not field.data:
            return
        try:
            read_key(str(field.data))
        except (asyncssh.KeyImportError, ValueError) as error:
            raise ValidationError(_("This is no private key without a passphrase.")) from error

    def validate_prices(self, field: Field) -> None:
        """Refuse lines that say no price."""
        try:
            prices.read(str(field.data or ""))
        except ValueError as error:
            raise ValidationError(_("Enter in each line: class, sheets, price.")) from error
