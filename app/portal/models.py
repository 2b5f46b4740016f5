"""Tables of what was applied to all customers at once, and of what each had before."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.organisations.rules.portal import Access


class PortalRun(Base):
    """One value, given to every customer of an organisation that had another one (BM-04)."""

    __tablename__ = "portal_run"
    __table_args__ = (Index("ix_portal_run_organisation", "organisation_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    access: Mapped[Access]
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    customers: Mapped[int]
    """How many were changed."""
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(200))
    restored: Mapped[int | None]
    """How many had the run's value still when it was undone, and got theirs back."""


class PortalRunItem(Base):
    """What one customer had before a run."""

    __tablename__ = "portal_run_item"

    run_id: Mapped[str] = mapped_column(ForeignKey("portal_run.id"), primary_key=True)
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"), primary_key=True)
    former: Mapped[Access]
