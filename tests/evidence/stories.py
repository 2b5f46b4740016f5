"""A quote and an invoice with all that can happen to a document, made through the real actions."""

from dataclasses import replace

from app.acceptance.actions import answering
from app.acceptance.rules import Reason
from app.comments.actions import writing
from app.core import clock, ids
from app.core.db import session
from app.delivery import actions as delivery
from app.delivery import queries as deliveries
from app.delivery.channels.email import Result
from app.delivery.models import ReceiptKind
from app.delivery.rules import Outcome
from app.documents.actions import attaching, keeping
from app.documents.formats.media_types import CSV
from app.documents.models import Audience, Document
from app.documents.rules.kinds import Kind
from app.payments.models import Payment, PaymentPart
from app.payments.rules import Provider, State
from tests import factories
from tests.acceptance.quotes import quote_for
from tests.cast import INTERNAL, Cast, person_of, staff
from tests.factories import BY

ANSWER = "550 5.1.1 <ruth@kunden.example>: no such user here"
CHECKOUT = "https://pay.example/checkout/geheim"
WORDS = "Wann <b>beginnen</b> Sie? „Bald“ & gut"
"""What the customer wrote: with signs that a page has to escape."""


def told(cast: Cast) -> Document:
    """Let everything happen to a quote in two versions; returns the second."""
    first = quote_for(cast.keller, "Q-118")
    delivery.dispatch_document(first.id)
    _send(first, Outcome.TEMPORARY, "450 4.2.0 try again later")
    _send(first, Outcome.PERMANENT, ANSWER)
    second = _again(cast, first)
    ruth, ben = person_of(cast.keller, cast.ruth), staff(cast.ben)
    for kind in (ReceiptKind.OPENED, ReceiptKind.DOWNLOADED):
        delivery.note_read(ruth, second, kind)
    _attach(second, "plan.txt", Audience.CUSTOMER)
    _attach(second, f"{INTERNAL}.txt", Audience.INTERNAL)
    hours = attaching.store(second.organisation_id, "../Stunden.csv", b"Tag;Stunden", CSV)
    writing.add(ruth, second, Audience.CUSTOMER, WORDS, [hours], ids.new())
    note = attaching.store(second.organisation_id, f"{INTERNAL}.csv", INTERNAL.encode(), CSV)
    writing.add(ben, second, Audience.INTERNAL, INTERNAL, [note], ids.new())
    _answer(cast, second)
    _pay(cast, second)
    session().flush()
    session().refresh(second)
    return second


def _again(cast: Cast, first: Document) -> Document:
    said = replace(
        factories.einvoice("Q-118", buyer="Ruth Keller", customer_number="K-1", due=None),
        type_code="",
        payment_instructions=(),
        payment_terms="20 Tage netto",
    )
    second = factories.take_in(first.organisation_id, said, kind=Kind.QUOTE)
    assert (second.lineage_id, second.version) == (first.lineage_id, 2)
    return second


def _send(document: Document, outcome: Outcome, answer: str) -> None:
    (dispatch,) = deliveries.of_document(document.id)
    sending = delivery.begin(dispatch.id)
    assert sending is not None
    delivery.finish(sending, Result(outcome, int(answer[:3]), answer.split()[1], answer))


def _attach(document: Document, name: str, audience: Audience) -> None:
    stored = keeping.store(document.organisation_id, name, f"{audience.value} {name}".encode())
    attaching.attach(document, [stored], audience, BY)


def _answer(cast: Cast, document: Document) -> None:
    ruth = person_of(cast.keller, cast.ruth)
    answering.accept(document, ruth, "Ruth Keller-Meier", order_number="PO-7")
    answering.reopen(document, staff(cast.ben).actor, "Sie hat angerufen.")
    session().refresh(document)
    answering.reject(document, ruth, Reason.PRICE)


def _pay(cast: Cast, document: Document) -> None:
    payment = Payment(
        id=ids.new(),
        organisation_id=document.organisation_id,
        customer_id=cast.keller.id,
        provider=Provider.MOLLIE,
        provider_id="tr_7UhSN1zuXS",
        state=State.PAID,
        currency="CHF",
        minor=12_345,
        received_minor=12_345,
        checkout_url=CHECKOUT,
        by_kind="person",
        by_id=cast.ruth.id,
        by_name="Ruth Keller",
        created_at=clock.now(),
        settled_at=clock.now(),
    )
    part = PaymentPart(
        payment_id=payment.id,
        document_id=document.id,
        lineage_id=document.lineage_id,
        version=document.version,
        minor=12_345,
        position=0,
    )
    session().add_all([payment, part])
