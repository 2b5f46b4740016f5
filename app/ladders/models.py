"""Tables of delivery ladders: what an organisation wants, each climb, each step that was taken."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.ladders.rules import Deed, End, Group, State
from app.ladders.rules.steps import Step

_WAITS = text("due_at IS NOT NULL")


class LadderSettings(Base):
    """What holds for all ladders of an organisation; without a row the defaults do."""

    __tablename__ = "ladder_settings"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    subdivision: Mapped[str] = mapped_column(String(10), default="")
    """Whose holidays count beside the country's (ISO 3166-2, its second part)."""
    texts: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """Language → what a reminder mail says, with placeholders; none: the standard."""


class Ladder(Base):
    """The steps for a kind of document and a group of customers."""

    __tablename__ = "ladder"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "customers"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[str] = mapped_column(String(32))
    customers: Mapped[Group]
    is_on: Mapped[bool] = mapped_column(default=False)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """See `rules.steps.Step`, in their order."""
    changed_at: Mapped[datetime]

    @property
    def rungs(self) -> tuple[Step, ...]:
        """The steps, in their order."""
        return tuple(Step.from_json(one) for one in self.steps)


class Climb(Base):
    """One version of a document on the ladder towards one recipient."""

    __tablename__ = "climb"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "document_id"], ["document.organisation_id", "document.id"]
        ),
        UniqueConstraint("document_id", "recipient_id"),
        Index("ix_climb_due", "due_at", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index(
            "ix_climb_day",
            *("organisation_id", "due_at", "id"),
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_climb_customer", "customer_id"),
        Index("ix_climb_dispatch", "dispatch_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(String(26))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey("recipient.id"))
    dispatch_id: Mapped[str] = mapped_column(ForeignKey("dispatch.id"))
    """What was sent first."""
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The ladder as it was when the document was published."""
    state: Mapped[State] = mapped_column(default=State.RUNNING)
    since: Mapped[datetime]
    """The moment that the days of the next step count from."""
    next_position: Mapped[int | None]
    """The step that waits for its day."""
    next_deed: Mapped[Deed | None]
    due_at: Mapped[datetime | None]
    """When; None: nothing waits for a day."""
    ended_because: Mapped[End | None]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def rungs(self) -> tuple[Step, ...]:
        """The steps, in their order."""
        return tuple(Step.from_json(one) for one in self.steps)


class ClimbStep(Base):
    """One step that was taken, or could not be: its key is what keeps it from being taken twice."""

    __tablename__ = "climb_step"

    climb_id: Mapped[str] = mapped_column(ForeignKey("climb.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    deed: Mapped[Deed]
    hindrance: Mapped[str] = mapped_column(String(300), default="")
    """Why it could not be taken, a msgid; empty: it was."""
    cost_minor: Mapped[int | None]
    """What a message cost; a document's own way costs what its dispatch does."""
    by_name: Mapped[str] = mapped_column(String(200), default="")
    """Who wanted it now; empty: its time had come."""
    at: Mapped[datetime]
