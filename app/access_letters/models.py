"""The table of access letters. Whom one is for, what it opens and until when says its link."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class AccessLetter(Base):
    """A letter that lets somebody in by its code and its PIN, as its link would."""

    __tablename__ = "access_letter"
    __table_args__ = (Index("ix_access_letter_customer", "customer_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    link_id: Mapped[str] = mapped_column(ForeignKey("capability_link.id"), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """See `proofs.fingerprint`; the code and the PIN follow from the id."""
    made_by: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong PINs since the last right one, or since the last lock was over."""
    locks: Mapped[int] = mapped_column(default=0)
    """How often it was locked: each time for longer."""
    locked_until: Mapped[datetime | None]
