"""Tables of reports, who gets them, their runs and mails; and the dispatches of each day, counted."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.reports.rules import LetterState, RunState
from app.reports.rules.timing import Interval, When


class Report(Base):
    """What somebody wants to be told of, how often, and in which form (B2-30, B2-31)."""

    __tablename__ = "report"
    __table_args__ = (
        Index("ix_report_owner", "organisation_id", "owner_id", "id"),
        Index("ix_report_next_at", "next_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    owner_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(100))
    interval: Mapped[Interval]
    minute: Mapped[int]
    """Since midnight on the organisation's wall."""
    weekday: Mapped[int]
    """Monday is 0."""
    month_day: Mapped[int]
    channels: Mapped[list[str]] = mapped_column(JSON)
    """None: all."""
    groups: Mapped[list[str]] = mapped_column(JSON)
    """Of states; none: all."""
    only_problems: Mapped[bool]
    has_pdf: Mapped[bool]
    has_csv: Mapped[bool]
    covered_until: Mapped[datetime | None]
    """Where the last run ended."""
    next_at: Mapped[datetime | None]
    """The next slot; for one at once, when it may speak again. None: it was removed."""
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    @property
    def when(self) -> When:
        """How often, and at which minute of which days."""
        return When(self.interval, self.minute, self.weekday, self.month_day)


class ReportRecipient(Base):
    """A member who gets a report, until they end it themselves or are taken from it."""

    __tablename__ = "report_recipient"
    __table_args__ = (UniqueConstraint("report_id", "person_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    is_wanted: Mapped[bool]
    """False: taken from the list; mails that are out still name the row."""
    left_at: Mapped[datetime | None]
    """When they ended it themselves."""


class ReportRun(Base):
    """One slot of one report, run once, and what it found."""

    __tablename__ = "report_run"
    __table_args__ = (
        UniqueConstraint("report_id", "slot"),
        Index("ix_report_run_newest", "report_id", "id"),
        Index("ix_report_run_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    report_id: Mapped[str] = mapped_column(ForeignKey("report.id"))
    slot: Mapped[datetime]
    begins: Mapped[datetime]
    ends: Mapped[datetime]
    is_asked: Mapped[bool]
    """Sent because somebody said so: whether there are problems or not."""
    state: Mapped[RunState]
    figures: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """See `rules.counting.Figures`."""
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ReportLetter(Base):
    """The mail of one run to one recipient; handed over at most once."""

    __tablename__ = "report_letter"
    __table_args__ = (UniqueConstraint("run_id", "recipient_id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    run_id: Mapped[str] = mapped_column(ForeignKey("report_run.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("report_recipient.id"))
    state: Mapped[LetterState]
    answer: Mapped[str] = mapped_column(String(500), default="")
    """The mail server's last words."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class DispatchDay(Base):
    """The dispatches that were made on a day of the organisation's calendar, as they stand, counted."""

    __tablename__ = "dispatch_day"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(32), primary_key=True)
    count: Mapped[int]
    cost: Mapped[int] = mapped_column(BigInteger)
    """Minor units of those whose cost is known."""


class DispatchPace(Base):
    """How long the dispatches of a day took until they arrived; see `rules.pace`."""

    __tablename__ = "dispatch_pace"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    bucket: Mapped[int] = mapped_column(primary_key=True)
    count: Mapped[int]


class DispatchCounted(Base):
    """Up to when changes of an organisation's dispatches have been counted."""

    __tablename__ = "dispatch_counted"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    until: Mapped[datetime]
