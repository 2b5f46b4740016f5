"""What a demonstration is told in: houses, their people and customers, and the documents they send."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from app.documents.rules.einvoice import PaymentInstruction
from app.documents.rules.kinds import Kind
from app.documents.rules.party import Address, Party
from app.organisations.rules import CustomerKind, MemberRole, RecipientRole
from app.organisations.rules.granting import Preset

PASSWORD = "quiet-paper-lantern"  # noqa: S105 - of sample logins, printed by `make demo`
"""Every login of the demonstration has this one."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who works for a house."""

    name: str
    email: str
    role: MemberRole


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of a customer who signs in; without a language, the customer's is spoken.

    Without a preset they were given everything; `lasts` are the days until their last one.
    """

    name: str
    email: str
    language: str | None = None
    preset: Preset | None = None
    lasts: int | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody else who gets a customer's documents (B2-25); no kinds means all kinds."""

    role: RecipientRole
    name: str
    email: str
    language: str | None = None
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Customer:
    """Whom a house sends documents to; `vat_id` is BT-48, `endpoint` BT-49 as `scheme:value`."""

    number: str
    kind: CustomerKind
    name: str
    email: str
    address: Address
    language: str
    vat_id: str = ""
    gln: str = ""
    endpoint: str = ""
    mobile: str = ""
    """E.164; of numbers that are given to nobody but to stories."""
    contacts: tuple[Contact, ...] = ()
    recipients: tuple[Recipient, ...] = ()


@dataclass(frozen=True, slots=True)
class Vat:
    """A VAT category (UNTDID 5305) with its rate in percent, and why it is not charged."""

    category: str
    rate: Decimal
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """One line: so many `unit`s (UN/ECE Rec 20) of `name` at a net `price`, `discount` percent off."""

    name: str
    quantity: Decimal
    unit: str
    price: Decimal
    vat: Vat
    description: str = ""
    article: str = ""
    discount: Decimal = Decimal(0)


class Form(StrEnum):
    """How a sample is written."""

    UBL = "ubl"
    CII = "cii"
    FACTUR_X = "factur-x"
    PDF = "pdf"
    """Without data: a person enters them."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file inside an invoice (BG-24): a table with a head, written as CSV."""

    name: str
    description: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Sample:
    """One document: `number` for `customer` (its number), issued `age` days before today.

    `terms` are the days until it is due. `credits` is the number of the invoice that it gives back,
    `reminds` of the one that it asks to pay.
    `corrected` are the lines of a second version, taken in some days later. `mistake` is added to
    the VAT, so that the sums are wrong.
    """

    number: str
    customer: str
    age: int
    positions: tuple[Position, ...]
    terms: int = 30
    is_paid: bool = False
    kind: Kind = Kind.INVOICE
    credits: str = ""
    reminds: str = ""
    note: str = ""
    order: str = ""
    covers_month: bool = False
    corrected: tuple[Position, ...] = ()
    mistake: Decimal = Decimal(0)
    enclosure: Enclosure | None = None
    form: Form = Form.UBL
    accepted_by: str = ""
    """Of a quote: the address of the contact who accepted it two days later."""
    shows: str = ""
    """What it is there for, in English: `make demo` names it."""


@dataclass(frozen=True, slots=True)
class House:
    """An organisation of the demonstration with all that is around it.

    `terms` are sentences by language that name the `%(days)s`. `strangers` are buyers that the
    house does not know as customers.
    """

    slug: str
    language: str
    country: str
    timezone: str
    currency: str
    accent: str
    seller: Party
    members: tuple[Member, ...]
    customers: tuple[Customer, ...]
    samples: tuple[Sample, ...]
    payment: PaymentInstruction
    terms: Mapping[str, str]
    strangers: tuple[Customer, ...] = ()
    sold_goods: frozenset[str] = field(default_factory=frozenset)
    """Categories of VAT under which goods cross a border: their invoices say where they went."""

    @property
    def name(self) -> str:
        """BT-27."""
        return self.seller.name

    def buyer(self, number: str) -> Customer:
        """Return a customer or a stranger by number."""
        return next(one for one in (*self.customers, *self.strangers) if one.number == number)


def each(number: str) -> Decimal:
    """Return a number as data says it: exact."""
    return Decimal(number)
