"""What is known of who read what."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class ReceiptKind(StrEnum):
    """What is known of a recipient and a version (K-02): three facts, none of which stands for another."""

    FETCHED = "fetched"
    """Something asked for the address of the link: a person's browser, or a machine that looks at mail."""
    OPENED = "opened"
    """A person looked at the document (PY-26)."""
    DOWNLOADED = "downloaded"


class Receipt(Base):
    """One fact of one reader and one version, when it was so for the first time."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("document_id", "reader_id", "kind"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    reader_id: Mapped[str] = mapped_column(String(26))
    reader_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ReceiptKind]
    at: Mapped[datetime]
