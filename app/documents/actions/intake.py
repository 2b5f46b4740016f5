"""Taking in: keep the bytes, examine them outside of any transaction, keep what was found."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath

from sqlalchemy.exc import IntegrityError

from app.core import clock, ids, journal, outbox, runtime
from app.core.db import session
from app.core.errors import Invalid
from app.core.languages import N_
from app.core.money import Money
from app.documents import queries
from app.documents.actions import publication
from app.documents.formats.examination import Examination
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import (
    Content,
    Document,
    File,
    FileRole,
    Intake,
    IntakeItem,
    ItemState,
)
from app.documents.rules import buyer, life
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.organisations import queries as organisation_queries
from app.organisations.models import Customer

TAKE_IN = "documents.take_in"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file whose bytes lie in the storage already."""

    name: str
    size: int
    sha256: str
    role: FileRole = FileRole.ORIGINAL
    media_type: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file of an intake that nobody has examined yet."""

    item_id: str
    organisation_id: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What the examination found, and the files that came out of it."""

    waiting: Waiting
    examination: Examination
    files: tuple[Stored, ...]


def store(organisation_id: str, name: str, content: bytes) -> Stored:
    """Keep the bytes of one file, before any transaction: the storage may be far away."""
    sha256 = runtime.current().storage.put(organisation_id, content)
    return Stored(_safe_name(name), len(content), sha256)


def start(
    organisation_id: str, by: journal.Actor, files: Sequence[Stored], *, creates_customers: bool
) -> Intake:
    """Begin an intake of stored files and promise to take in each."""
    intake = Intake(
        id=ids.new(),
        organisation_id=organisation_id,
        by_name=by.name[:200],
        created_at=clock.now(),
        total=len(files),
        creates_customers=creates_customers,
    )
    session().add(intake)
    session().flush()
    for position, file in enumerate(files):
        item = IntakeItem(
            id=ids.new(),
            intake_id=intake.id,
            position=position,
            name=file.name,
            sha256=file.sha256,
            size=file.size,
            state=ItemState.WAITING,
        )
        session().add(item)
        outbox.promise(
            TAKE_IN, organisation_id=organisation_id, key=promise_key(item.id), item=item.id
        )
    journal.record(
        "intake.started",
        by,
        organisation_id=organisation_id,
        about=("intake", intake.id),
        files=len(files),
    )
    return intake


def promise_key(item_id: str) -> str:
    """Return the key under which taking in a file is promised."""
    return f"take-in:{item_id}"


def waiting(item_id: str) -> Waiting | None:
    """Return a file that still waits; None where it was taken in before."""
    found = queries.item_by_id(item_id)
    if found is None or found[1].state is not ItemState.WAITING:
        return None
    intake, item = found
    return Waiting(item.id, intake.organisation_id, item.name, item.sha256)


def examined(one: Waiting) -> Examined:
    """Examine one file and store what is inside it; slow, and outside of any transaction."""
    here = runtime.current()
    content = here.storage.read(one.organisation_id, one.sha256)
    examination = examine(
        content,
        one.name,
        size_limit=here.settings.document_limit,
        engine=RuleEngine(here.settings.runtime_dir),
    )
    files = [Stored(one.name, len(content), one.sha256, media_type=examination.media_type)]
    if examination.xml is not None and examination.xml != content:
        name = f"{PurePosixPath(one.name).stem}.xml"
        files.append(_inside(one, name, "application/xml", examination.xml, FileRole.XML))
    files += [
        _inside(one, part.name, part.media_type, part.content, FileRole.ATTACHMENT)
        for part in examination.attachments
    ]
    return Examined(one, examination, tuple(files))


def keep(found: Examined, by: journal.Actor) -> Document | None:
    """Make a document of an examined file; None where its bytes are known or it was kept before."""
    row = queries.item_by_id(found.waiting.item_id)
    if row is None or row[1].state is not ItemState.WAITING:
        return None
    intake, item = row
    known = queries.with_bytes(intake.organisation_id, item.sha256)
    if known is not None:
        item.state, item.document_id = ItemState.KNOWN, known.id
        return None
    document = _keep_document(intake, found, by)
    is_held = document.state is life.State.HELD
    item.state = ItemState.HELD if is_held else ItemState.TAKEN_IN
    item.document_id = document.id
    return document


def fail(item_id: str) -> None:
    """Mark a file that could not be examined after several tries."""
    row = queries.item_by_id(item_id)
    if row is not None and row[1].state is ItemState.WAITING:
        row[1].state = ItemState.FAILED


def _keep_document(intake: Intake, found: Examined, by: journal.Actor) -> Document:
    examination = found.examination
    einvoice = examination.einvoice
    signs = buyer.signs(einvoice) if einvoice else None
    customer = _customer(intake, signs, by)
    findings = [*examination.findings]
    if customer is None and signs is not None:
        findings.append(_customer_unknown(signs))
    document = _document(intake.organisation_id, found, customer)
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
    _keep_files(document, found.files)
    name = "document.held" if document.state is life.State.HELD else "document.taken_in"
    publication.note(name, document, by, file=found.waiting.name)
    organisation = organisation_queries.organisation_by_id(document.organisation_id)
    if document.state is life.State.READY and organisation.publishes_at_once:
        publication.publish(document, by)
    return document


def _document(organisation_id: str, found: Examined, customer: Customer | None) -> Document:
    einvoice = found.examination.einvoice or EInvoice()
    kind = found.examination.kind or Kind.INVOICE
    key = lineage_key(einvoice, kind, found.waiting.sha256)
    before = queries.latest_with_key(organisation_id, key)
    document_id, now = ids.new(), clock.now()
    number = (einvoice.number or found.waiting.name)[:100]
    return Document(
        id=document_id,
        organisation_id=organisation_id,
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
        original=found.waiting.sha256,
        created_at=now,
        **amounts_of(einvoice, kind),
    )


def amounts_of(einvoice: EInvoice, kind: Kind) -> dict[str, object]:
    """Return currency, BT-112 and BT-115 in minor units; nothing where the currency is unknown.

    Quotes and reminders in UBL often state their PayableAmount only: that is their total, then.
    """
    totals = einvoice.totals
    is_invoice = kind in (Kind.INVOICE, Kind.CREDIT_NOTE)
    total = totals.due if totals.with_vat is None and not is_invoice else totals.with_vat
    try:
        return {
            "currency": einvoice.currency or None,
            "total_minor": _minor(total, einvoice.currency),
            "payable_minor": _minor(totals.due, einvoice.currency),
        }
    except Invalid:
        return {"currency": None, "total_minor": None, "payable_minor": None}


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


def _customer(intake: Intake, signs: buyer.Signs | None, by: journal.Actor) -> Customer | None:
    """Find the customer, or make it where the intake may; one at a time, so that it stays one."""
    if signs is None:
        return None
    found = _known_customer(intake.organisation_id, signs)
    if found is not None or not intake.creates_customers or not signs.name:
        return found
    organisation_queries.hold_organisation(intake.organisation_id)
    found = _known_customer(intake.organisation_id, signs)
    return found or publication.customer_of(signs, intake.organisation_id, by)


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


def _inside(one: Waiting, name: str, media_type: str, content: bytes, role: FileRole) -> Stored:
    sha256 = runtime.current().storage.put(one.organisation_id, content)
    return Stored(_safe_name(name), len(content), sha256, role, media_type)


def _safe_name(name: str) -> str:
    """Return the last part of a file's name without control characters, at most 200 characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(char for char in last if char.isprintable()).strip(". ")
    return shown[-200:] or "document"
