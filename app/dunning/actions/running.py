"""Looking through all that is open, slice by slice: by the timetable, or because somebody asked."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal, outbox
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.progress import WorkState
from app.dunning import queries
from app.dunning.actions import deciding, ordering
from app.dunning.models import ReminderRun, ReminderSettings
from app.dunning.queries import Place, Standing
from app.dunning.rules import Mode
from app.organisations.models import Organisation

RUN = "dunning.run"
SLICE = 100
"""Invoices that one transaction looks at."""


def start_due() -> None:
    """Begin the run of every organisation whose hour has come; what was missed is made up once."""
    for house, of in queries.houses_on():
        day = deciding.slot(clock.now(), house.timezone, of.hour)
        if _take_slot(of, day):
            _begin(house, day.isoformat(), journal.SYSTEM, makes=of.mode is Mode.MAKE)


def _take_slot(of: ReminderSettings, day: date) -> bool:
    taken = (
        update(ReminderSettings)
        .where(
            ReminderSettings.organisation_id == of.organisation_id,
            ReminderSettings.last_run_on < day,
        )
        .values(last_run_on=day)
        .returning(ReminderSettings.organisation_id)
        .execution_options(synchronize_session="fetch")
    )
    return session().execute(taken).first() is not None


def start(house: Organisation, who: Principal, key: str) -> None:
    """Have all made that is due today; the same form sent twice begins one run.

    Raises `Refused` where the organisation does not remind.
    """
    of = queries.settings_of(house.id)
    if of is None or not of.is_on:
        raise Refused(_("Reminders are switched off. Nothing was changed."))
    _begin(house, key, who.actor, makes=True)


def _begin(house: Organisation, key: str, by: journal.Actor, *, makes: bool) -> None:
    run_id = ids.new()
    row = insert(ReminderRun).values(
        id=run_id,
        organisation_id=house.id,
        key=key,
        day=clock.today(house.timezone),
        makes=makes,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name[:200],
        state=WorkState.RUNNING,
        created_at=clock.now(),
        due={},
        spared={},
        ordered=0,
        settled=0,
    )
    made = session().execute(row.on_conflict_do_nothing().returning(ReminderRun.id)).first()
    if made is not None:
        _promise(run_id, house.id, "")


def work(run_id: str, after: str) -> None:
    """Look at the next invoices of a run, and promise to go on where there are more."""
    run = queries.run_by_id(run_id)
    of = queries.settings_of(run.organisation_id) if run is not None else None
    if run is None or of is None or run.state is not WorkState.RUNNING:
        return
    found = queries.due(of, run.day, place(after), limit=SLICE)
    _count(run, of, found)
    if run.makes and of.is_on:
        _order(run, of, found)
    if len(found) < SLICE:
        _finish(run)
    else:
        _promise(run.id, run.organisation_id, cursor(queries.place_of(found[-1])))


def _count(run: ReminderRun, of: ReminderSettings, found: Sequence[Standing]) -> None:
    """Count what stands in the way, and what is due where nothing is made."""
    due, spared = Counter(run.due), Counter(run.spared)
    for one in found:
        verdict = one.verdict(of, run.day)
        if verdict.obstacle is not None:
            spared[verdict.obstacle.value] += 1
        elif verdict.level is not None and not run.makes:
            due[str(verdict.level.number)] += 1
    run.due, run.spared = dict(due), dict(spared)


def _order(run: ReminderRun, of: ReminderSettings, found: Sequence[Standing]) -> None:
    """Order the reminders of the customers in hand, each with all that is due of it."""
    customers = sorted({one.customer.id for one in found if one.verdict(of, run.day).level})
    if not customers:
        return
    every = queries.due(of, run.day, limit=SLICE * SLICE, customers=customers)
    count, levels = ordering.order(of, every, run.day, run.by, run.id)
    run.ordered += count
    run.due = dict(Counter(run.due) + Counter({str(level): many for level, many in levels.items()}))


def order_chosen(house: Organisation, who: Principal, chosen: Sequence[str]) -> int:
    """Order the reminders of chosen invoices that are due today; return how many.

    Raises `Refused` where none of them is due any more.
    """
    of = queries.settings_of(house.id)
    if of is None or not of.is_on:
        raise Refused(_("Reminders are switched off. Nothing was changed."))
    found = queries.of_documents(chosen, house.id)
    count, _levels = ordering.order(of, found, clock.today(house.timezone), who.actor)
    if not count:
        raise Refused(_("Nothing of this is due any more. Nothing was changed."))
    return count


def give_up(run_id: str) -> None:
    """Stop a run whose work fails again and again: a person has to look."""
    run = queries.run_by_id(run_id)
    if run is not None and run.state is WorkState.RUNNING:
        run.state = WorkState.STOPPED


def _finish(run: ReminderRun) -> None:
    run.state, run.finished_at = WorkState.FINISHED, clock.now()
    session().flush()
    deciding.note(
        "reminder.run_finished",
        run.organisation_id,
        run.by,
        invoices=sum(run.due.values()),
        reminders=run.ordered,
    )


def _promise(run_id: str, organisation_id: str, after: str) -> None:
    outbox.promise(
        RUN, organisation_id=organisation_id, delay=timedelta(0), run=run_id, after=after
    )


def cursor(of: Place) -> str:
    """Write a place in the order of the list."""
    return "~".join(str(part) for part in of)


def place(cursor: str | None) -> Place | None:
    """Read a place in the order of the list; None for one that nobody of ours wrote."""
    parts = (cursor or "").split("~")
    if len(parts) != 3 or not (parts[0].isascii() and parts[0].isdecimal()):
        return None
    try:
        return int(parts[0][:4]), date.fromisoformat(parts[1]), parts[2]
    except ValueError:
        return None
