"""What the provider says of a payment, written down once; and what that does to the invoices."""

from dataclasses import dataclass

from sqlalchemy import update

from app.core import clock, inbox, journal, outbox, sealing
from app.core.db import session
from app.documents.actions import paying
from app.documents.models import Document
from app.organisations import queries as organisations
from app.payments import queries, rules
from app.payments.actions.starting import ASK, announce, key_of
from app.payments.models import Payment
from app.payments.providers import mollie
from app.payments.providers.mollie import Known
from app.payments.rules import Provider, Share, State

SOURCE = "payments.mollie"


@dataclass(frozen=True, slots=True)
class Question:
    """Which payment the provider is asked about, and with which key."""

    payment_id: str
    provider_id: str
    sealed_key: str

    def ask(self) -> Known | None:
        """Ask; slow, and outside of any transaction. None where no answer can be used now."""
        try:
            return mollie.look(sealing.unseal(self.sealed_key), self.provider_id)
        except (mollie.Unreachable, mollie.Rejected):
            return None


def hooked(message: inbox.Message) -> str:
    """Look after a payment of which the provider says that something changed."""
    provider_id = mollie.hooked(message.raw)
    payment = queries.by_provider_id(Provider.MOLLIE, provider_id) if provider_id else None
    if payment is None:
        return "no payment of ours"
    if payment.state is State.PAID:
        return "paid already"
    outbox.promise(ASK, key=key_of(payment.id), payment=payment.id)
    outbox.hasten(key_of(payment.id))
    return "asked"


def question(payment_id: str) -> Question | None:
    """Return what to ask; None where the answer is known."""
    payment = queries.by_id(payment_id)
    if payment is None or payment.state is State.PAID or payment.provider_id is None:
        return None
    settings = queries.settings_of(payment.organisation_id)
    if settings is None or settings.sealed_key is None:
        return None
    return Question(payment.id, payment.provider_id, settings.sealed_key)


def settle(asked: Question, known: Known | None) -> bool:
    """Write down what the provider said; True asks for another try."""
    payment = queries.by_id(asked.payment_id)
    if payment is None:
        return False
    is_recent = clock.now() - payment.created_at < rules.ASKED_FOR
    if known is None or known.state in rules.WAITING:
        return is_recent
    # A payment that does not carry our own reference is none of ours, whatever its id says.
    if known.reference != payment.id:
        return False
    if known.state is not State.PAID:
        _move(payment, known.state, note=known.reason)
        return False
    amount = known.amount
    if amount is None or amount.currency != payment.currency or amount.minor <= 0:
        return is_recent
    _receive(payment, amount.minor)
    return False


def _receive(payment: Payment, minor: int) -> None:
    """Count the money towards the invoices, once: only who moves the state does it."""
    today = clock.today(organisations.organisation_by_id(payment.organisation_id).timezone)
    if not _move(payment, State.PAID, received_minor=minor, received_on=today):
        return
    session().refresh(payment)
    count(payment, minor, journal.Actor(payment.by_kind, payment.by_id, payment.by_name))


def count(payment: Payment, minor: int, by: journal.Actor) -> None:
    """Count what came towards what it is for, in the order that it was asked for."""
    parts = queries.parts_of(payment.id)
    lineages = {part.document_id: part.lineage_id for part, _document in parts}
    asked = [Share(part.document_id, part.minor) for part, _document in parts]
    counted: list[Document] = []
    for share in rules.divide(minor, asked):
        document = paying.count_payment(lineages[share.document_id], share.minor)
        if document is not None:
            counted.append(document)
    announce("payment.received", payment, counted, by)


def _move(payment: Payment, target: State, **values: object) -> bool:
    moved = (
        update(Payment)
        .where(Payment.id == payment.id, Payment.state.in_(rules.sources(target)))
        .values(state=target, settled_at=clock.now(), **values)
        .returning(Payment.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(moved).first() is not None
