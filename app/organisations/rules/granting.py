"""What a person of a customer can be given: kinds × actions that make sense, presets, and who may give it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from app.access.rights import GENERAL, Action
from app.core.languages import N_
from app.organisations.rules import portal
from app.organisations.rules.portal import KINDS, Rule, Standing, right

COLUMNS: Final = (Action.VIEW, Action.COMMENT, Action.ANSWER, Action.PAY)
"""Actions on documents, in the order of the table."""
GENERAL_ACTIONS: Final = (Action.CHANGE_DATA, Action.CONTACT)
ONLY: Final = {Action.ANSWER: ("quote",), Action.PAY: ("invoice", "reminder")}
"""Actions that make sense with some kinds of documents only."""

INVITATIONS_PER_DAY: Final = 20
"""For all of a customer: each is a mail in the organisation's name."""
NOTICE: Final = timedelta(days=7)
"""How long before the last day of a delegation both sides are told."""
SHORTEST_YEAR: Final = timedelta(days=60)
"""With less than that left of a year, the end of the next one is proposed as the last day."""


def makes_sense(action: Action, kind: str) -> bool:
    """Say whether an action can be done with a kind of document at all."""
    return action not in GENERAL and kind in ONLY.get(action, KINDS)


EVERYTHING: Final = frozenset(
    right(kind, action) for kind in KINDS for action in COLUMNS if makes_sense(action, kind)
) | {action.value for action in GENERAL}
"""All that can be given."""


class Preset(StrEnum):
    """Ready-made sets of rights (UX-04)."""

    EVERYTHING = "everything"
    ACCOUNTING = "accounting"
    PURCHASING = "purchasing"
    READ_ONLY = "read-only"
    TAX_ADVISER = "tax-adviser"


def _rights(kinds: Iterable[str], actions: Iterable[Action]) -> frozenset[str]:
    found = [(kind, action) for kind in kinds for action in actions]
    return frozenset(right(kind, action) for kind, action in found if makes_sense(action, kind))


PRESETS: Final = {
    Preset.EVERYTHING: EVERYTHING,
    Preset.ACCOUNTING: _rights(
        ("invoice", "reminder", "credit_note"), (Action.VIEW, Action.COMMENT, Action.PAY)
    ),
    Preset.PURCHASING: _rights(
        ("quote", "order_confirmation", "delivery_note"),
        (Action.VIEW, Action.COMMENT, Action.ANSWER),
    ),
    Preset.READ_ONLY: _rights(KINDS, (Action.VIEW,)),
    Preset.TAX_ADVISER: _rights(("invoice",), (Action.VIEW,)),
}
PRESET_NAMES: Final = {
    Preset.EVERYTHING: N_("Everything"),
    Preset.ACCOUNTING: N_("Accounting"),
    Preset.PURCHASING: N_("Purchasing"),
    Preset.READ_ONLY: N_("Read only"),
    Preset.TAX_ADVISER: N_("Tax adviser"),
}


def given(stored: Iterable[str] | None) -> frozenset[str]:
    """Return what was given to a person; stored as None it is everything."""
    return EVERYTHING if stored is None else frozenset(stored) & EVERYTHING


def stored(rights: frozenset[str]) -> list[str] | None:
    """Return rights as they are stored, None for everything."""
    return None if rights >= EVERYTHING else sorted(rights & EVERYTHING)


def is_blind(rights: frozenset[str]) -> bool:
    """Say whether something may be done with documents that may not be viewed."""
    seen = {kind for kind in KINDS if right(kind, Action.VIEW) in rights}
    return any(kind not in seen for kind in KINDS for one in rights if one.startswith(f"{kind}:"))


def preset_of(rights: frozenset[str]) -> Preset | None:
    """Return the preset that somebody's rights are; None where they were chosen one by one."""
    return next((preset for preset, found in PRESETS.items() if found == rights), None)


def last_day_proposed(today: date) -> date:
    """Return the last day that a delegation is proposed with: the end of the year, or of the next."""
    end = date(today.year, 12, 31)
    return end if end - today >= SHORTEST_YEAR else date(today.year + 1, 12, 31)


@dataclass(frozen=True, slots=True)
class Box:
    """One right in the table."""

    right: str
    action: Action
    is_offered: bool
    """Whether who gives has it themselves, or the other one has it already."""
    is_closed: bool
    """Whether the organisation has closed it for everybody."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """All that can be given, as it is asked for."""

    rows: tuple[tuple[str, tuple[Box | None, ...]], ...]
    """Kind of document, and a box for each of `COLUMNS`; None where it makes no sense."""
    general: tuple[Box, ...]
    obstacle: Rule | None
    """The rule that closes everything at present, whatever is ticked."""


def matrix(standing: Standing, offered: frozenset[str]) -> Matrix:
    """Return the table of rights; of `standing` all counts but what the person was given."""

    def box(action: Action, kind: str | None = None) -> Box:
        name = right(kind, action) if kind else action.value
        steps = portal.chain(standing, action, kind)
        is_closed = any(not step.passes for step in steps if step.rule in (Rule.ACTION, Rule.KIND))
        return Box(name, action, name in offered, is_closed)

    rows = tuple(
        (kind, tuple(box(one, kind) if makes_sense(one, kind) else None for one in COLUMNS))
        for kind in KINDS
    )
    return Matrix(rows, tuple(box(action) for action in GENERAL_ACTIONS), obstacle(standing))


def obstacle(standing: Standing) -> Rule | None:
    """Return the rule that closes the whole portal to a person of a customer, None where it is open."""
    whole = (Rule.MODULE, Rule.CUSTOMER, Rule.WAY)
    steps = portal.chain(standing, Action.VIEW, KINDS[0])
    return next((step.rule for step in steps if step.rule in whole and not step.passes), None)
