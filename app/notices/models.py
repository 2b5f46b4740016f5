"""The table of notices."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.notices.rules import State


class Notice(Base):
    """One short letter to one person, as it was worded when something happened."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_object", "object_kind", "object_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(String(100), unique=True)
    """What it is about and for whom: told twice, it is one notice."""
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    said: Mapped[dict[str, Any]] = mapped_column(JSON)
    object_kind: Mapped[str] = mapped_column(String(32))
    object_id: Mapped[str] = mapped_column(String(26))
    state: Mapped[State]
    answer: Mapped[str] = mapped_column(String(500), default="")
    """The mail server's last words."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
