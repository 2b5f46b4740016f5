"""What the desk says: how dispatches went, and what is new since the last visit."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from babel.dates import format_skeleton

from app.core import languages, text
from app.core.languages import N_, ngettext
from app.core.languages import gettext as _
from app.delivery.queries import ENOUGH
from app.delivery.rules import State, Went
from app.documents.queries import Lately

News = tuple[str, str, str, dict[str, Any]]
"""Tone, sentence, endpoint and its values: where the list is that the sentence speaks of."""

CHANGED: Final = {
    State.UNDELIVERABLE: ("failed", N_("Undeliverable dispatches: %(count)s")),
    State.FAILED: ("failed", N_("Dispatches that failed: %(count)s")),
    State.UNCERTAIN: ("attention", N_("Dispatches whose answer was lost: %(count)s")),
    State.COMPONENT_DOWN: ("attention", N_("Dispatches that could not be transmitted: %(count)s")),
}


def desk_sentence(changed: Mapping[State, int], today: Mapping[Went, int]) -> str:
    """Say how the dispatches went since the last visit, and today."""
    went = ngettext("%(num)d was sent today.", "%(num)d were sent today.", today[Went.SENT])
    failed = sum(changed.values())
    if not failed:
        return _("Nothing has failed since your last visit.") + " " + went
    trouble = ngettext(
        "%(num)d dispatch needs your eye since your last visit.",
        "%(num)d dispatches need your eye since your last visit.",
        failed,
    )
    return f"{trouble} {went}"


def desk_news(new: Lately, changed: Mapping[State, int]) -> list[News]:
    """Return one sentence for everything that is new; nothing is counted beyond a thousand."""
    news: list[News] = [
        (CHANGED[state][0], _(CHANGED[state][1]) % _count(count), "delivery.index", _of(state))
        for state, count in changed.items()
        if count
    ]
    if new.came_held:
        held = _("Documents held at intake: %(count)s") % _count(new.came_held)
        news.append(("attention", held, "documents.index", {"state": "held"}))
    if new.came:
        came = _("Documents that came in: %(count)s") % _count(new.came)
        news.append(("neutral", came, "intake.index", {}))
    return news


def _of(state: State) -> dict[str, Any]:
    return {"state": state.value}


def _count(count: int) -> dict[str, str]:
    shown = text.number(min(count, ENOUGH))
    return {"count": _("more than %(number)s", number=shown) if count > ENOUGH else shown}


def day_bars(days: list[tuple[date, dict[Went, int]]]) -> list[tuple[str | int, ...]]:
    """Return (day and month, sent, needing care, waiting), as a chart of stacked bars takes them."""
    here = languages.locale()
    return [(format_skeleton("Md", day, locale=here), *counts.values()) for day, counts in days]
