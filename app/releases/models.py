"""Tables of releases: batches, and what became of each document."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.journal import Actor
from app.core.progress import WorkState
from app.releases.rules import ItemState


class Release(Base):
    """Documents that somebody decided to publish together."""

    __tablename__ = "release"
    __table_args__ = (
        Index("ix_release_organisation", "organisation_id", "id"),
        Index("ix_release_state", "organisation_id", "state", "id"),
        UniqueConstraint("organisation_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    total: Mapped[int]
    state: Mapped[WorkState]
    resumed_at: Mapped[datetime | None]
    """When it was begun again; None: it never was."""
    done_before: Mapped[int] = mapped_column(default=0)
    """How many documents were done by then."""
    round: Mapped[int] = mapped_column(default=1)
    """Counts how often it was begun: later work of a round before ends by itself."""

    @property
    def by(self) -> Actor:
        """Who decided."""
        return Actor(self.by_kind, self.by_id, self.by_name)


class ReleaseItem(Base):
    """One document of a release."""

    __tablename__ = "release_item"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "document_id"], ["document.organisation_id", "document.id"]
        ),
        ForeignKeyConstraint(
            ["organisation_id", "release_id"], ["release.organisation_id", "release.id"]
        ),
        UniqueConstraint("release_id", "document_id"),
        Index("ix_release_item_state", "release_id", "state", "position"),
    )

    release_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(String(26))
    state: Mapped[ItemState]
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was not published, as a msgid."""
