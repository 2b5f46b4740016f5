"""Tables of payments, what each was for, and how an organisation is paid."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.money import Money
from app.core.sealing import SEALED
from app.payments.rules import Provider, State


class PaymentSettings(Base):
    """How an organisation is paid; without a row, or a key, nobody can pay by link."""

    __tablename__ = "payment_settings"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    sealed_key: Mapped[str | None] = mapped_column(String(500), info=SEALED)
    """The provider's key, sealed."""
    key_ending: Mapped[str] = mapped_column(String(4), default="")
    is_on: Mapped[bool] = mapped_column(default=False)
    allows_parts: Mapped[bool] = mapped_column(default=False)
    """Whether less than the whole may be paid."""

    @property
    def can_be_paid(self) -> bool:
        """Whether customers can pay by link."""
        return self.is_on and self.sealed_key is not None


class Payment(Base):
    """Money for one or more invoices of one customer, asked for or received."""

    __tablename__ = "payment"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        UniqueConstraint("provider", "provider_id"),
        CheckConstraint("minor > 0", name="minor_positive"),
        Index("ix_payment_customer", "organisation_id", "customer_id", "id"),
        Index(
            "ix_payment_received", "organisation_id", "customer_id", "state", "received_on", "id"
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    """Also the Idempotency-Key at the provider: asked twice, it is one payment there too."""
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str] = mapped_column(String(26))
    provider: Mapped[Provider]
    provider_id: Mapped[str | None] = mapped_column(String(64))
    state: Mapped[State]
    currency: Mapped[str] = mapped_column(String(3))
    minor: Mapped[int] = mapped_column(BigInteger)
    """What was asked for, in minor units."""
    received_minor: Mapped[int | None] = mapped_column(BigInteger)
    """What came, in minor units; None until it has."""
    checkout_url: Mapped[str | None] = mapped_column(String(1000))
    by_kind: Mapped[str] = mapped_column(String(16))
    by_id: Mapped[str] = mapped_column(String(64))
    by_name: Mapped[str] = mapped_column(String(200))
    received_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(200), default="")
    """What staff wrote about money that came another way; what the provider said where it failed."""
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    @property
    def amount(self) -> Money:
        """What was asked for, or what came where it has come."""
        minor = self.minor if self.received_minor is None else self.received_minor
        return Money(minor, self.currency)


class PaymentPart(Base):
    """What one invoice gets of a payment."""

    __tablename__ = "payment_part"
    __table_args__ = (Index("ix_payment_part_lineage", "lineage_id"),)

    payment_id: Mapped[str] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    """The version that it was started for; it counts for the newest one."""
    lineage_id: Mapped[str] = mapped_column(String(26))
    version: Mapped[int]
    minor: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int]
