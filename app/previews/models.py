"""Tables of previews: one per PDF of an organisation, and a row per page that was drawn."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.previews.rules import PreviewState, Problem


class Preview(Base):
    """How far the pictures of one PDF are; two documents with the same bytes share them."""

    __tablename__ = "preview"
    __table_args__ = (UniqueConstraint("organisation_id", "sha256"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    """The address of the PDF in the storage."""
    state: Mapped[PreviewState]
    problem: Mapped[Problem | None]
    wanted: Mapped[int]
    """Pages that somebody wants to see."""
    drawn: Mapped[int] = mapped_column(default=0)
    """Pages that are there, from the first."""
    pages: Mapped[int | None]
    """Pages that the PDF has; None as long as nobody looked."""
    created_at: Mapped[datetime]


class PageImage(Base):
    """The picture of one page; its bytes lie in the storage under their SHA-256."""

    __tablename__ = "page_image"

    preview_id: Mapped[str] = mapped_column(ForeignKey("preview.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """The page, counted from 1."""
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    """Pixels."""
    text: Mapped[str] = mapped_column(String(200))
    """What the page says at its beginning: it stands for the picture where none is seen."""
