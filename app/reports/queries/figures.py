"""What a report tells of a period: counts by channel and group, and the problems, newest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, String, func, select, union_all

from app.core import clock
from app.core.db import session
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.organisations.rules import Channel
from app.reports.queries import days
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

    def tells_of(self, channel: Channel, state: State) -> bool:
        """Say whether dispatches of a channel in a state are told of."""
        return (not self.channels or channel in self.channels) and state in self.states

    @property
    def problems(self) -> list[State]:
        """The states among them that are problems."""
        return [state for state in self.states if state in PROBLEMS]


def figures(scope: Scope, period: Period) -> Figures:
    """Return what a report says of a period: of what was made in it, and of what went wrong in it."""
    return Figures(_grouped(_counts(scope, period)), *_problems(scope, period))


def nearly(scope: Scope, period: Period, timezone: str) -> Figures:
    """Return the same for a page, whole days as they were counted last: however many there are."""
    first, last = (
        one.astimezone(ZoneInfo(timezone)).date() for one in (period.begins, period.ends)
    )
    first += timedelta(days=1)
    if first >= last:
        return figures(scope, period)
    begins, ends = clock.midnight(first, timezone), clock.midnight(last, timezone)
    rows = _counts(scope, Period(period.begins, begins), Period(ends, period.ends))
    whole = days.summed(scope.organisation_id, first, last)
    rows += [row for row in whole if scope.tells_of(row[0], row[1])]
    return Figures(_grouped(rows), *_problems(scope, period))


Row = tuple[Channel, State, int, int]
"""Channel, state, how many, what they cost."""


def _counts(scope: Scope, *periods: Period) -> list[Row]:
    """Count the dispatches that were made in some periods, as they stand; one SELECT."""
    # One range of the index for each period: joined by OR, all of it would be read.
    rows = union_all(*(_counted(scope, one) for one in periods))
    return [
        (Channel(row[0]), State(row[1]), row[2], int(row[3] or 0))
        for row in session().execute(rows)
    ]


def _counted(scope: Scope, period: Period) -> Select[str, str, int, int | None]:
    channel, state = Dispatch.channel.cast(String), Dispatch.state.cast(String)
    cost = func.sum(Dispatch.cost_minor)
    rows = _made(scope, period).with_only_columns(channel, state, func.count(), cost)
    return rows.group_by(Dispatch.channel, Dispatch.state)


def _grouped(rows: Iterable[Row]) -> tuple[Count, ...]:
    found: dict[tuple[Channel, Group], tuple[int, int]] = {}
    for channel, state, count, cost in rows:
        key = channel, GROUPS[state.value]
        before = found.get(key, (0, 0))
        found[key] = before[0] + count, before[1] + cost
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
    ended = [_ended(scope, period, state) for state in scope.problems]
    if not ended:
        return 0, ()
    # An index gives the newest of one state; of several at once it would have to sort them all.
    newest = union_all(
        *(
            select(
                one.order_by(Dispatch.changed_at.desc(), Dispatch.id.desc())
                .limit(MOST_COUNTED)
                .subquery()
            )
            for one in ended
        )
    ).subquery()
    rows = select(newest.c.id).order_by(newest.c.changed_at.desc(), newest.c.id.desc())
    found = session().scalars(rows.limit(MOST_COUNTED)).all()
    return len(found), tuple(found[:MOST_PROBLEMS])


def _ended(scope: Scope, period: Period, state: State) -> Select[str, datetime]:
    return select(Dispatch.id, Dispatch.changed_at).where(
        Dispatch.organisation_id == scope.organisation_id,
        Dispatch.state == state,
        Dispatch.changed_at >= period.begins,
        Dispatch.changed_at < period.ends,
        Dispatch.is_test.is_(False),
        *_of_channels(scope),
    )


def named(organisation_id: str, ids: Sequence[str]) -> list[Dispatch]:
    """Return the dispatches of an organisation with some ids, in the ids' order."""
    rows = select(Dispatch).where(Dispatch.organisation_id == organisation_id, Dispatch.id.in_(ids))
    found = {one.id: one for one in session().scalars(rows)} if ids else {}
    return [found[one] for one in ids if one in found]


def rows_of(scope: Scope, period: Period) -> list[Dispatch]:
    """Return the newest dispatches that were made in a period, at most `MOST_ROWS`: for a table."""
    rows = _made(scope, period).order_by(Dispatch.created_at.desc(), Dispatch.id.desc())
    return list(session().scalars(rows.limit(MOST_ROWS)))
