"""Until when a document is among the open ones: written where it is published, paid and answered."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.documents.actions import answering, paying
from app.documents.rules.life import WAITS_FOR_EVER, Answer
from app.organisations.models import Customer
from tests import cast, factories
from tests.acceptance.quotes import OPEN_UNTIL, quote_for


@pytest.fixture
def keller(session: Session) -> Customer:
    """A customer of a house that publishes at once."""
    return cast.customer(cast.found("lindenhof", "Haus Lindenhof"), "K-1", "Ruth Keller", None)


def tomorrow() -> date:
    return clock.now().date() + timedelta(days=1)


def test_an_invoice_waits_until_all_of_it_is_paid(session: Session, keller: Customer) -> None:
    invoice = factories.invoice_for(keller, "R-1")
    session.flush()
    assert invoice.open_until == WAITS_FOR_EVER
    owed = invoice.open_minor or 0
    paying.count_payment(invoice.lineage_id, owed - 1)
    assert invoice.open_until == WAITS_FOR_EVER
    paying.count_payment(invoice.lineage_id, 1)
    assert (invoice.open_minor, invoice.open_until) == (0, tomorrow())


@pytest.mark.parametrize("until", [OPEN_UNTIL, None])
def test_a_quote_waits_until_it_is_answered_and_again_once_it_is_opened_again(
    session: Session, keller: Customer, until: date | None
) -> None:
    quote, today = quote_for(keller, until=until), clock.now().date()
    waits = until or WAITS_FOR_EVER
    session.flush()
    assert quote.open_until == waits
    assert answering.settle(quote, Answer.REVISION_ASKED, today)
    assert quote.open_until == waits, "it is still talked about"
    assert answering.open_again(quote)
    assert answering.settle(quote, Answer.ACCEPTED, today)
    assert quote.open_until == tomorrow()
    assert answering.open_again(quote)
    assert quote.open_until == waits
