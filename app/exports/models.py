"""The table of exports: who asked for what, and how far it is."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.access.grants import Role
from app.core.db import Base
from app.core.progress import Progress
from app.exports.rules import Format, State


class Export(Base):
    """A list taken along by a person. Its file lies in the storage under the export's id."""

    __tablename__ = "export"
    __table_args__ = (
        Index("ix_export_person", "person_id", "id"),
        Index("ix_export_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]
    """What the person was when asking: what exists for them follows from it."""
    customer_id: Mapped[str | None] = mapped_column(String(26))
    """The customer of a contact."""
    kinds: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """The kinds of documents that were released to a contact when asking; None for staff."""
    format: Mapped[Format]
    state: Mapped[State]
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    sort: Mapped[str] = mapped_column(String(16))
    direction: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(8))
    total: Mapped[int | None]
    """Rows that it will have; None until they are counted."""
    done: Mapped[int]
    size: Mapped[int | None]
    """Bytes of the file."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def progress(self) -> Progress:
        """How far it is; before the rows are counted there is one piece to wait for."""
        return Progress(max(self.total or 0, self.done, 1), self.done, since=self.started_at)
