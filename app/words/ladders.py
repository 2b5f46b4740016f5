"""Sentences about delivery ladders: what comes when, what came of each step, what it costs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.core import clock, text
from app.core.languages import gettext as _
from app.core.languages import ngettext, timezone
from app.core.money import Money
from app.delivery.models import Dispatch
from app.ladders.formats import wording
from app.ladders.models import Climb, ClimbStep
from app.ladders.queries import Beside
from app.ladders.rules import (
    CONDITION_NAMES,
    DEED_NAMES,
    END_NAMES,
    Condition,
    Counting,
    Deed,
    End,
    State,
)
from app.ladders.rules.steps import Step, on_return
from app.organisations.models import Organisation


def climb_state(climb: Climb) -> tuple[str, str]:
    """Return tone and word of where a climb stands."""
    if climb.state is State.RUNNING:
        return "waiting", _("running")
    return ("attention", _("stopped")) if climb.state is State.STOPPED else ("good", _("ended"))


def climb_sentence(one: Beside) -> str:
    """Say what happens when, or why nothing does any more."""
    climb = one.climb
    if climb.ended_because is not None:
        return _(END_NAMES[climb.ended_because])
    if climb.due_at is None or climb.next_deed is None:
        return _("Nothing more happens by itself, unless it turns out that it did not arrive.")
    said = {"deed": _(DEED_NAMES[climb.next_deed]), "moment": text.moment(climb.due_at)}
    days = (climb.due_at.astimezone(ZoneInfo(timezone())).date() - clock.today(timezone())).days
    if days <= 0:
        return _("Today if nobody opens it: %(deed)s. (%(moment)s)", **said)
    return ngettext(
        "In %(num)d day if nobody opens it: %(deed)s. (%(moment)s)",
        "In %(num)d days if nobody opens it: %(deed)s. (%(moment)s)",
        days,
        **said,
    )


def climb_step(step: ClimbStep) -> tuple[str, str, str]:
    """Return tone, word and remark of a step that was taken or could not be."""
    tone, word = ("attention", _("not possible")) if step.hindrance else ("good", _("done"))
    return tone, word, _(step.hindrance) if step.hindrance else ""


def climb_costs(
    one: Beside, dispatches: Iterable[Dispatch], house: Organisation
) -> tuple[Money | None, Money | None]:
    """Return what a climb has cost so far, with what was sent, and what its next step will cost."""
    sent = [each for each in dispatches if each.recipient_id == one.climb.recipient_id]
    every = [each.cost_minor for each in sent] + [step.cost_minor for step in one.steps]
    known = [cost for cost in every if cost is not None]
    price = one.channel_cost
    if one.climb.next_deed is Deed.TEXT and one.text_price is not None:
        price = one.text_price * wording.usual_parts(house)
    so_far = Money(sum(known), house.currency) if known else None
    return so_far, None if price is None else Money(price, house.currency)


def climb_position(one: Beside) -> int | None:
    """Return the position of the step that comes next, by its day or where something comes back."""
    if one.climb.state is not State.RUNNING:
        return None
    if one.climb.next_position is not None:
        return one.climb.next_position
    return on_return(one.climb.rungs, {step.position for step in one.steps})


def ladder_steps(steps: Sequence[Step]) -> list[str]:
    """Say each step of a ladder in a few words."""
    return [_step(step) for step in steps]


def _step(step: Step) -> str:
    deed = _(DEED_NAMES[step.deed])
    if step.condition is Condition.UNDELIVERABLE:
        return f"{deed}: {_(CONDITION_NAMES[step.condition])}"
    if step.counting is Counting.BUSINESS:
        return ngettext(
            "%(deed)s: after %(num)d business day, if nobody has opened it",
            "%(deed)s: after %(num)d business days, if nobody has opened it",
            step.days,
            deed=deed,
        )
    return ngettext(
        "%(deed)s: after %(num)d day, if nobody has opened it",
        "%(deed)s: after %(num)d days, if nobody has opened it",
        step.days,
        deed=deed,
    )


def ladders_sentence(count: int, most: int, day: date) -> str:
    """Say how many steps a day brings; `most` is how far they are counted."""
    on = text.day(day)
    if count > most:
        return _("More than %(count)s steps on %(day)s.", count=text.number(most), day=on)
    if not count:
        return _("No ladder brings a step on %(day)s.", day=on)
    return ngettext(
        "%(num)d step on %(day)s, as things stand.",
        "%(num)d steps on %(day)s, as things stand.",
        count,
        day=on,
    )


def named(data: Mapping[str, Any]) -> dict[str, Any]:
    """Call what a line of the journal says of a ladder by its name in the language spoken now."""
    found = dict(data)
    deed, end = data.get("deed"), data.get("because")
    if deed in set(Deed):
        found["deed"] = _(DEED_NAMES[Deed(deed)])
    if end in set(End):
        found["because"] = _(END_NAMES[End(end)])
    why = data.get("why")
    return found | {"why": _(why)} if why else found
