"""What a report tells of a period: counts by channel and group, and the problems, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select

from app.core.db import session
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.organisations.rules import Channel
from app.reports.rules import MOST_COUNTED, MOST_PROBLEMS, MOST_ROWS
from app.reports.rules.counting import GROUPS, PROBLEMS, Count, Figures, Group, states_of
from app.reports.rules.timing import Period


@dataclass(frozen=True, slots=True)
class Scope:
    """Of which organisation, which channels and which states; empty means all of them."""

    organisation_id: str
    channels: tuple[Channel, ...] = ()
    groups: tuple[str, ...] = ()

    @property
    def states(self) -> list[State]:
        """The states that are told of."""
        return states_of(self.groups)

    @property
    def problems(self) -> list[State]:
        """The states among them that are problems."""
        return [state for state in self.states if state in PROBLEMS]


def figures(scope: Scope, period: Period) -> Figures:
    """Return what a report says of a period: of what was made in it, and of what went wrong in it."""
    return Figures(_counts(scope, period), *_problems(scope, period))


def _counts(scope: Scope, period: Period) -> tuple[Count, ...]:
    """Count the dispatches that were made in a period, as they stand."""
    rows = (
        _made(scope, period)
        .with_only_columns(
            Dispatch.channel,
            Dispatch.state,
            func.count(),
            func.coalesce(func.sum(Dispatch.cost_minor), 0),
        )
        .group_by(Dispatch.channel, Dispatch.state)
    )
    found: dict[tuple[Channel, Group], tuple[int, int]] = {}
    for channel, state, count, cost in session().execute(rows):
        key = channel, GROUPS[state.value]
        before = found.get(key, (0, 0))
        found[key] = before[0] + count, before[1] + int(cost or 0)
    return tuple(Count(*key, *found[key]) for key in sorted(found))


def _made(scope: Scope, period: Period) -> Select[Dispatch]:
    rows = select(Dispatch).where(
        Dispatch.organisation_id == scope.organisation_id,
        Dispatch.created_at >= period.begins,
        Dispatch.created_at < period.ends,
        Dispatch.is_test.is_(False),
        *_of_channels(scope),
    )
    return rows.where(Dispatch.state.in_(scope.states)) if scope.groups else rows


def _of_channels(scope: Scope) -> list[ColumnElement[bool]]:
    return [Dispatch.channel.in_(scope.channels)] if scope.channels else []


def _problems(scope: Scope, period: Period) -> tuple[int, tuple[str, ...]]:
    """Return how many became a problem in a period and are one still, and the newest ones' ids."""
    rows = select(Dispatch.id).where(
        Dispatch.organisation_id == scope.organisation_id,
        Dispatch.state.in_(scope.problems),
        Dispatch.changed_at >= period.begins,
        Dispatch.changed_at < period.ends,
        Dispatch.is_test.is_(False),
        *_of_channels(scope),
    )
    some = rows.limit(MOST_COUNTED).subquery()
    count = session().scalar(select(func.count()).select_from(some)) or 0
    if not count:
        return 0, ()
    newest = rows.order_by(Dispatch.changed_at.desc(), Dispatch.id.desc()).limit(MOST_PROBLEMS)
    return count, tuple(session().scalars(newest))


def named(organisation_id: str, ids: Sequence[str]) -> list[Dispatch]:
    """Return the dispatches of an organisation with some ids, in the ids' order."""
    rows = select(Dispatch).where(Dispatch.organisation_id == organisation_id, Dispatch.id.in_(ids))
    found = {one.id: one for one in session().scalars(rows)} if ids else {}
    return [found[one] for one in ids if one in found]


def rows_of(scope: Scope, period: Period) -> list[Dispatch]:
    """Return the newest dispatches that were made in a period, at most `MOST_ROWS`: for a table."""
    rows = _made(scope, period).order_by(Dispatch.created_at.desc(), Dispatch.id.desc())
    return list(session().scalars(rows.limit(MOST_ROWS)))
