"""What lists and searches need beside a document's row: its order, its currency, its files' words."""

from collections.abc import Iterable

from sqlalchemy import update

from app.core.db import insert, session
from app.documents.models import DealtCurrency, Document, FileWord
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.search import words_of


def order_of(einvoice: EInvoice) -> dict[str, str | None]:
    """Return the order that a document belongs to: the buyer's number (BT-13), else the seller's (BT-14)."""
    number = (einvoice.purchase_order or einvoice.sales_order).strip()[:100]
    return {"order_number": number or None, "order_sort": number.lower()[:100] or None}


def note_currency(document: Document) -> None:
    """Remember that the organisation has a document in this currency."""
    if document.currency is not None:
        row = insert(DealtCurrency).values(
            organisation_id=document.organisation_id, currency=document.currency
        )
        session().execute(row.on_conflict_do_nothing())


def note_words(document: Document, names: Iterable[str]) -> None:
    """Remember the words of the names of a new document's files."""
    for word in words_of(list(names)):
        session().add(
            FileWord(
                document_id=document.id,
                word=word,
                organisation_id=document.organisation_id,
                customer_id=document.customer_id,
            )
        )


def hand_over(document: Document) -> None:
    """Let the words be found by the customer that the document is for now."""
    session().execute(
        update(FileWord)
        .where(FileWord.document_id == document.id)
        .values(customer_id=document.customer_id)
        .execution_options(synchronize_session=False)
    )
