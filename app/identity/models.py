"""Tables of people, their sessions and mailed codes, capability links, and keys of programs."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.identity.rules import LinkPurpose


class Person(Base):
    """A login. Its address is unique over the installation and belongs to one organisation (B2-03)."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str | None] = mapped_column(String(2))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class LoginSession(Base):
    """One browser that is signed in, as a person or by a link. The cookie holds the token, this its hash."""

    __tablename__ = "login_session"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (link_id IS NULL)", name="person_or_link"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    link_id: Mapped[str | None] = mapped_column(ForeignKey("capability_link.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    seen_before_at: Mapped[datetime | None]
    """When the person was last seen on the visit before this one."""
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    address: Mapped[str] = mapped_column(String(45))
    """The network address at sign-in (IPv4 or IPv6 text)."""
    agent: Mapped[str] = mapped_column(String(300))
    proved_at: Mapped[datetime | None]
    """When more was proved than a link or a password (PY-09)."""
    proof_seen_at: Mapped[datetime | None]
    """When that proof was last used: it is over after the organisation's idle limit."""
    confirmed_at: Mapped[datetime | None]
    """When a person last showed that it is them, at sign-in or since (ASVS 7.5.1)."""


class MailedCode(Base):
    """A code sent by mail. The code itself is derived from the id and the installation's key.

    Without a person the row is a decoy: asking for a code costs the same for every address.
    """

    __tablename__ = "mailed_code"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class CapabilityLink(Base):
    """A link that stands for a recipient: whoever has it may see one document, or a customer's all.

    The token is derived from the id and the installation's key and kept as a hash only: a copy of
    the database opens nothing, and a repeated mail carries the same link.
    """

    __tablename__ = "capability_link"
    __table_args__ = (
        Index("ix_capability_link_lineage", "lineage_id", "email"),
        Index("ix_capability_link_document", "lineage_id", "id"),
        Index("ix_capability_link_customer", "customer_id", "id"),
        # A customer has a link for every letter, and few of these.
        Index(
            "ix_capability_link_whole",
            "customer_id",
            "id",
            sqlite_where=text("lineage_id IS NULL"),
            postgresql_where=text("lineage_id IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str] = mapped_column(ForeignKey("customer.id"))
    purpose: Mapped[LinkPurpose] = mapped_column(default=LinkPurpose.DISPATCH)
    lineage_id: Mapped[str | None] = mapped_column(String(26))
    """The document with all its versions; None: everything of the customer."""
    document_id: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    """The version that the link was made for."""
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    uses: Mapped[int] = mapped_column(default=0)
    last_used_at: Mapped[datetime | None]


class ApiKey(Base):
    """What a program of an organisation proves itself with. The program holds the token, this its hash."""

    __tablename__ = "api_key"
    __table_args__ = (Index("ix_api_key_organisation", "organisation_id", "id"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    """Permissions (`resource:verb`) out of `rules.SCOPE_NAMES`."""
    created_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    """To the minute."""
    revoked_at: Mapped[datetime | None]
