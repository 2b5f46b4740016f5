"""The shape of the settings of the address for documents."""

from typing import Final

from wtforms import BooleanField, HiddenField, TextAreaField, ValidationError
from wtforms.validators import Length

from app.core.errors import Invalid
from app.core.languages import gettext as _
from app.core.languages import lazy_gettext as _l
from app.core.mail import mailbox
from app.ways_in.rules.mailing import listed
from app.web.forms import Form

MOST: Final = 200


class MailIn(Form):
    """Whether documents may be mailed in, and by whom."""

    is_open = BooleanField(
        _l("Take in documents by mail"),
        description=_l("While this is off, mails to the address are refused."),
    )
    senders = TextAreaField(
        _l("Who may send"),
        [Length(max=20_000)],
        description=_l(
            "One to a line: an address, or @ and a domain for everybody there. All others are refused."
        ),
        render_kw={"rows": "6", "autocomplete": "off", "spellcheck": "false"},
    )

    def validate_senders(self, field: TextAreaField) -> None:
        """Refuse a line that is no address and no domain, and an open address for nobody."""
        lines = listed(field.data or "")
        if self.is_open.data and not lines:
            raise ValidationError(_("Say who may send. Nobody else is let in."))
        if len(lines) > MOST:
            raise ValidationError(_("These are too many lines. Name domains instead."))
        for line in lines:
            try:
                mailbox(f"somebody{line}" if line.startswith("@") else line)
            except Invalid as error:
                said = _("“%(line)s” is no address and no domain.", line=line)
                raise ValidationError(said) from error


class Renewal(Form):
    """Which address is to be replaced."""

    generation = HiddenField()
