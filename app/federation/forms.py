"""The shape of what administrators type about their provider."""

from wtforms import BooleanField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.core import outbound
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.core.runtime import current
from app.web.forms import Form


class Provider(Form):
    """Where those who work here sign in."""

    issuer = StringField(
        _l("Address of the provider (issuer)"),
        [InputRequired(_l("Enter the address of the provider.")), Length(max=300)],
        description=_l(
            "Exactly as the provider writes it, for example https://accounts.google.com."
        ),
        render_kw={"autocomplete": "off", "inputmode": "url"},
    )
    client_id = StringField(
        _l("Client ID"),
        [InputRequired(_l("Enter the client ID.")), Length(max=200)],
        render_kw={"autocomplete": "off"},
    )
    secret = PasswordField(
        _l("Client secret"),
        [Optional(), Length(max=400)],
        description=_l("Kept sealed. Left empty, the secret of before stays."),
        render_kw={"autocomplete": "off"},
    )
    label = StringField(
        _l("Name on the button"),
        [InputRequired(_l("Enter what the button says.")), Length(max=60)],
        description=_l("It stands after “Sign in with”."),
        render_kw={"autocomplete": "off"},
    )
    is_on = BooleanField(_l("Show the button on our sign-in page"))
    is_only_way = BooleanField(
        _l("Only this way for those who work here"),
        description=_l(
            "Passwords, mailed codes and passkeys then let in customers only, and administrators "
            "who have a password and a second factor."
        ),
    )

    def validate(self, extra_validators: object = None) -> bool:
        """Check the address too: it has to be one that Kontor calls."""
        if not super().validate(extra_validators):
            return False
        allowed = current().settings.outbound_private
        if outbound.objection(self.issuer.data or "", allow_private=allowed):
            self.reject(self.issuer, _("Kontor calls addresses with https on the internet only."))
            return False
        return True
