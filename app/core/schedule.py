"""The timetable's memory: each slot of each entry runs once, whoever comes first."""

from datetime import datetime, timedelta

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock, outbox
from app.core.db import Base, insert, session


class ScheduleRun(Base):
    """`name` was started for the `slot` (the start of its interval, UTC)."""

    __tablename__ = "schedule_run"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]


def slot_of(moment: datetime, interval: timedelta) -> datetime:
    """Return the start of the interval that `moment` lies in, counted from the Unix epoch."""
    seconds = int(interval.total_seconds())
    start = int(moment.timestamp()) // seconds * seconds
    return datetime.fromtimestamp(start, moment.tzinfo)


def start(name: str, interval: timedelta) -> bool:
    """Promise `name` for the present slot; False where this slot was started already.

    UNIQUE (name, slot) decides between relays, so two of them never start one slot twice.
    """
    now = clock.now()
    slot = slot_of(now, interval)
    known = select(ScheduleRun.name).where(ScheduleRun.name == name, ScheduleRun.slot == slot)
    if session().scalar(known):
        return False
    row = insert(ScheduleRun).values(name=name, slot=slot, started_at=now)
    taken = session().execute(row.on_conflict_do_nothing().returning(ScheduleRun.name)).first()
    if taken is None:
        return False
    session().execute(
        delete(ScheduleRun).where(ScheduleRun.name == name, ScheduleRun.slot < slot - 50 * interval)
    )
    outbox.promise(name, key=f"schedule:{name}")
    return True
