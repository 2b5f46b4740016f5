"""Tables of proposals, the change of each field, and the batches that take them to the books."""

from datetime import datetime

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.master_data.rules import Risk, State
from app.organisations.rules.own_data import Field

_WAITING = text("state = 'waiting'")
_FRESH = text("state = 'accepted' AND batch_id IS NULL")
_TAKEN = text("batch_id IS NOT NULL")


class DataBatch(Base):
    """Accepted changes that were taken to the books together, once."""

    __tablename__ = "data_batch"
    __table_args__ = (UniqueConstraint("organisation_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    by_name: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    total: Mapped[int]


class DataProposal(Base):
    """What one person of a customer wanted changed at once."""

    __tablename__ = "data_proposal"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        UniqueConstraint("organisation_id", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str] = mapped_column(String(26))
    by_id: Mapped[str] = mapped_column(String(26))
    by_name: Mapped[str] = mapped_column(String(200))
    former_email: Mapped[str | None] = mapped_column(String(254))
    """Where documents went when it was proposed: told of changes, whatever the address is by then."""
    created_at: Mapped[datetime]


class DataChange(Base):
    """One field of a proposal: what it was, what it is to be, and what became of it."""

    __tablename__ = "data_change"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        ForeignKeyConstraint(
            ["organisation_id", "proposal_id"],
            ["data_proposal.organisation_id", "data_proposal.id"],
        ),
        ForeignKeyConstraint(
            ["organisation_id", "batch_id"], ["data_batch.organisation_id", "data_batch.id"]
        ),
        Index(
            "ix_data_change_open",
            "customer_id",
            "field",
            unique=True,
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index(
            "ix_data_change_queue",
            "organisation_id",
            "id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index(
            "ix_data_change_fresh",
            "organisation_id",
            "id",
            sqlite_where=_FRESH,
            postgresql_where=_FRESH,
        ),
        Index("ix_data_change_customer", "organisation_id", "customer_id", "id"),
        Index("ix_data_change_proposal", "organisation_id", "proposal_id", "id"),
        Index(
            "ix_data_change_batch",
            "organisation_id",
            "batch_id",
            "id",
            sqlite_where=_TAKEN,
            postgresql_where=_TAKEN,
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    proposal_id: Mapped[str] = mapped_column(String(26))
    customer_id: Mapped[str] = mapped_column(String(26))
    field: Mapped[Field]
    before: Mapped[str] = mapped_column(String(254))
    after: Mapped[str] = mapped_column(String(254))
    risk: Mapped[Risk]
    state: Mapped[State]
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    """Who decided, as they were called then."""
    decided_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    """Why it was refused, for who proposed it."""
    batch_id: Mapped[str | None] = mapped_column(String(26))
    """The batch that took it to the books; None: none yet."""
