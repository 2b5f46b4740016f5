"""Deciding that reminders are made: each invoice is claimed for its level once, whoever else tries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy import delete, literal_column, update

from app.core import clock, ids, journal, outbox
from app.core.db import insert, session
from app.documents.models import Document
from app.documents.rules.life import State as DocumentState
from app.dunning.models import Reminder, ReminderSettings, ReminderStep
from app.dunning.queries import Standing
from app.dunning.rules import Collecting, Obstacle, State

MAKE = "dunning.make"


def order(
    of: ReminderSettings,
    found: Sequence[Standing],
    day: date,
    by: journal.Actor,
    run_id: str | None = None,
) -> tuple[int, dict[int, int]]:
    """Order the reminders of what is due among `found`; return how many, and their invoices by level."""
    # Everybody claims in the same order, so that nobody waits in a circle.
    claimed = []
    for one in sorted(found, key=lambda each: each.document.id):
        level = one.verdict(of, day).level
        if level is not None and _claim(one, level.number, day):
            claimed.append((level.number, one))
    count = 0
    for number, group in _collected(of, claimed):
        _order(number, group, day, by, run_id)
        count += 1
    return count, Counter(number for number, _one in claimed)


def _collected(
    of: ReminderSettings, claimed: list[tuple[int, Standing]]
) -> Iterable[tuple[int, list[Standing]]]:
    """Yield what one reminder is about: a customer's invoices of one level and currency."""
    is_single = of.collecting is Collecting.DOCUMENT

    def key(one: tuple[int, Standing]) -> tuple[str, int, str, str]:
        document = one[1].document
        alone = document.id if is_single else ""
        return one[1].customer.id, one[0], document.currency or "", alone

    for (_customer, level, _currency, _alone), group in groupby(sorted(claimed, key=key), key=key):
        yield level, [one for _level, one in group]


def _claim(one: Standing, level: int, day: date) -> bool:
    """Take an invoice to a level; False where another did, or it was settled meanwhile."""
    document = one.document
    taken = (
        update(Document)
        .where(
            Document.id == document.id,
            Document.state == DocumentState.PUBLISHED,
            Document.reminded_level == level - 1,
            Document.open_minor > literal_column("0"),
        )
        .values(reminded_level=level, reminded_on=day)
        .returning(Document.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(taken).first() is None:
        return False
    row = insert(ReminderStep).values(
        lineage_id=document.lineage_id,
        level=level,
        organisation_id=document.organisation_id,
        day_before=document.reminded_on,
    )
    made = session().execute(row.on_conflict_do_nothing().returning(ReminderStep.lineage_id))
    return made.first() is not None


def _order(
    level: int, group: list[Standing], day: date, by: journal.Actor, run_id: str | None
) -> None:
    first = group[0]
    reminder = Reminder(
        id=ids.new(),
        organisation_id=first.document.organisation_id,
        customer_id=first.customer.id,
        run_id=run_id,
        level=level,
        currency=first.document.currency or "",
        day=day,
        state=State.ORDERED,
        by_kind=by.kind,
        by_id=by.id,
        by_name=by.name[:200],
        created_at=clock.now(),
    )
    session().add(reminder)
    session().flush()
    session().execute(
        update(ReminderStep)
        .where(
            ReminderStep.level == level,
            ReminderStep.lineage_id.in_([one.document.lineage_id for one in group]),
        )
        .values(reminder_id=reminder.id)
        .execution_options(synchronize_session=False)
    )
    outbox.promise(
        MAKE,
        organisation_id=reminder.organisation_id,
        key=f"remind:{reminder.id}",
        reminder=reminder.id,
    )


def give_back(step: ReminderStep, because: Obstacle | None, by: journal.Actor) -> None:
    """Put an invoice back to where it stood before a level that nobody was reminded of."""
    back = (
        update(Document)
        .where(Document.lineage_id == step.lineage_id, Document.reminded_level == step.level)
        .values(reminded_level=step.level - 1, reminded_on=step.day_before)
        .returning(Document.id, Document.version, Document.state)
        .execution_options(synchronize_session="fetch")
    )
    rows = session().execute(back).all()
    session().execute(
        delete(ReminderStep)
        .where(ReminderStep.lineage_id == step.lineage_id, ReminderStep.level == step.level)
        .execution_options(synchronize_session="fetch")
    )
    newest = max(rows, key=lambda row: row.version, default=None)
    if newest is not None and because is not None:
        journal.record(
            "reminder.stopped",
            by,
            organisation_id=step.organisation_id,
            about=("document", newest.id),
            version=newest.version,
            level=step.level,
            because=because.value,
        )
