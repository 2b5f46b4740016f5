"""Deciding: publish, discard, withdraw, and say which customer a document is for."""

from sqlalchemy import update

from app.core import clock, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents import queries
from app.documents.actions import indexing
from app.documents.models import Document
from app.documents.rules import description, life
from app.documents.rules.buyer import Signs
from app.documents.rules.findings import is_held
from app.documents.rules.life import State
from app.organisations import actions as organisations
from app.organisations.models import Customer
from app.organisations.rules import CustomerKind


def publish(document: Document, by: journal.Actor) -> None:
    """Publish a version and supersede the one before; raises `Refused` where it cannot be shown."""
    content = queries.content_of(document)
    findings = queries.findings_of(content)
    reason = life.unpublishable(
        queries.einvoice_of(content),
        has_customer=document.customer_id is not None,
        is_describable=description.is_describable(document.state, findings),
    )
    if reason:
        raise Refused(_(reason))
    others = [one for one in queries.in_lineage(document.lineage_id) if one.id != document.id]
    if any(one.version > document.version and one.state is State.PUBLISHED for one in others):
        raise Refused(_("A newer version of this document is published already."))
    _move(document, State.PUBLISHED, published_at=clock.now())
    for one in others:
        if one.version < document.version:
            _make_way(one, document, by)
    _carry_payments(document, others)
    _carry_reminders(document, others)
    document.open_until = life.waits_until(
        document.kind,
        open_minor=document.open_minor,
        due_date=document.due_date,
        published_on=clock.now().date(),
    )
    announce("document.published", document, by)


def discard(document: Document, by: journal.Actor) -> None:
    """Decide against a document that nobody has seen."""
    _move(document, State.DISCARDED)
    note("document.discarded", document, by)


def withdraw(document: Document, by: journal.Actor) -> None:
    """Take a published document back: customers do not see it any more."""
    _move(document, State.WITHDRAWN)
    announce("document.withdrawn", document, by)


def assign(document: Document, customer: Customer, by: journal.Actor) -> None:
    """Say which customer an unpublished document is for; it becomes ready if nothing else holds it."""
    if document.state not in (State.HELD, State.READY):
        raise Refused(_("What is published keeps its customer."))
    document.customer_id = customer.id
    indexing.hand_over(document)
    note("document.customer_confirmed", document, by, customer=customer.number)
    findings = queries.findings_of(queries.content_of(document))
    if document.state is State.HELD and not is_held(findings):
        _move(document, State.READY)


def assign_proposed(document: Document, by: journal.Actor) -> Customer:
    """Make the customer that a document proposes, and say that it is theirs."""
    content = queries.content_of(document)
    if content.proposal is None:
        raise Refused(_("This document does not say who it is for. Choose a customer."))
    customer = customer_of(Signs.from_json(content.proposal), document.organisation_id, by)
    assign(document, customer, by)
    return customer


def customer_of(signs: Signs, organisation_id: str, by: journal.Actor) -> Customer:
    """Make a customer of the signs that a document gives."""
    return organisations.add_customer(
        organisation_id,
        by,
        number=signs.number,
        kind=CustomerKind.BUSINESS if signs.is_business else CustomerKind.PRIVATE,
        name=signs.name or _("Unnamed customer"),
        email=signs.email,
        street=signs.street,
        postcode=signs.postcode,
        city=signs.city,
        country=signs.country,
        vat_id=signs.vat_id,
        gln=signs.gln,
        endpoint=signs.endpoint,
    )


def note(name: str, document: Document, by: journal.Actor, **data: object) -> None:
    """Write one line about a document."""
    journal.record(
        name,
        by,
        organisation_id=document.organisation_id,
        about=("document", document.id),
        version=document.version,
        **data,
    )


def announce(name: str, document: Document, by: journal.Actor, **data: object) -> None:
    """Write one line about a document that others react to."""
    journal.announce(
        name,
        by,
        organisation_id=document.organisation_id,
        about=("document", document.id),
        version=document.version,
        **data,
    )


def _make_way(older: Document, newer: Document, by: journal.Actor) -> None:
    if older.state is State.PUBLISHED:
        _move(older, State.SUPERSEDED, superseded_by=newer.id)
        note("document.superseded", older, by, by_version=newer.version)
    elif older.state in (State.HELD, State.READY):
        _move(older, State.DISCARDED, superseded_by=newer.id)
        note("document.discarded", older, by, by_version=newer.version)


def _carry_payments(document: Document, others: list[Document]) -> None:
    """Let a new version begin with what was paid of those before it: a debt is paid only once."""
    paid = max((one.paid_minor for one in others if one.version < document.version), default=0)
    if paid:
        document.paid_minor = paid
        document.open_minor = life.open_amount(document.kind, document.payable_minor, paid)


def _carry_reminders(document: Document, others: list[Document]) -> None:
    """Let a new version stand on the level of reminding that those before it have reached."""
    before = [one for one in others if one.version < document.version]
    reached = max(before, key=lambda one: one.reminded_level, default=None)
    if reached is not None and reached.reminded_level > document.reminded_level:
        document.reminded_level = reached.reminded_level
        document.reminded_on = reached.reminded_on


def _move(document: Document, target: State, **values: object) -> None:
    """Change the state where the rules allow it; raises `Refused` where somebody was faster."""
    session().flush()
    moved = (
        session()
        .execute(
            update(Document)
            .where(Document.id == document.id, Document.state.in_(life.sources(target)))
            .values(state=target, is_current=target in life.CURRENT, **values)
            .returning(Document.id)
            .execution_options(synchronize_session=False)
        )
        .first()
    )
    session().refresh(document)
    if moved is None:
        state = _(life.STATE_NAMES[document.state])
        raise Refused(_("This document is %(state)s already. Nothing was changed.", state=state))
