"""Tables of what was told to people about themselves, and of who was forgotten."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.progress import Progress
from app.privacy.rules import SubjectKind


class PrivacyExport(Base):
    """All that is known about somebody. The ZIP lies in the storage under the export's id."""

    __tablename__ = "privacy_export"
    __table_args__ = (
        Index("ix_privacy_export_subject", "subject_id", "id"),
        Index("ix_privacy_export_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[str] = mapped_column(String(26))
    subject_name: Mapped[str] = mapped_column(String(200))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    """Who asked."""
    person_name: Mapped[str] = mapped_column(String(200))
    is_done: Mapped[bool] = mapped_column(default=False)
    is_failed: Mapped[bool] = mapped_column(default=False)
    total: Mapped[int] = mapped_column(default=0)
    """Tables and files that it will have; 0 until they are counted."""
    done: Mapped[int] = mapped_column(default=0)
    rows: Mapped[int] = mapped_column(default=0)
    size: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes of the ZIP."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def progress(self) -> Progress:
        """How far it is."""
        return Progress(max(self.total, self.done, 1), self.done, since=self.started_at)


class Erasure(Base):
    """Somebody was forgotten. Kept, so that a backup that is restored forgets them again."""

    __tablename__ = "erasure"
    __table_args__ = (
        UniqueConstraint("organisation_id", "subject_kind", "subject_id"),
        Index("ix_erasure_held_until", "finished_at", "held_until"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    subject_kind: Mapped[SubjectKind]
    subject_id: Mapped[str] = mapped_column(String(26))
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    held_until: Mapped[date | None]
    """The last day that documents are kept; None where none are."""
    finished_at: Mapped[datetime | None]
    """When what was held is gone too."""
