"""The shape of asking for an evidence pack."""

from wtforms import BooleanField

from app.core.languages import lazy_gettext as _l
from app.web.forms import Form


class Ask(Form):
    """Whether files that only staff see go along."""

    internal = BooleanField(_l("With internal files"))
