"""Tables of comments and of the files that came with them."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.comments.rules import LONGEST, Side
from app.core.db import Base
from app.documents.models import Audience


class Comment(Base):
    """What somebody wrote about a document; an internal note where its audience is the house alone."""

    __tablename__ = "comment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "document_id"], ["document.organisation_id", "document.id"]
        ),
        Index("ix_comment_thread", "lineage_id", "audience", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(String(26))
    """The version that it was written on."""
    version: Mapped[int]
    lineage_id: Mapped[str] = mapped_column(String(26))
    """The thread belongs to all versions."""
    customer_id: Mapped[str | None] = mapped_column(String(26))
    """The document's when it was written: nobody else's thread ever shows it."""
    audience: Mapped[Audience]
    side: Mapped[Side]
    author_kind: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[str] = mapped_column(String(26))
    """The person's id, or the capability link's of a guest."""
    author_name: Mapped[str] = mapped_column(String(200))
    """As they were called then."""
    text: Mapped[str] = mapped_column(String(LONGEST))
    """Empty once it is withdrawn."""
    sent_as: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the form and what it held: sent twice, it is one comment."""
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    """When the other side was told, or would have been; internal notes are told to nobody."""


class CommentFile(Base):
    """One file of a comment; its bytes lie in the storage under their SHA-256."""

    __tablename__ = "comment_file"
    __table_args__ = (Index("ix_comment_file_comment", "comment_id", "position"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    comment_id: Mapped[str] = mapped_column(ForeignKey("comment.id"))
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
