"""Tables of reminding: how an organisation reminds, whom it spares, what was made of which invoice."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.journal import Actor
from app.core.progress import WorkState
from app.dunning.rules import Cause, Choice, Collecting, Mode, State
from app.dunning.rules.course import Pause
from app.dunning.rules.interest import DayCount
from app.dunning.rules.levels import USUAL, Level

_HOLDS = text("ended_at IS NULL")


class ReminderSettings(Base):
    """How an organisation reminds; without a row it does not."""

    __tablename__ = "reminder_settings"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    by_default: Mapped[bool] = mapped_column(default=True)
    """Whether customers are reminded that have no choice of their own."""
    mode: Mapped[Mode] = mapped_column(default=Mode.PROPOSE)
    collecting: Mapped[Collecting] = mapped_column(default=Collecting.CUSTOMER)
    day_count: Mapped[DayCount] = mapped_column(default=DayCount.ACTUAL_365)
    hour: Mapped[int] = mapped_column(default=7)
    """When the daily run begins, on the organisation's clock."""
    prefix: Mapped[str] = mapped_column(String(10), default="M-")
    """What the number of a reminder begins with."""
    levels: Mapped[list[dict[str, Any]]] = mapped_column(
        JSON, default=lambda: [level.to_json() for level in USUAL]
    )
    """See `rules.levels.Level`, in their order."""
    last_run_on: Mapped[date]
    """The day whose run was begun last: what was missed is made up once."""

    @property
    def steps(self) -> tuple[Level, ...]:
        """The levels, in their order."""
        return tuple(Level.from_json(one) for one in self.levels)


class ReminderNumber(Base):
    """The last number of a year's reminders."""

    __tablename__ = "reminder_number"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class ReminderText(Base):
    """What an organisation says in a reminder of one level in one language."""

    __tablename__ = "reminder_text"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    language: Mapped[str] = mapped_column(String(2), primary_key=True)
    body: Mapped[str] = mapped_column(String(2000))


class ReminderChoice(Base):
    """Whether a customer is reminded; without a row as the organisation decides."""

    __tablename__ = "reminder_choice"

    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    choice: Mapped[Choice]


class ReminderPause(Base):
    """Nobody is reminded of one document, or of anything of a customer, for a while (UX-10)."""

    __tablename__ = "reminder_pause"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        Index(
            "uq_reminder_pause_target",
            "target_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
        Index("ix_reminder_pause_newest", "organisation_id", "ended_at", "id"),
        Index("ix_reminder_pause_customer", "customer_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str] = mapped_column(String(26))
    target_id: Mapped[str] = mapped_column(String(26))
    """The lineage of the document; the customer where all is paused. One pause at a time."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    """The version that somebody looked at; None: the whole customer."""
    cause: Mapped[Cause]
    reason: Mapped[str] = mapped_column(String(300), default="")
    """For staff only."""
    until: Mapped[date | None]
    """The last day; None: until somebody ends it."""
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    @property
    def pause(self) -> Pause:
        """What it means for the course of reminding."""
        return Pause(self.cause, self.until)


class ReminderRun(Base):
    """One look through all that is open: by the timetable, or because somebody asked for it."""

    __tablename__ = "reminder_run"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index("ix_reminder_run_newest", "organisation_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(String(40))
    """The day of the timetable's run, an id of a person's: begun twice, it is one."""
    day: Mapped[date]
    makes: Mapped[bool]
    """Whether what is due is made at once; otherwise it is only counted."""
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    state: Mapped[WorkState]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    due: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Level → how many invoices were due."""
    spared: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """Obstacle → how many invoices it kept from being reminded of."""
    ordered: Mapped[int] = mapped_column(default=0)
    """How many reminders were decided on."""
    settled: Mapped[int] = mapped_column(default=0)
    """How many of these are made, or were stopped."""

    @property
    def by(self) -> Actor:
        """Who decided."""
        return Actor(self.by_kind, self.by_id, self.by_name)


class Reminder(Base):
    """One reminder that Kontor makes, of one customer, level and currency."""

    __tablename__ = "reminder"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        Index("ix_reminder_document", "document_id"),
        Index("ix_reminder_customer", "customer_id"),
        UniqueConstraint("organisation_id", "number"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str] = mapped_column(String(26))
    run_id: Mapped[str | None] = mapped_column(ForeignKey("reminder_run.id"))
    level: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    day: Mapped[date]
    """Its date."""
    number: Mapped[str | None] = mapped_column(String(40))
    """Given when it is begun to be made."""
    state: Mapped[State]
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    """What was made."""
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def by(self) -> Actor:
        """Who decided."""
        return Actor(self.by_kind, self.by_id, self.by_name)


class ReminderStep(Base):
    """One invoice reached one level: the key that keeps it from being reminded twice."""

    __tablename__ = "reminder_step"
    __table_args__ = (
        Index("ix_reminder_step_reminder", "reminder_id"),
        Index("ix_reminder_step_document", "document_id"),
    )

    lineage_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    reminder_id: Mapped[str | None] = mapped_column(ForeignKey("reminder.id"))
    """Kontor's; None where another program made it."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    """The reminder itself; None until it is made."""
    day_before: Mapped[date | None]
    """The day of the reminder before: the invoice goes back there when nothing is made."""
    open_minor: Mapped[int | None] = mapped_column(BigInteger)
    interest_minor: Mapped[int | None] = mapped_column(BigInteger)
    """What was asked for, in minor units; None until then, and for other programs' reminders."""
