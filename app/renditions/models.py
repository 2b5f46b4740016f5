"""The table of renditions: what Kontor made of a document, beside the bytes that came."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.renditions.rules import Form, Reason, State


class Rendition(Base):
    """One form of one version of a document; its bytes lie in the storage under their SHA-256."""

    __tablename__ = "rendition"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "document_id"], ["document.organisation_id", "document.id"]
        ),
        UniqueConstraint("document_id", "form", "answer_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(String(26))
    form: Mapped[Form]
    answer_id: Mapped[str] = mapped_column(String(26), default="")
    """The acceptance on a stamp; empty for every other form."""
    state: Mapped[State]
    sha256: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]
    reason: Mapped[Reason | None]
    detail: Mapped[str] = mapped_column(String(200), default="")
    """What the reason is about: rules, letters."""
    renderer: Mapped[str] = mapped_column(String(20))
    wanted_at: Mapped[datetime]
    made_at: Mapped[datetime | None]
