"""What waits for whose answer: the most urgent first, and nothing that does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.acceptance import queries
from app.acceptance.actions import answering
from app.access.principal import Principal
from app.access.rights import Action, Rights
from app.core.journal import Actor
from app.documents.actions import publication
from app.organisations.models import Customer
from tests import cast, factories
from tests.acceptance.quotes import contact_of, link_to, quote_for
from tests.counting import statements
from tests.factories import BY

TODAY = date(2026, 11, 22)


@pytest.fixture
def keller(session: Session) -> Customer:
    house = cast.found("lindenhof", "Haus Lindenhof")
    return cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")


@pytest.fixture
def ruth(keller: Customer, session: Session) -> Principal:
    session.flush()
    return contact_of(keller, cast.contact(keller, "Ruth Keller"))


def numbers(who: Principal, limit: int = 10) -> list[str]:
    return [one.number for one in queries.waiting(who, TODAY, limit)]


def test_what_ends_first_stands_first_and_what_has_no_end_last(
    keller: Customer, ruth: Principal
) -> None:
    for number, until in (
        ("no end", None),
        ("later", TODAY + timedelta(days=9)),
        ("today", TODAY),
        ("expired", TODAY - timedelta(days=1)),
    ):
        quote_for(keller, number, until=until)
    assert numbers(ruth) == ["today", "later", "no end"]
    assert numbers(ruth, 2) == ["today", "later"]


def test_what_is_answered_replaced_withdrawn_or_no_quote_does_not_wait(
    keller: Customer, ruth: Principal
) -> None:
    answering.accept(quote_for(keller, "accepted"), ruth, "Ruth Keller")
    quote_for(keller, "replaced")
    second = quote_for(keller, "replaced")
    publication.withdraw(quote_for(keller, "withdrawn"), BY)
    factories.invoice_for(keller, "invoice")
    assert [one.id for one in queries.waiting(ruth, TODAY, 10)] == [second.id]


def test_nothing_is_asked_for_who_may_answer_nothing(
    session: Session, keller: Customer, ruth: Principal
) -> None:
    quote = quote_for(keller)
    reader = Rights(frozenset({("quote", Action.VIEW)}))
    looking = Actor("person", "ben", "Ben Brunner")
    session.flush()
    with statements(session.get_bind()) as asked:  # type: ignore[arg-type]
        assert numbers(replace(ruth, rights=reader)) == []
        assert numbers(replace(ruth, through=looking)) == []
        assert queries.answers_of(ruth, quote) == []
    assert asked == []


def test_a_guest_waits_for_one_document_only(
    session: Session, keller: Customer, ruth: Principal
) -> None:
    quote, _other = quote_for(keller, "one"), quote_for(keller, "other")
    link = link_to(quote, keller)
    guest = replace(ruth, id=link.id, lineage_id=quote.lineage_id)
    assert numbers(guest) == ["one"]


def test_a_foreign_quote_is_not_there(session: Session, keller: Customer, ruth: Principal) -> None:
    quote = quote_for(keller)
    assert queries.acceptable(ruth, quote.id) == quote
    assert queries.acceptable(replace(ruth, customer_id="0" * 26), quote.id) is None
    assert queries.acceptable(replace(ruth, organisation_id="0" * 26), quote.id) is None
    invoice = factories.invoice_for(keller, "invoice")
    assert queries.acceptable(ruth, invoice.id) is None
