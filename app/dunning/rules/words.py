"""What a reminder says above its table: the standard's words for each level, and their placeholders."""

from typing import Final

from app.core.languages import N_, speaking
from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.dunning.rules import MOST_LEVELS
from app.texts.rules.placeholders import (
    ADDRESS,
    KIND_WORDS,
    Known,
    Place,
    Problem,
    filled,
    listed,
    problems,
)

LONGEST: Final = 2000
NAMES: Final = {1: N_("First reminder"), 2: N_("Second reminder"), 3: N_("Third reminder")}
PLACE: Final = Place.NOTE

_SAID: Final = {
    1: N_(
        "You may have overlooked it: what stands below is still open. Please pay %(amount)s "
        "by %(day)s."
    ),
    2: N_(
        "We have reminded you before, and what stands below is still open. Please pay %(amount)s "
        "by %(day)s."
    ),
    3: N_(
        "This is our last reminder. Please pay %(amount)s by %(day)s. After that we take further "
        "steps to collect what is open."
    ),
}
_AFTERWARDS: Final = N_(
    "If you have paid in the meantime, this has settled itself. If something is not right, tell us: "
    "%(email)s"
)


def standard(level: int, language: str) -> str:
    """Return what a level says in a language where an organisation has no words of its own."""
    own = KIND_WORDS[Kind.REMINDER][0]
    values = {"amount": f"[{own}.open_amount]", "day": f"[{own}.due_date]"}
    with speaking(language):
        greeting = _("Good day %(name)s,", name="[Client.name]")
        return "\n\n".join(
            (
                greeting,
                _(_SAID[min(level, MOST_LEVELS)], **values),
                _(_AFTERWARDS, email="[Company.email]"),
            )
        )


def placeholders() -> list[Known]:
    """Return the placeholders of a reminder's text: all that fit, but addresses on the screen."""
    return [one for one in listed(Kind.REMINDER, PLACE) if one.field.name != ADDRESS]


def wrong(text: str) -> list[Problem]:
    """Return every placeholder of a text that cannot stand in it."""
    return problems(text, Kind.REMINDER, PLACE)


def paragraphs(text: str, values: dict[str, str]) -> list[str]:
    """Return the paragraphs of a text with the values put in; empty lines part them."""
    parts = text.replace("\r\n", "\n").split("\n\n")
    said = ("".join(one.text for one in filled(part, Kind.REMINDER, values)) for part in parts)
    return [" ".join(one.split()) for one in said if one.strip()]
