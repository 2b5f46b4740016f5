"""The table of requests for access."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.sign_up.rules import State


class AccessRequest(Base):
    """Somebody asks an organisation for access; one that is not confirmed means nothing."""

    __tablename__ = "access_request"
    __table_args__ = (
        Index("ix_access_request_state", "organisation_id", "state", "id"),
        Index("ix_access_request_email", "organisation_id", "email"),
        Index("ix_access_request_sweep", "state", "created_at"),
        Index("ix_access_request_person", "person_id"),
        Index("ix_access_request_customer", "customer_id"),
        Index(
            "uq_access_request_waiting",
            "organisation_id",
            "email",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    reference: Mapped[str] = mapped_column(String(100))
    """What they say is their number, or one of their documents'; nobody has checked it."""
    message: Mapped[str] = mapped_column(String(2000))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the way to confirm; the token follows from the id."""
    state: Mapped[State]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was refused; or why platform support decided in an administrator's place (B2-07)."""
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Whose login it became."""
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"))
