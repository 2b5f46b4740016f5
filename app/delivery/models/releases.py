"""Table of releases: held dispatches that are let go together (B2-14)."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class DeliveryRelease(Base):
    """What somebody let go: every dispatch that was held for release when they looked."""

    __tablename__ = "delivery_release"
    __table_args__ = (Index("ix_delivery_release_newest", "organisation_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    filters: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    """What the list was narrowed to, see `queries.releases.kept`; empty: everything."""
    newest: Mapped[str] = mapped_column(String(26))
    """The newest dispatch that they saw: what came later is not let go unseen."""
    after: Mapped[str] = mapped_column(String(26), default="")
    """How far it has come: every dispatch up to this id was looked at."""
    total: Mapped[int]
    """How many there were when they looked."""
    released: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    """How many were not held any more, or cannot go."""
    asked_by: Mapped[str] = mapped_column(String(26))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
