"""The table of codes that went out by text message."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class TextedCode(Base):
    """One code for one session and one purpose; it is derived from the row's id, and kept nowhere."""

    __tablename__ = "texted_code"
    __table_args__ = (
        Index("ix_texted_code_session", "session_id", "purpose", "id"),
        Index("ix_texted_code_expires_at", "expires_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("login_session.id"))
    purpose: Mapped[str] = mapped_column(String(32))
    text_id: Mapped[str | None] = mapped_column(String(26))
    """The text message; None: nobody would send it."""
    tries: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was used, or a newer one took its place."""
