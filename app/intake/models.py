"""Tables of what came in: batches, and the files of each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.progress import WorkState


class Intake(Base):
    """Files that came in together."""

    __tablename__ = "intake"
    __table_args__ = (
        Index("ix_intake_organisation", "organisation_id", "id"),
        Index("ix_intake_state", "organisation_id", "state", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    total: Mapped[int]
    creates_customers: Mapped[bool]
    """Whether customers that are not known yet are made without asking."""
    state: Mapped[WorkState]
    resumed_at: Mapped[datetime | None]
    """When it was begun again; None: it never was."""
    done_before: Mapped[int] = mapped_column(default=0)
    """How many files were done by then."""


class ItemState(StrEnum):
    """How far one file of an intake has come."""

    WAITING = "waiting"
    TAKEN_IN = "taken_in"
    HELD = "held"
    KNOWN = "known"
    """The same bytes are there already: nothing new."""
    FAILED = "failed"


class IntakeItem(Base):
    """One file of an intake."""

    __tablename__ = "intake_item"
    __table_args__ = (
        UniqueConstraint("intake_id", "position"),
        Index("ix_intake_item_state", "intake_id", "state", "position"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    intake_id: Mapped[str] = mapped_column(ForeignKey("intake.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    state: Mapped[ItemState]
    is_promised: Mapped[bool] = mapped_column(default=False)
    """Whether its turn has come; of the files that wait only a few have a promise at a time."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
