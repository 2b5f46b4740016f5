"""What the history of a text says."""

from typing import Any

from app.core.journal import Entry
from app.core.languages import gettext as _
from app.texts.rules.placeholders import Place
from app.texts.rules.words import PLACE_NAMES


def text_history(entries: list[Entry]) -> list[tuple[Any, str, str, str]]:
    """Return (moment, sentence, who, tone) of the changes of one text, as timelines take them."""
    return [(entry.at, _sentence(entry), entry.actor_name, "neutral") for entry in entries]


def _sentence(entry: Entry) -> str:
    if entry.name == "text.reset":
        return _("Back to the standard text")
    places = ", ".join(_(PLACE_NAMES[Place(place)]) for place in entry.data.get("places", []))
    return _("Changed: %(parts)s", parts=places)
