"""What a browser says of itself, in a word or two."""

from typing import Final

from app.core.languages import gettext as _

BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
"""What an agent says of itself → its name; the first that fits."""


def browser(agent: str) -> str:
    """Return what to call a device: `Firefox · Windows`."""
    found = [
        next((name for sign, name in table if sign in agent), "") for table in (BROWSERS, SYSTEMS)
    ]
    return " · ".join(name for name in found if name) or _("Unknown browser")
