"""Tables of tenants and of those they send documents to."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.access.proof import Level, Method
from app.access.rights import Action
from app.core.db import Base, sortable
from app.core.sealed_json import SealedJson
from app.core.sealing import SEALED
from app.organisations.rules import Asked, Channel, CustomerKind, MemberRole, RecipientRole
from app.organisations.rules.branding import Ending, Logo, Placed, in_mails
from app.organisations.rules.portal import KINDS, Access, MailedFiles, Visible, Ways
from app.organisations.rules.provable import Provable


def _words(kind: type[StrEnum], name: str) -> Enum:
    """Return the type of a column of words: a table has two of a kind, and each check its own name."""
    words = [one.value for one in kind]
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda _words: words,
    )


class Organisation(Base):
    """The tenant: a sender of documents."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("slug = lower(slug)", name="slug_lower"),
        Index("ix_organisation_base_url", "base_url"),
        Index("uq_organisation_guest_code", "guest_code", unique=True),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    country: Mapped[str] = mapped_column(String(2))
    """ISO 3166-1; also how dates and amounts are written."""
    timezone: Mapped[str] = mapped_column(String(64))
    currency: Mapped[str] = mapped_column(String(3))
    base_url: Mapped[str] = mapped_column(String(200))
    """Origin of every link that leaves the house."""
    accent: Mapped[str] = mapped_column(String(7))
    vat_id: Mapped[str | None] = mapped_column(String(32))
    contact_email: Mapped[str] = mapped_column(String(254))
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    sender_name: Mapped[str] = mapped_column(String(200))
    sender_email: Mapped[str] = mapped_column(String(254))
    publishes_at_once: Mapped[bool] = mapped_column(default=True)
    """Documents without findings are published at intake, without waiting for staff."""
    logo: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """See `rules.branding.Logo`; the bytes lie in the storage."""
    imprint_url: Mapped[str] = mapped_column(String(300), default="")
    privacy_url: Mapped[str] = mapped_column(String(300), default="")
    portal_is_on: Mapped[bool] = mapped_column(default=True)
    portal_kinds: Mapped[list[str]] = mapped_column(JSON, default=lambda: list(KINDS))
    """The kinds of documents that customers may have anything to do with (BM-01)."""
    portal_actions: Mapped[list[str]] = mapped_column(
        JSON, default=lambda: [action.value for action in Action]
    )
    """What customers may do (BM-02)."""
    portal_is_open: Mapped[bool] = mapped_column(default=True)
    """Whether a customer that inherits has the portal."""
    portal_for_new: Mapped[Access] = mapped_column(default=Access.INHERIT)
    """What a new customer gets (BM-03)."""
    portal_ways: Mapped[Ways] = mapped_column(default=Ways.BOTH)
    portal_visible: Mapped[Visible] = mapped_column(default=Visible.ENTERED)
    """What customers see that have no choice of their own (PY-22)."""
    link_days: Mapped[int] = mapped_column(default=30)
    """Days that a link stays open after the document is due, at most 120."""
    proof_level: Mapped[Level] = mapped_column(default=Level.NEVER)
    """What customers' people prove beyond their link or their account (PY-01)."""
    proof_primary: Mapped[Method] = mapped_column(
        _words(Method, "proof_primary"), default=Method.SMS
    )
    proof_secondary: Mapped[Method | None] = mapped_column(_words(Method, "proof_secondary"))
    """Offered where the primary method is impossible or did not arrive (PY-04)."""
    proof_idle_minutes: Mapped[int] = mapped_column(default=30)
    """How long a proof outlasts doing nothing (PY-09)."""
    mailed_files: Mapped[MailedFiles] = mapped_column(default=MailedFiles.EXCLUDE)
    """Whether mails carry the document (PY-10)."""
    members_need_factor: Mapped[bool] = mapped_column(default=False)
    """Whether those who work here need a second factor to sign in (PY-34)."""
    contacts_need_factor: Mapped[bool] = mapped_column(default=False)
    """Whether customers' people do."""
    quote_order_number: Mapped[Asked] = mapped_column(
        _words(Asked, "quote_order_number"), default=Asked.OPTIONAL
    )
    """Whether who accepts a quote is asked for their order number (BM-22)."""
    quote_cost_centre: Mapped[Asked] = mapped_column(
        _words(Asked, "quote_cost_centre"), default=Asked.NEVER
    )
    guests_welcome: Mapped[bool] = mapped_column(default=False)
    """Whether strangers may ask for access (B2-05)."""
    guest_code: Mapped[str | None] = mapped_column(String(20))
    """What to hand out in place of the short name, in lower case; see `app.sign_up`."""
    guests_told_at: Mapped[datetime | None]
    """When the administrators were last told who asks for access."""
    origin_days: Mapped[int] = mapped_column(default=90)
    """Days after which it is forgotten from which network addresses things were done (UX-32)."""
    created_at: Mapped[datetime]

    @property
    def shown_logo(self) -> Logo | None:
        """The logo that the organisation shows of itself."""
        return Logo.from_json(self.logo)

    @property
    def logo_in_mails(self) -> Placed | None:
        """The logo as mails show it."""
        return in_mails(self.shown_logo, self.base_url)


class KeptLogo(Base):
    """A logo that an organisation showed once: mails that went out go on referring to it."""

    __tablename__ = "organisation_logo"
    __table_args__ = (Index("ix_organisation_logo_sha256", "sha256", "ending"),)

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    ending: Mapped[Ending]
    created_at: Mapped[datetime]


class Member(Base):
    """A person who works for the organisation."""

    __tablename__ = "member"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[MemberRole]


class Customer(Base):
    """Somebody the organisation sends documents to."""

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("organisation_id", "id"),
        UniqueConstraint("organisation_id", "number"),
        Index("ix_customer_name", "organisation_id", "name_sort", "id"),
        Index("ix_customer_vat_id", "organisation_id", "vat_id"),
        Index("ix_customer_gln", "organisation_id", "gln"),
        Index("ix_customer_endpoint", "organisation_id", "endpoint"),
        Index("ix_customer_email", "organisation_id", "email"),
        Index("ix_customer_portal", "organisation_id", "portal"),
        Index("ix_customer_parent", "parent_id"),
        Index("ix_customer_provable", "organisation_id", "provable", "kind", "name_sort", "id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    number: Mapped[str] = mapped_column(sortable(40))
    kind: Mapped[CustomerKind]
    name: Mapped[str] = mapped_column(String(200))
    name_sort: Mapped[str] = mapped_column(sortable(200))
    """The name in lower case: SQLite and PostgreSQL sort it alike."""
    language: Mapped[str | None] = mapped_column(String(2))
    email: Mapped[str | None] = mapped_column(sortable(254))
    address_line: Mapped[str] = mapped_column(String(200), default="")
    """What stands between the name and the street: a department, care of."""
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(100), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    vat_id: Mapped[str | None] = mapped_column(String(32))
    gln: Mapped[str | None] = mapped_column(String(13))
    phone: Mapped[str] = mapped_column(String(20), default="")
    """E.164, `+41446681800`; so is `mobile`."""
    mobile: Mapped[str] = mapped_column(String(20), default="")
    iban: Mapped[str] = mapped_column(String(34), default="")
    """Where money goes back to (ISO 13616), without blanks."""
    bic: Mapped[str] = mapped_column(String(11), default="")
    account_holder: Mapped[str] = mapped_column(String(200), default="")
    uid: Mapped[str] = mapped_column(String(12), default="")
    """The Swiss number of a business, `CHE100155212`."""
    registration: Mapped[str] = mapped_column(String(40), default="")
    """The number in the country's register of companies."""
    endpoint: Mapped[str | None] = mapped_column(String(100))
    """Electronic address with its scheme, `0088:7300010000001` (BT-49)."""
    portal: Mapped[Access] = mapped_column(default=Access.INHERIT)
    """Whether it has the customer portal (BM-05)."""
    provable: Mapped[Provable] = mapped_column(default=Provable.NOTHING)
    """What its address and mobile number are good for as a proof; follows them (PY-07)."""
    visible: Mapped[Visible | None]
    """Which of its documents its people see (PY-22); None: as the organisation decides."""
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("customer.id"))
    """The main customer, which sees what this one sees, never the reverse (PY-23)."""
    confirmed_at: Mapped[datetime | None]
    """When somebody of the customer last said that its data are right."""
    created_at: Mapped[datetime]


class Contact(Base):
    """A person of the customer who signs in."""

    __tablename__ = "contact"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        Index("ix_contact_customer", "organisation_id", "customer_id"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(String(26))
    customer_id: Mapped[str] = mapped_column(String(26))
    is_primary: Mapped[bool] = mapped_column(default=False)
    rights: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """What they were given, `kind:action` and general actions (UX-04); None: everything."""
    ends_on: Mapped[date | None]
    """The last day of a delegation (K-05), on the organisation's calendar; None: no end is set."""
    ended_at: Mapped[datetime | None]
    """When somebody ended it before its time."""
    invited_by: Mapped[str | None] = mapped_column(String(200))
    """Who of the customer asked them in, as they were called then; None: the organisation did."""


class Recipient(Base):
    """One of those who get a customer's documents, each in their own way (B2-25)."""

    __tablename__ = "recipient"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        Index("ix_recipient_customer", "organisation_id", "customer_id"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(String(26))
    customer_id: Mapped[str] = mapped_column(String(26))
    role: Mapped[RecipientRole]
    name: Mapped[str] = mapped_column(String(200))
    channel: Mapped[Channel]
    email: Mapped[str | None] = mapped_column(String(254))
    endpoint: Mapped[str] = mapped_column(String(100), default="")
    """Where its channel reaches it: the eBill or Peppol participant, the GLN of an insurer."""
    postal: Mapped[dict[str, str] | None] = mapped_column(JSON(none_as_null=True))
    """An address of its own, see `rules.postal`; None: letters go to the customer's."""
    particulars: Mapped[dict[str, Any]] = mapped_column(
        SealedJson, default=dict, nullable=True, info=SEALED
    )
    """What its channel asks for beyond that; the channel's adapter knows what it means.

    Sealed: for an insurer a patient's day of birth and social security number are among it.
    """
    checked: Mapped[str] = mapped_column(String(32), default="")
    """What the channel answered when it was asked for the recipient; empty: not asked yet."""
    checked_at: Mapped[datetime | None]
    language: Mapped[str | None] = mapped_column(String(2))
    kinds: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Kinds of documents; an empty list means all."""
    removed_at: Mapped[datetime | None]
