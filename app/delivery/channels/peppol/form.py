"""What an organisation enters to be connected to its Peppol access point."""

from typing import Any, Final

from wtforms import Field, Form, PasswordField, StringField, URLField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from app.core import outbound, runtime
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.delivery.channels.peppol.participants import participant

PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}
LONGEST: Final = 300
IN_A_HEADER: Final = r"^[!-~]*$"
"""What a header can carry (RFC 9110, 5.5)."""


class Settings(Form):  # type: ignore[misc]
    """The provider's live stage and its stage for tests, each with its own secret."""

    LEADS_ELSEWHERE = ("url", "test_url")
    """Where another is entered, the secrets have to be typed again: they were for the one before."""

    sender = StringField(
        _l("Participant ID of the organisation"),
        [InputRequired(_l("Enter the participant ID.")), Length(max=60)],
        description=_l(
            "Scheme and number, like 0192:987654325: as the access point registered it."
        ),
        render_kw=PLAIN,
    )
    url = URLField(
        _l("Address of the interface"),
        [InputRequired(_l("Enter an address.")), Length(max=LONGEST)],
        description=_l("As your access point names it, up to what comes before /transmissions."),
        render_kw=PLAIN,
    )
    user = StringField(
        _l("User name"),
        [Optional(), Length(max=200), Regexp(r"^[^:]*$", message=_l("A colon cannot be in it."))],
        description=_l("Left empty, the secret is a token (Bearer)."),
        render_kw=PLAIN,
    )
    secret = PasswordField(
        _l("Password or token"),
        [Optional(), Length(max=4000), Regexp(IN_A_HEADER, message=_l("It has odd characters."))],
        description=_l("Kept sealed; left empty, the one of before stays."),
        render_kw={"autocomplete": "off"},
    )
    test_sender = StringField(
        _l("Participant ID for tests"),
        [Optional(), Length(max=60)],
        description=_l("Left empty, it is the same."),
        render_kw=PLAIN,
    )
    test_url = URLField(
        _l("Address of the interface for tests"),
        [Optional(), Length(max=LONGEST)],
        description=_l(
            "Test mode talks to this one only. Without it nothing goes out in test mode."
        ),
        render_kw=PLAIN,
    )
    test_user = StringField(
        _l("User name for tests"),
        [Optional(), Length(max=200), Regexp(r"^[^:]*$", message=_l("A colon cannot be in it."))],
        render_kw=PLAIN,
    )
    test_secret = PasswordField(
        _l("Password or token for tests"),
        [Optional(), Length(max=4000), Regexp(IN_A_HEADER, message=_l("It has odd characters."))],
        description=_l("Kept sealed; left empty, the one of before stays."),
        render_kw={"autocomplete": "off"},
    )

    def validate_sender(self, field: Field) -> None:
        """Refuse what is no participant."""
        _read(field)

    def validate_test_sender(self, field: Field) -> None:
        """Refuse what is no participant."""
        _read(field)

    def validate_url(self, field: Field) -> None:
        """Refuse an address that would never be called."""
        _look_at(field)

    def validate_test_url(self, field: Field) -> None:
        """Refuse an address that would never be called, and the live one: a test must not arrive."""
        _look_at(field)
        if field.data and _same(field.data) == _same(self.url.data):
            raise ValidationError(
                _("This is the live address. Enter the one that the partner keeps for tests.")
            )


def _read(field: Field) -> None:
    if field.data and participant(field.data) is None:
        raise ValidationError(
            _("This is no participant ID: four digits of a known scheme, a colon, the number.")
        )


def _same(address: Any) -> str:
    return str(address or "").strip().rstrip("/").lower()


def _look_at(field: Field) -> None:
    if not field.data:
        return
    private = runtime.current().settings.outbound_private
    if outbound.objection(field.data.strip(), allow_private=private):
        raise ValidationError(_("Enter an address with https that is reached from the internet."))
