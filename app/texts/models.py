"""The table of texts that organisations wrote themselves."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.documents.rules.kinds import Kind


class OwnText(Base):
    """An organisation's words about one kind of document in one language; None: the standard's."""

    __tablename__ = "own_text"
    __table_args__ = (UniqueConstraint("organisation_id", "kind", "language"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[Kind]
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str | None] = mapped_column(String(200))
    body: Mapped[str | None] = mapped_column(String(8000))
    button: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(2000), default="")
    """What stands above the document on its page; empty: nothing."""
    version: Mapped[int]
    """Counted up with each change: who saves names the one that they had before them."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(200))
    """As they were called then."""

    @property
    def is_own(self) -> bool:
        """Whether the letter differs from the standard."""
        return any(text is not None for text in (self.subject, self.body, self.button))
