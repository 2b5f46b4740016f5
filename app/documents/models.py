"""Tables of documents, what they say, their files, and how they came in."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, sortable
from app.core.languages import N_
from app.core.money import Money
from app.documents.rules.kinds import Kind
from app.documents.rules.life import Answer, State

_CUSTOMER = ("organisation_id", "customer_id")
_PART = ("state", "kind")
_OWED = text("open_minor > 0")


class Document(Base):
    """One version of one document: what lists need, and nothing more."""

    __tablename__ = "document"
    __table_args__ = (
        ForeignKeyConstraint(
            ["organisation_id", "customer_id"], ["customer.organisation_id", "customer.id"]
        ),
        UniqueConstraint("organisation_id", "id"),
        UniqueConstraint("organisation_id", "original"),
        UniqueConstraint("organisation_id", "lineage_key", "version"),
        Index("ix_document_current", "organisation_id", "is_current", "listed_on", "id"),
        Index("ix_document_kind", "organisation_id", "is_current", "kind", "listed_on", "id"),
        Index("ix_document_state", "organisation_id", "state", "listed_on", "id"),
        Index("ix_document_state_kind", "organisation_id", "state", "kind", "listed_on", "id"),
        # All begin with the organisation: the more columns are equal, the surer SQLite takes the index.
        Index("ix_document_customer", *_CUSTOMER, "state", "listed_on", "id"),
        # A statement of account is added up from this alone: what a document moves stands in it.
        Index(
            "ix_document_customer_kind",
            *(*_CUSTOMER, "state", "kind", "listed_on", "id", "currency", "payable_minor"),
        ),
        Index("ix_document_customer_current", *_CUSTOMER, "is_current", "listed_on", "id"),
        # One for every other order, for the house and for a customer: a list of any state and any
        # kind is put together from the short lists of each, see `queries/listing.py`.
        Index("ix_document_due", *_CUSTOMER, *_PART, "due_date", "id"),
        Index("ix_document_customer_amount", *_CUSTOMER, *_PART, "total_minor", "id"),
        Index("ix_document_customer_number", *_CUSTOMER, *_PART, "number_sort", "id"),
        Index("ix_document_state_due", "organisation_id", *_PART, "due_date", "id"),
        Index("ix_document_state_amount", "organisation_id", *_PART, "total_minor", "id"),
        Index("ix_document_state_number", "organisation_id", *_PART, "number_sort", "id"),
        Index("ix_document_number", "organisation_id", "is_current", "number_sort"),
        Index("ix_document_order", "organisation_id", "is_current", "order_sort"),
        Index("ix_document_customer_order", *_CUSTOMER, "is_current", "order_sort"),
        # What a customer owes is summed from this alone: it holds what is to be paid, and nothing else.
        Index(
            "ix_document_owed",
            *(*_CUSTOMER, *_PART, "due_date", "id", "currency", "open_minor"),
            sqlite_where=_OWED,
            postgresql_where=_OWED,
        ),
        # Whom to remind: what is open by its level of reminding, and by the day that it counts from.
        Index(
            "ix_document_overdue",
            *("organisation_id", "state", "reminded_level", "due_date", "id"),
            sqlite_where=_OWED,
            postgresql_where=_OWED,
        ),
        Index(
            "ix_document_reminded",
            *("organisation_id", "state", "reminded_level", "reminded_on", "id"),
            sqlite_where=_OWED,
            postgresql_where=_OWED,
        ),
        # What waits for somebody: few of many, whatever they are and however they are sorted.
        Index("ix_document_open", *_CUSTOMER, "state", "open_until", "lineage_id"),
        Index("ix_document_lineage", "lineage_id", "version"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str | None] = mapped_column(String(26))
    kind: Mapped[Kind]
    state: Mapped[State]
    is_current: Mapped[bool]
    """Whether the staff's list shows it unless asked otherwise; follows `state`."""
    lineage_id: Mapped[str] = mapped_column(String(26))
    """The id of the first version; all versions share it."""
    lineage_key: Mapped[str] = mapped_column(String(64))
    """SHA-256 of seller, kind, number and date: the same again means a new version."""
    version: Mapped[int]
    superseded_by: Mapped[str | None] = mapped_column(ForeignKey("document.id"))
    number: Mapped[str] = mapped_column(String(100))
    """BT-1; the file's name where it has none."""
    number_sort: Mapped[str] = mapped_column(sortable(100))
    order_number: Mapped[str | None] = mapped_column(String(100))
    """BT-13, the buyer's; the seller's (BT-14) where the document names no other."""
    order_sort: Mapped[str | None] = mapped_column(sortable(100))
    issue_date: Mapped[date | None]
    listed_on: Mapped[date]
    """BT-2, or the day of intake: where the list puts it."""
    due_date: Mapped[date | None]
    """BT-9; of a quote the last day on which it can be accepted."""
    reminder_level: Mapped[int | None]
    """The dunning level of a reminder (UBL ReminderSequenceNumeric)."""
    currency: Mapped[str | None] = mapped_column(String(3))
    total_minor: Mapped[int | None] = mapped_column(BigInteger)
    """BT-112, in minor units."""
    payable_minor: Mapped[int | None] = mapped_column(BigInteger)
    """BT-115, in minor units."""
    paid_minor: Mapped[int] = mapped_column(BigInteger, default=0)
    """What Kontor knows to be paid of it, in minor units; more than is due where too much was paid."""
    open_minor: Mapped[int | None] = mapped_column(BigInteger)
    """What is still to be paid, in minor units; None where it opens no debt."""
    reminded_level: Mapped[int] = mapped_column(default=0)
    """The level of the last reminder about it, whoever made it; 0: none."""
    reminded_on: Mapped[date | None]
    """The day of that reminder: the days of the next level count from it."""
    seller_name: Mapped[str] = mapped_column(String(200))
    buyer_name: Mapped[str] = mapped_column(String(200))
    original: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the bytes as they came: the record."""
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    answer: Mapped[Answer | None]
    """What its customer said to this version of a quote; None: nothing, or it was opened again."""
    answered_at: Mapped[datetime | None]
    open_until: Mapped[date | None]
    """The last day on which it is among the open ones (PY-22), see `rules.life.waits_until`."""

    @property
    def released_as(self) -> str:
        """As what the door asks for it: kinds are released one by one (BM-01)."""
        return self.kind.value

    @property
    def total(self) -> Money | None:
        """BT-112."""
        return self._money(self.total_minor)

    @property
    def payable(self) -> Money | None:
        """BT-115."""
        return self._money(self.payable_minor)

    @property
    def open(self) -> Money | None:
        """What is still to be paid."""
        return self._money(self.open_minor)

    @property
    def paid(self) -> Money | None:
        """What was paid of it."""
        return self._money(self.paid_minor)

    def amount_of(self, minor: int) -> Money | None:
        """Return so many minor units in the document's currency."""
        return self._money(minor)

    def _money(self, minor: int | None) -> Money | None:
        return None if minor is None or self.currency is None else Money(minor, self.currency)


class Content(Base):
    """What a document says, frozen: the e-invoice, the findings, the customer it proposes."""

    __tablename__ = "document_content"

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    syntax: Mapped[str] = mapped_column(String(32))
    einvoice: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class FileRole(StrEnum):
    """What a file is to its document."""

    ORIGINAL = "original"
    XML = "xml"
    """The e-invoice out of a PDF."""
    ATTACHMENT = "attachment"
    """A file beside it: out of the e-invoice (BG-24), sent along, or added by staff later."""


class Audience(StrEnum):
    """Who sees a file (UX-15)."""

    INTERNAL = "internal"
    CUSTOMER = "customer"


AUDIENCE_NAMES = {Audience.INTERNAL: N_("Only we"), Audience.CUSTOMER: N_("We and the customer")}


class File(Base):
    """One file of a document; its bytes lie in the storage under their SHA-256."""

    __tablename__ = "document_file"
    __table_args__ = (Index("ix_document_file_document", "document_id", "position"),)

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"))
    position: Mapped[int]
    role: Mapped[FileRole]
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    audience: Mapped[Audience] = mapped_column(default=Audience.CUSTOMER)
    added_by: Mapped[str | None] = mapped_column(String(200))
    """Who put it beside the document, as they were called then; None: it came with it."""
    added_at: Mapped[datetime | None]


class FileWord(Base):
    """One word out of the names of a document's files: what a search for a file's name looks at."""

    __tablename__ = "document_file_word"
    __table_args__ = (
        Index("ix_document_file_word_house", "organisation_id", "word", "document_id"),
        Index("ix_document_file_word_customer", *_CUSTOMER, "word", "document_id"),
    )

    document_id: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    word: Mapped[str] = mapped_column(sortable(40), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    customer_id: Mapped[str | None] = mapped_column(String(26))
    """The document's: a customer's search looks at no other words."""


class DealtCurrency(Base):
    """A currency that some document of an organisation is in."""

    __tablename__ = "document_currency"

    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)


class SavedFilter(Base):
    """A filter of the list that a person keeps under a name."""

    __tablename__ = "document_filter"
    __table_args__ = (
        Index("ix_document_filter_person", "person_id", "name"),
        Index("ix_document_filter_shared", "organisation_id", "is_shared", "name"),
    )

    id: Mapped[str] = mapped_column(String(26), primary_key=True)
    organisation_id: Mapped[str] = mapped_column(ForeignKey("organisation.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(60))
    query: Mapped[str] = mapped_column(String(1000))
    """What stands behind the `?` of the list's address."""
    is_shared: Mapped[bool]
    """Whether everybody who works in the organisation sees it."""
    created_at: Mapped[datetime]
