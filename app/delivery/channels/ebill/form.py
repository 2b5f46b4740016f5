"""What an organisation enters to be connected to its network partner."""

from typing import Any, Final

from wtforms import Field, PasswordField, StringField, URLField
from wtforms.validators import InputRequired, Length, Optional, Regexp, ValidationError

from app.core import outbound, runtime
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.web.forms import Form

PLAIN: Final = {"autocomplete": "off", "spellcheck": "false"}
LONGEST: Final = 300
BILLER: Final = r"^[A-Za-z0-9]{4,35}$"


class Settings(Form):
    """The partner's live stage and its stage for tests, each with a client of its own."""

    LEADS_ELSEWHERE = ("url", "token_url", "test_url", "test_token_url")
    """Where another is entered, the secrets have to be typed again: they were for the one before."""

    biller_id = StringField(
        _l("Biller ID"),
        [
            InputRequired(_l("Enter the ID that the network partner gave you.")),
            Regexp(BILLER, message=_l("Enter letters and digits only, like BIID0000123456.")),
        ],
        description=_l("Who sends the bills, as the eBill network knows you."),
        render_kw=PLAIN,
    )
    url = URLField(
        _l("Address of the interface"),
        [InputRequired(_l("Enter an address.")), Length(max=LONGEST)],
        description=_l("As your network partner names it, up to what comes before /biller."),
        render_kw=PLAIN,
    )
    token_url = URLField(
        _l("Address for access tokens"),
        [InputRequired(_l("Enter an address.")), Length(max=LONGEST)],
        render_kw=PLAIN,
    )
    client_id = StringField(
        _l("Client ID"),
        [InputRequired(_l("Enter the client ID.")), Length(max=200)],
        render_kw=PLAIN,
    )
    client_secret = PasswordField(
        _l("Client secret"),
        [Optional(), Length(max=LONGEST)],
        description=_l("Kept sealed; left empty, the one of before stays."),
        render_kw={"autocomplete": "off"},
    )
    test_url = URLField(
        _l("Address of the interface for tests"),
        [Optional(), Length(max=LONGEST)],
        description=_l(
            "Test mode talks to this one only. Without it nothing goes out in test mode."
        ),
        render_kw=PLAIN,
    )
    test_token_url = URLField(
        _l("Address for access tokens, for tests"),
        [Optional(), Length(max=LONGEST)],
        render_kw=PLAIN,
    )
    test_client_id = StringField(
        _l("Client ID for tests"), [Optional(), Length(max=200)], render_kw=PLAIN
    )
    test_client_secret = PasswordField(
        _l("Client secret for tests"),
        [Optional(), Length(max=LONGEST)],
        description=_l("Kept sealed; left empty, the one of before stays."),
        render_kw={"autocomplete": "off"},
    )

    def validate_url(self, field: Field) -> None:
        """Refuse an address that would never be called."""
        _look_at(field)

    def validate_token_url(self, field: Field) -> None:
        """Refuse an address that would never be called."""
        _look_at(field)

    def validate_test_url(self, field: Field) -> None:
        """Refuse an address that would never be called, and the live one: a test must not arrive."""
        _look_at(field)
        if _same(field.data) == _same(self.url.data):
            raise ValidationError(
                _("This is the live address. Enter the one that the partner keeps for tests.")
            )

    def validate_test_token_url(self, field: Field) -> None:
        """Refuse an address that would never be called."""
        _look_at(field)


def _same(address: Any) -> str:
    return str(address or "").strip().rstrip("/").lower()


def _look_at(field: Field) -> None:
    if not field.data:
        return
    private = runtime.current().settings.outbound_private
    if outbound.objection(field.data.strip(), allow_private=private):
        raise ValidationError(_("Enter an address with https that is reached from the internet."))
