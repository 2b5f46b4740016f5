"""Tables of people, their ways in and sessions, capability links, and keys of programs."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.sealing import SEALED
from app.identity.rules import FactorKind, LinkPurpose, Proof


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
    has_factor: Mapped[bool] = mapped_column(default=False)
    """Whether signing in takes a second step; kept by the actions that add and remove factors."""


class Factor(Base):
    """A second factor of a person. One that was never confirmed by a code of its own counts for nothing."""

    __tablename__ = "factor"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[FactorKind]
    name: Mapped[str] = mapped_column(String(100))
    """What its owner calls it."""
    secret: Mapped[str | None] = mapped_column(String(400), info=SEALED)
    """The seed of an app, sealed; a passkey keeps its own elsewhere."""
    last_step: Mapped[int | None]
    """The newest time step whose code was used: none is good twice (RFC 6238, 5.2)."""
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Passkey(Base):
    """What a factor of the kind `PASSKEY` is made of (WebAuthn Level 3): nothing of it is secret."""

    __tablename__ = "passkey"

    factor_id: Mapped[str] = mapped_column(ForeignKey("factor.id"), primary_key=True)
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    """At most 1023 bytes, as base64url."""
    public_key: Mapped[str] = mapped_column(String(4000))
    """A COSE key (RFC 9052), as base64url."""
    host: Mapped[str] = mapped_column(String(253))
    """Where it works: the relying party's id. No other host is ever answered."""
    sign_count: Mapped[int] = mapped_column(BigInteger)
    """How often it signed, where it counts; one that goes back was copied."""
    transports: Mapped[list[str]] = mapped_column(JSON)
    is_backed_up: Mapped[bool]
    """Whether it is kept in more than one place."""


class RecoveryCode(Base):
    """A code for the day on which every other factor is lost; kept as an HMAC, good once."""

    __tablename__ = "recovery_code"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SecondStep(Base):
    """Somebody who has proved the first thing and not yet the second. The browser holds its id, signed."""

    __tablename__ = "second_step"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    first: Mapped[Proof]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]


class PasswordReset(Base):
    """A way to a new password. Its token is derived like a mailed code's; without a person: a decoy."""

    __tablename__ = "password_reset"

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class KnownDevice(Base):
    """A browser in which a person has signed in. It holds a token for years, this its hash."""

    __tablename__ = "known_device"
    __table_args__ = (UniqueConstraint("person_id", "token_hash"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64))
    family: Mapped[str] = mapped_column(String(60))
    """What the browser calls itself without its versions: a token in another browser was copied."""
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]


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
    proofs: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What was proved at sign-in (`rules.Proof`), in that order; empty for a link."""


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


class SignInProvider(Base):
    """Where an organisation's own people sign in: an OpenID Provider, and what it said of itself."""

    __tablename__ = "sign_in_provider"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    issuer: Mapped[str] = mapped_column(String(300))
    """Exactly as the provider writes it in its tokens (OpenID Connect Core 1.0, 2)."""
    client_id: Mapped[str] = mapped_column(String(200))
    sealed_secret: Mapped[str] = mapped_column(String(1000), info=SEALED)
    label: Mapped[str] = mapped_column(String(60))
    """What the button says after "Sign in with"."""
    is_on: Mapped[bool] = mapped_column(default=False)
    is_only_way: Mapped[bool] = mapped_column(default=False)
    """Whether those who work here come in no other way."""
    endpoints: Mapped[dict[str, Any]] = mapped_column(JSON)
    """What discovery said (OpenID Connect Discovery 1.0, 3), as far as it is used."""
    """Its keys are asked for at every sign-in: one that the provider withdrew opens nothing any more."""
    tested_at: Mapped[datetime]


class LinkedIdentity(Base):
    """What a provider calls a person: from the first sign-in on nothing else counts, no address either."""

    __tablename__ = "linked_identity"
    __table_args__ = (UniqueConstraint("organisation_id", "issuer", "subject"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    """`sub`, which the issuer never gives to anybody else (OpenID Connect Core 1.0, 5.7)."""
    linked_at: Mapped[datetime]
