"""Starting a payment: written down first, then asked for at the provider, once whatever happens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, journal, languages, outbox, sealing
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.core.money import Money
from app.documents.models import Document
from app.organisations import queries as organisations
from app.payments import queries, rules
from app.payments.models import Payment, PaymentPart
from app.payments.providers import mollie
from app.payments.providers.mollie import Known, Order
from app.payments.rules import Provider, Share, State

ASK = "payments.ask"
FIRST_LOOK = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the provider is asked for, and with which key: it is opened only when it is used."""

    order: Order
    sealed_key: str

    def send(self) -> Known:
        """Ask; slow, and outside of any transaction. Raises what the provider's module raises."""
        return mollie.create(sealing.unseal(self.sealed_key), self.order)


def start(
    who: Principal, documents: Sequence[Document], amount: int | None, attempt_id: str
) -> Payment:
    """Write a payment down: of `amount` minor units, or of all that is open.

    `attempt_id` is the id that it gets: the same form sent twice is one payment. Raises `Refused`.
    """
    known = queries.one(who, attempt_id)
    if known is not None:
        return known
    shares = _shares(who, documents, amount)
    now = clock.now()
    row = insert(Payment).values(
        id=attempt_id,
        organisation_id=who.organisation_id,
        customer_id=documents[0].customer_id,
        provider=Provider.MOLLIE,
        state=State.STARTED,
        currency=documents[0].currency,
        minor=sum(one.minor for one in shares),
        by_kind=who.actor.kind,
        by_id=who.actor.id,
        by_name=who.actor.name[:200],
        note="",
        created_at=now,
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Payment.id)).first()
    payment = queries.one(who, attempt_id)
    if payment is None:
        raise Refused(_("This payment cannot be started. Open the page anew and try again."))
    if made is not None:
        _keep_parts(payment, documents, shares)
        record("payment.started", payment, documents, who.actor)
    return payment


def _shares(who: Principal, documents: Sequence[Document], amount: int | None) -> list[Share]:
    if not documents:
        raise Refused(_("Choose at least one invoice that is open."))
    if len({one.currency for one in documents}) > 1:
        raise Refused(_("Invoices in different currencies cannot be paid together."))
    if len({one.customer_id for one in documents}) > 1:
        raise Refused(_("Invoices of different customers cannot be paid together."))
    settings = queries.settings_of(who.organisation_id)
    if settings is None or not settings.can_be_paid:
        raise Refused(_("Paying by link is not set up. Nothing was started."))
    owed = [Share(one.id, one.open_minor or 0) for one in documents]
    whole = sum(one.minor for one in owed)
    wanted = whole if amount is None else amount
    if wanted < rules.SMALLEST or wanted > whole:
        raise Refused(_("Enter an amount up to what is open."))
    if wanted != whole and not settings.allows_parts:
        raise Refused(_("Only the whole amount can be paid."))
    return rules.divide(wanted, owed)


def _keep_parts(payment: Payment, documents: Sequence[Document], shares: Sequence[Share]) -> None:
    found = {one.id: one for one in documents}
    for position, share in enumerate(shares):
        keep_part(payment.id, found[share.document_id], share.minor, position)


def keep_part(payment_id: str, document: Document, minor: int, position: int = 0) -> None:
    """Say that so much of a payment is for a document."""
    part = PaymentPart(
        payment_id=payment_id,
        document_id=document.id,
        lineage_id=document.lineage_id,
        version=document.version,
        minor=minor,
        position=position,
    )
    session().add(part)


def ask_for(payment: Payment) -> Asked | None:
    """Return what to ask the provider for; None where that was done, or cannot be."""
    settings = queries.settings_of(payment.organisation_id)
    if payment.state is not State.STARTED or settings is None or settings.sealed_key is None:
        return None
    house = organisations.organisation_by_id(payment.organisation_id)
    numbers = ", ".join(document.number for _part, document in queries.parts_of(payment.id))
    order = Order(
        payment_id=payment.id,
        amount=Money(payment.minor, payment.currency),
        description=f"{house.name}: {numbers}",
        return_url=f"{house.base_url}/payments/{payment.id}",
        hook_url=f"{house.base_url}/hooks/payments/mollie",
        language=languages.current(),
    )
    return Asked(order, settings.sealed_key)


def opened(payment_id: str, known: Known) -> None:
    """Note the provider's id and where to pay; it is asked again in a while, whatever it tells us."""
    moved = (
        update(Payment)
        .where(Payment.id == payment_id, Payment.state == State.STARTED)
        .values(state=State.OPEN, provider_id=known.id, checkout_url=known.checkout_url)
        .returning(Payment.organisation_id)
        .execution_options(synchronize_session=False)
    )
    # The promise first: whoever does the work holds its row before the payment's.
    outbox.promise(ASK, key=key_of(payment_id), delay=FIRST_LOOK, payment=payment_id)
    session().execute(moved)


def rejected(payment_id: str, reason: str) -> None:
    """Note that the provider does not want it; the reason is for staff."""
    session().execute(
        update(Payment)
        .where(Payment.id == payment_id, Payment.state == State.STARTED)
        .values(state=State.FAILED, note=reason[:200], settled_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def key_of(payment_id: str) -> str:
    """Return the key of the promise to ask about a payment."""
    return f"payment:{payment_id}"


def record(name: str, payment: Payment, documents: Sequence[Document], by: journal.Actor) -> None:
    """Write a line about every document that a payment is for."""
    for document in documents:
        journal.record(name, by, **_line(payment, document))


def announce(name: str, payment: Payment, documents: Sequence[Document], by: journal.Actor) -> None:
    """Write a line about every document that a payment is for, which others react to."""
    for document in documents:
        journal.announce(name, by, **_line(payment, document))


def _line(payment: Payment, document: Document) -> dict[str, Any]:
    return {
        "organisation_id": payment.organisation_id,
        "about": ("document", document.id),
        "version": document.version,
        "payment": payment.id,
        "amount": str(payment.amount.amount),
        "currency": payment.currency,
    }
