"""The shape of an erasure: who it is about, typed once more."""

from wtforms import StringField
from wtforms.validators import InputRequired

from app.core.languages import lazy_gettext as _l
from app.web.forms import Form


class Erase(Form):
    """Forgetting somebody cannot be taken back: their name or number is typed first."""

    typed = StringField(
        _l("Type the name or number to confirm"),
        [InputRequired(_l("Type it as it stands above."))],
        render_kw={"autocomplete": "off"},
    )

    def fits(self, *names: str) -> bool:
        """Say whether one of `names` was typed; how it is spaced does not matter."""
        typed = " ".join((self.typed.data or "").split()).casefold()
        return typed in {" ".join(name.split()).casefold() for name in names if name}
