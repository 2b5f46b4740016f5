"""Every look-up of payments."""

from collections.abc import Sequence

from sqlalchemy import Select, false, select, true

from app.access.grants import Can
from app.access.principal import Principal
from app.access.rights import Action
from app.core.db import session
from app.documents import queries as documents
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State as DocumentState
from app.payments.models import Payment, PaymentPart, PaymentSettings
from app.payments.rules import MOST_INVOICES, Provider


def visible(who: Principal) -> Select[Payment]:
    """Return the payments that exist for a principal: those of its customers, a guest's own, staff's all."""
    rows = select(Payment).where(Payment.organisation_id == who.organisation_id)
    if who.is_staff:
        return rows
    rows = rows.where(Payment.customer_id.in_(who.customers))
    # A link to one document shows no payments of others.
    return rows.where(Payment.by_id == who.id if who.lineage_id else true())


def one(who: Principal, payment_id: str) -> Payment | None:
    """Return one payment that exists for a principal; none for who may pay nothing."""
    if who.is_customer and not who.rights.allow(Action.PAY, Kind.INVOICE.value):
        return None
    return session().scalar(visible(who).where(Payment.id == payment_id))


def by_id(payment_id: str) -> Payment | None:
    """Return a payment; for jobs."""
    return session().get(Payment, payment_id)


def by_provider_id(provider: Provider, provider_id: str) -> Payment | None:
    """Return the payment that a provider knows under an id of its own."""
    rows = select(Payment).where(Payment.provider == provider, Payment.provider_id == provider_id)
    return session().scalar(rows)


def parts_of(payment_id: str) -> list[tuple[PaymentPart, Document]]:
    """Return what a payment is for, in its order."""
    rows = (
        select(PaymentPart, Document)
        .join(Document, Document.id == PaymentPart.document_id)
        .where(PaymentPart.payment_id == payment_id)
        .order_by(PaymentPart.position)
    )
    return [(row[0], row[1]) for row in session().execute(rows)]


def of_lineage(lineage_id: str, limit: int = 20) -> list[tuple[Payment, PaymentPart]]:
    """Return the newest payments for a document, all its versions counted, newest first."""
    rows = (
        select(Payment, PaymentPart)
        .join(PaymentPart, PaymentPart.payment_id == Payment.id)
        .where(PaymentPart.lineage_id == lineage_id)
        .order_by(Payment.id.desc())
        .limit(limit)
    )
    return [(row[0], row[1]) for row in session().execute(rows)]


def settings_of(organisation_id: str) -> PaymentSettings | None:
    """Return how an organisation is paid."""
    return session().get(PaymentSettings, organisation_id)


def can_be_paid(organisation_id: str) -> bool:
    """Say whether an organisation takes payments by link."""
    found = settings_of(organisation_id)
    return found is not None and found.can_be_paid


def payable(who: Principal, ids: Sequence[str] = ()) -> list[Document]:
    """Return open invoices that somebody may pay, the most urgent first; those of `ids`, or any."""
    if not who.may(Can.PAY_DOCUMENTS, Kind.INVOICE.value):
        return []
    if not ids:
        return documents.open_invoices(who, MOST_INVOICES)
    rows = documents.visible(who).where(
        Document.id.in_(list(ids)[:MOST_INVOICES]),
        Document.state == DocumentState.PUBLISHED,
        Document.open_minor > 0,
        Document.currency.is_not(None),
        true() if who.is_customer else false(),
    )
    order = (Document.due_date.is_(None), Document.due_date, Document.id)
    return list(session().scalars(rows.order_by(*order)))


def payable_one(who: Principal, document_id: str) -> Document | None:
    """Return one open invoice that exists for a principal; staff too: they note what came."""
    found = documents.one(who, document_id)
    if found is None or found.open_minor is None or found.currency is None:
        return None
    return found
