"""The shape of what people type about their own data, and of a reason."""

import json
from collections.abc import Mapping

from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.languages import lazy_gettext as _l
from app.organisations.forms import CustomerData
from app.organisations.rules.own_data import Field
from app.web.forms import Form


class OwnData(CustomerData):
    """A customer's data, as the customer changes them; it remembers what was shown."""

    seen = HiddenField()

    def show(self, now: Mapping[Field, str]) -> None:
        """Show what the customer has now."""
        self.fill(now)
        self.seen.data = json.dumps(now)

    def seen_values(self, now: Mapping[Field, str]) -> dict[Field, str]:
        """Return what the person had before them; `now` where the form does not say."""
        try:
            told = json.loads(self.seen.data or "")
        except ValueError:
            told = None
        given = told if isinstance(told, dict) else {}
        return {field: str(given.get(field.value, value)) for field, value in now.items()}


class Refusal(Form):
    """Why a change is refused."""

    reason = TextAreaField(
        _l("Reason"),
        [DataRequired(_l("Say why: who proposed it reads your reason.")), Length(max=500)],
        render_kw={"rows": "2", "maxlength": "500"},
    )
