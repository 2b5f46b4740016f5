"""The table of evidence packs: who asked for what, how far it is, and what its sum is."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.progress import Progress
from app.evidence.rules import Reason, State


class EvidencePack(Base):
    """All that is known of a document. The ZIP lies in the storage under the pack's id."""

    __tablename__ = "evidence_pack"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "document_id"], ["document.organisation_id", "document.id"]
        ),
        Index("ix_evidence_pack_person", "person_id", "id"),
        Index("ix_evidence_pack_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(String(26))
    """The version on whose page it was asked for."""
    lineage_id: Mapped[str] = mapped_column(String(26))
    number: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(200))
    """As they were called when they asked."""
    with_internal: Mapped[bool]
    """Whether it holds files that only staff see."""
    state: Mapped[State]
    reason: Mapped[Reason | None]
    detail: Mapped[str] = mapped_column(String(200), default="")
    """The file that a reason is about."""
    total: Mapped[int | None]
    """Files that it will have; None until they are counted."""
    done: Mapped[int]
    size: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes of the ZIP."""
    sha256: Mapped[str | None] = mapped_column(String(64))
    """Of the ZIP."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def progress(self) -> Progress:
        """How far it is; before the files are counted there is one piece to wait for."""
        return Progress(max(self.total or 0, self.done, 1), self.done, since=self.started_at)
