"""Keeping a document: the rows that are made of what an examination found."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.exc import IntegrityError

from app.core import clock, ids, journal, outbox, runtime
from app.core.db import session
from app.core.errors import Invalid
from app.core.languages import N_
from app.core.money import Money
from app.documents import queries
from app.documents.actions import indexing, publication
from app.documents.formats import media_types
from app.documents.formats.examination import Examination
from app.documents.models import Content, Document, File, FileRole
from app.documents.rules import buyer, life
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.organisations import queries as organisation_queries
from app.organisations.models import Customer

HIGHEST_LEVEL = 100


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose bytes lie in the storage already."""

    name: str
    size: int
    sha256: str
    role: FileRole = FileRole.ORIGINAL
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file that has come in: whose it is, its name, its bytes, and how its customer is found."""

    organisation_id: str
    name: str
    sha256: str
    creates_customers: bool
    """Whether a customer that is not known yet is made without asking."""


def store(organisation_id: str, name: str, content: bytes) -> Stored:
    """Keep the bytes of one file, before any transaction: the storage may be far away."""
    sha256 = runtime.current().storage.put(organisation_id, content)
    return Stored(safe_name(name), len(content), sha256)


def keep(
    arrival: Arrival, examination: Examination, files: Sequence[Stored], by: journal.Actor
) -> Document:
    """Make a document of an examined file whose bytes nobody has kept yet.

    Raises `outbox.Again` where another takes in the same bytes or number at this moment.
    """
    einvoice = examination.einvoice
    signs = buyer.signs(einvoice) if einvoice else None
    customer = _customer(arrival, signs, by)
    findings = [*examination.findings]
    if customer is None and signs is not None:
        findings.append(_customer_unknown(signs))
    document = _document(arrival, examination, customer)
    document.state = life.first_state(findings, has_customer=customer is not None)
    session().add(document)
    try:
        session().flush()
    except IntegrityError as error:
        # Another worker took in the same bytes, or the same number, at the same moment.
        raise outbox.Again("another version was taken in at the same moment") from error
    session().add(
        Content(
            document_id=document.id,
            syntax=examination.syntax.value,
            einvoice=einvoice.to_json() if einvoice else None,
            findings=[finding.to_json() for finding in findings],
            proposal=signs.to_json() if signs and customer is None else None,
        )
    )
    _keep_files(document, files)
    indexing.note_words(document, [file.name for file in files])
    indexing.note_currency(document)
    _tell(document, arrival.name, files, by)
    organisation = organisation_queries.organisation_by_id(document.organisation_id)
    if document.state is life.State.READY and organisation.publishes_at_once:
        publication.publish(document, by)
    return document


def _tell(document: Document, name: str, files: Sequence[Stored], by: journal.Actor) -> None:
    """Write the line of the arrival; others react to it where there are pages to draw."""
    is_held = document.state is life.State.HELD
    if not any(file.media_type == media_types.PDF for file in files):
        line = "document.held" if is_held else "document.taken_in"
        publication.note(line, document, by, file=name)
    elif is_held:
        publication.announce("document.held", document, by, file=name)
    else:
        publication.announce("document.taken_in", document, by, file=name)


def _document(arrival: Arrival, examination: Examination, customer: Customer | None) -> Document:
    einvoice = examination.einvoice or EInvoice()
    kind = examination.kind or Kind.INVOICE
    key = lineage_key(einvoice, kind, arrival.sha256)
    before = queries.latest_with_key(arrival.organisation_id, key)
    document_id, now = ids.new(), clock.now()
    number = (einvoice.number or arrival.name)[:100]
    return Document(
        id=document_id,
        organisation_id=arrival.organisation_id,
        customer_id=customer.id if customer else None,
        kind=kind,
        is_current=True,
        lineage_id=before.lineage_id if before else document_id,
        lineage_key=key,
        version=before.version + 1 if before else 1,
        number=number,
        number_sort=number.lower()[:100],
        issue_date=einvoice.issue_date,
        listed_on=einvoice.issue_date or now.date(),
        due_date=life.open_until(kind, einvoice),
        seller_name=einvoice.seller.name[:200],
        buyer_name=einvoice.buyer.name[:200],
        original=arrival.sha256,
        reminder_level=_reminder_level(einvoice, kind),
        created_at=now,
        **indexing.order_of(einvoice),
        **amounts_of(einvoice, kind),
    )


def _reminder_level(einvoice: EInvoice, kind: Kind) -> int | None:
    """Return the dunning level (ReminderSequenceNumeric) of a reminder that names a sensible one."""
    level = einvoice.reminder_level if kind is Kind.REMINDER else None
    return int(level) if level is not None and 0 < level < HIGHEST_LEVEL else None


def amounts_of(einvoice: EInvoice, kind: Kind) -> dict[str, object]:
    """Return currency, BT-112, BT-115 and what is open, in minor units; nothing in an unknown currency.

    Quotes and reminders in UBL often state their PayableAmount only: that is their total, then.
    """
    totals = einvoice.totals
    may_stand_alone = not kind.traits.is_einvoice
    total = totals.due if totals.with_vat is None and may_stand_alone else totals.with_vat
    try:
        payable = _minor(totals.due, einvoice.currency)
        return {
            "currency": einvoice.currency or None,
            "total_minor": _minor(total, einvoice.currency),
            "payable_minor": payable,
            "open_minor": life.open_amount(kind, payable, 0),
        }
    except Invalid:
        nothing = ("currency", "total_minor", "payable_minor", "open_minor")
        return dict.fromkeys(nothing)


def _minor(amount: Decimal | None, currency: str) -> int | None:
    minor = None if amount is None else Money.of(amount, currency).minor
    if minor is not None and abs(minor) >= 2**63:
        raise Invalid("the amount is larger than any real one")
    return minor


def lineage_key(einvoice: EInvoice, kind: Kind, sha256: str) -> str:
    """Return what all versions of a document share; a file without number or date is alone."""
    if not einvoice.number or einvoice.issue_date is None:
        return sha256
    parts = (buyer.seller_key(einvoice.seller), kind, einvoice.number, str(einvoice.issue_date))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _customer(arrival: Arrival, signs: buyer.Signs | None, by: journal.Actor) -> Customer | None:
    """Find the customer, or make it where the intake may; one at a time, so that it stays one."""
    if signs is None:
        return None
    found = _known_customer(arrival.organisation_id, signs)
    if found is not None or not arrival.creates_customers or not signs.name:
        return found
    organisation_queries.hold_organisation(arrival.organisation_id)
    found = _known_customer(arrival.organisation_id, signs)
    return found or publication.customer_of(signs, arrival.organisation_id, by)


def _known_customer(organisation_id: str, signs: buyer.Signs) -> Customer | None:
    return organisation_queries.find_customer(
        organisation_id,
        number=signs.number,
        vat_id=signs.vat_id,
        gln=signs.gln,
        endpoint=signs.endpoint,
        email=signs.email,
    )


def _customer_unknown(signs: buyer.Signs) -> Finding:
    return Finding(
        rule=life.CUSTOMER_UNKNOWN,
        severity=Severity.WARNING,
        sentence=N_("%(name)s is not among the customers yet. Confirm or choose the customer."),
        place="BG-7",
        values={"name": signs.name or "?"},
    )


def _keep_files(document: Document, files: Sequence[Stored]) -> None:
    for position, file in enumerate(files):
        session().add(
            File(
                id=ids.new(),
                organisation_id=document.organisation_id,
                document_id=document.id,
                position=position,
                role=file.role,
                name=file.name,
                media_type=file.media_type[:100],
                size=file.size,
                sha256=file.sha256,
            )
        )


def safe_name(name: str) -> str:
    """Return the last part of a file's name without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if char.isprintable()).strip(". ")
    return shown[-200:] or "document"
