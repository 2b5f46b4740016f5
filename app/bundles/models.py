"""The tables of bundles: who asked for what, how far it is, and which documents are in it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.access.grants import Role
from app.bundles.rules import Pattern, Reason, State
from app.core.db import Base
from app.core.progress import Progress


class Bundle(Base):
    """Documents taken along by a person. The archive lies in the storage under the bundle's id."""

    __tablename__ = "bundle"
    __table_args__ = (
        Index("ix_bundle_person", "person_id", "id"),
        Index("ix_bundle_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    person_name: Mapped[str] = mapped_column(String(200))
    """As they were called when they asked."""
    role: Mapped[Role]
    customer_id: Mapped[str | None] = mapped_column(String(26))
    """The customer of a contact."""
    filters: Mapped[dict[str, Any]] = mapped_column(JSON)
    chosen: Mapped[list[str]] = mapped_column(JSON)
    """The ids of what was ticked; empty: all that fits the filters."""
    pattern: Mapped[Pattern]
    with_internal: Mapped[bool]
    """Whether it holds files that only staff see."""
    language: Mapped[str] = mapped_column(String(8))
    state: Mapped[State]
    reason: Mapped[Reason | None]
    total: Mapped[int | None]
    """Documents that it will have; None until they are counted."""
    done: Mapped[int]
    size: Mapped[int | None] = mapped_column(BigInteger)
    """Bytes of the archive."""
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    expires_at: Mapped[datetime]

    @property
    def progress(self) -> Progress:
        """How far it is; before the documents are counted there is one piece to wait for."""
        return Progress(max(self.total or 0, self.done, 1), self.done, since=self.started_at)


class BundleDocument(Base):
    """One document of a bundle that is made: it has to be released still when it is downloaded."""

    __tablename__ = "bundle_document"

    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundle.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
