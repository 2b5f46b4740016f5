"""What a browser says of itself, in a word or two."""

from app.core.languages import gettext as _
from app.identity import rules


def browser(agent: str) -> str:
    """Return what to call a device: `Firefox · Windows`."""
    return rules.device_words(agent) or _("Unknown browser")
