"""Tables of text messages, and through whom an organisation sends them."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.sealing import SEALED
from app.sms.rules.budget import Limits
from app.sms.rules.life import LONGEST_ANSWER, Authentication, Gateway, Purpose, State


class SmsSettings(Base):
    """Through whom an organisation sends messages, and how many; without a row it sends none."""

    __tablename__ = "sms_settings"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    is_on: Mapped[bool] = mapped_column(default=False)
    gateway: Mapped[Gateway]
    sender: Mapped[str] = mapped_column(String(40))
    """What the telephone shows: a number (E.164), up to 11 letters, or a service of Twilio (`MG…`)."""
    account: Mapped[str] = mapped_column(String(100), default="")
    """The account's name at the gateway: Twilio's SID, the name of Basic authentication."""
    sealed_secret: Mapped[str | None] = mapped_column(String(1000), info=SEALED)
    """The token or password, sealed."""
    secret_ending: Mapped[str] = mapped_column(String(4), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    authentication: Mapped[Authentication] = mapped_column(default=Authentication.BEARER)
    template: Mapped[str] = mapped_column(Text, default="")
    """The JSON that the gateway takes, with placeholders."""
    reference_path: Mapped[str] = mapped_column(String(100), default="")
    """Where in the answer the gateway's own reference stands: `messages.0.id`."""
    hook_number: Mapped[int] = mapped_column(default=1)
    """Counts the secrets that receipts are signed with; none is stored."""
    countries: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Where messages may go (ISO 3166-1); none: the organisation's own country."""
    per_day: Mapped[int] = mapped_column(default=200)
    per_month: Mapped[int] = mapped_column(default=3000)
    per_country_and_day: Mapped[int] = mapped_column(default=200)
    price_minor: Mapped[int | None]
    """What one part costs, in minor units of the organisation's currency, rounded up."""
    money_per_month: Mapped[int | None]
    paused_at: Mapped[datetime | None]
    """When Kontor stopped by itself, because hardly any code was used."""
    resumed_at: Mapped[datetime | None]

    @property
    def limits(self) -> Limits:
        """How many messages may go out."""
        return Limits(
            self.per_day,
            self.per_month,
            self.per_country_and_day,
            self.price_minor,
            self.money_per_month,
        )

    @property
    def can_send(self) -> bool:
        """Whether messages go out at all."""
        return self.is_on and self.is_open_for(Purpose.TEST)

    def is_open_for(self, purpose: Purpose) -> bool:
        """Say whether messages of a purpose go out: tests do before it is switched on."""
        is_ready = self.sealed_secret is not None and self.paused_at is None
        return is_ready and (self.is_on or purpose is Purpose.TEST)


class TextMessage(Base):
    """One text message, handed over at most once."""

    __tablename__ = "text_message"
    __table_args__ = (
        UniqueConstraint("organisation_id", "key"),
        Index("ix_text_message_newest", "organisation_id", "id"),
        Index("ix_text_message_reference", "organisation_id", "provider_ref"),
        Index("ix_text_message_used", "organisation_id", "purpose", "country", "created_at"),
        Index("ix_text_message_state", "state", "valid_until"),
        Index("ix_text_message_created_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    """Also travels with the message, so that a receipt finds it."""
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    key: Mapped[str] = mapped_column(String(100))
    """Asked for twice with one key, it is one message."""
    number: Mapped[str] = mapped_column(String(20))
    """E.164."""
    country: Mapped[str] = mapped_column(String(2))
    purpose: Mapped[Purpose]
    text: Mapped[str | None] = mapped_column(Text, info=SEALED)
    """Sealed; gone as soon as nobody will hand it over any more."""
    segments: Mapped[int]
    state: Mapped[State]
    provider: Mapped[Gateway]
    provider_ref: Mapped[str | None] = mapped_column(String(100))
    code: Mapped[str] = mapped_column(String(40), default="")
    """What the gateway calls its trouble: Twilio's error code, a status."""
    answer: Mapped[str] = mapped_column(String(LONGEST_ANSWER), default="")
    """What it said about it, for staff."""
    cost_minor: Mapped[int | None]
    currency: Mapped[str | None] = mapped_column(String(3))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    attempted_at: Mapped[datetime | None]
    """Set before the gateway is touched: whoever finds it knows that somebody may have sent it."""
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """When its code was used."""
    valid_until: Mapped[datetime]
