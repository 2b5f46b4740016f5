from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import outbox
from app.core.errors import Refused
from app.core.journal import Entry
from app.documents import queries
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules import life
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.life import State
from app.organisations.models import Customer, Organisation
from tests import cast
from tests.factories import BY, einvoice, take_in

FATAL = Finding("BR-CO-15", Severity.FATAL, "The total is wrong.", language="en")
KELLER: dict[str, Any] = {"buyer": "Ruth Keller", "customer_number": "K-1"}
VERBS: dict[str, tuple[Callable[..., object], State, set[State]]] = {
    "publish": (publication.publish, State.PUBLISHED, {State.HELD, State.READY}),
    "discard": (publication.discard, State.DISCARDED, {State.HELD, State.READY}),
    "withdraw": (publication.withdraw, State.WITHDRAWN, {State.PUBLISHED}),
}
"""Verb → the action, the state it leads to, the states in which it is allowed."""


def in_state(house: Organisation, state: State, number: str, session: Session) -> Document:
    """Return a document that stands where it is to stand."""
    document = take_in(house.id, einvoice(number, **KELLER))
    session.execute(
        update(Document)
        .where(Document.id == document.id)
        .values(state=state, is_current=state in life.CURRENT)
    )
    session.refresh(document)
    return document


def lines(session: Session, document: Document) -> list[str]:
    """Return what the journal says of a document."""
    session.flush()
    return sorted(session.scalars(select(Entry.name).where(Entry.object_id == document.id)))


def reactions(session: Session) -> int:
    session.flush()
    promised = select(func.count()).where(outbox.Promise.task == "reactions.react")
    return session.scalar(promised) or 0


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_verb_works_in_its_states_and_in_no_other(
    house: Organisation, keller: Customer, session: Session, verb: str
) -> None:
    act, target, allowed = VERBS[verb]
    for state in State:
        document = in_state(house, state, f"{verb}-{state}", session)
        before = lines(session, document)
        if state in allowed:
            act(document, BY)
            assert document.state is target
            assert document.is_current is (target in life.CURRENT)
            assert len(lines(session, document)) == len(before) + 1
            continue
        with pytest.raises(Refused) as refused:
            act(document, BY)
        assert f"This document is {life.STATE_NAMES[document.state]} already." in (
            refused.value.sentence
        )
        assert document.state is state
        assert lines(session, document) == before


@pytest.mark.parametrize("state", list(State))
def test_a_customer_is_confirmed_before_publishing_only(
    house: Organisation, keller: Customer, session: Session, state: State
) -> None:
    document = in_state(house, state, "1", session)
    other = cast.customer(house, "K-2", "Max Huber", None)
    if state in (State.HELD, State.READY):
        publication.assign(document, other, BY)
        assert (document.customer_id, document.state) == (other.id, State.READY)
    else:
        with pytest.raises(Refused, match="keeps its customer"):
            publication.assign(document, other, BY)
        assert (document.customer_id, document.state) == (keller.id, state)


def test_confirming_the_customer_does_not_lift_a_fatal_finding(
    house: Organisation, keller: Customer
) -> None:
    said = einvoice(buyer="Lena Neu", customer_number="K-77")
    document = take_in(house.id, said, findings=(FATAL,))
    publication.assign(document, keller, BY)
    assert (document.state, document.customer_id) == (State.HELD, keller.id)
    publication.publish(document, BY)
    assert document.state is State.PUBLISHED, "a person may decide so"


def test_the_proposed_customer_is_made_and_confirmed(
    house: Organisation, keller: Customer, session: Session
) -> None:
    document = take_in(house.id, einvoice(buyer="Lena Neu", customer_number="K-77"))
    made = publication.assign_proposed(document, BY)
    assert (document.state, document.customer_id) == (State.READY, made.id)
    assert (made.number, made.name, made.street) == ("K-77", "Lena Neu", "Seestrasse 12")
    assert "document.customer_confirmed" in lines(session, document)


def test_a_proposal_whose_number_was_taken_meanwhile_is_refused(
    house: Organisation, keller: Customer
) -> None:
    document = take_in(house.id, einvoice(buyer="Lena Neu", customer_number="K-77"))
    cast.customer(house, "K-77", "Somebody else", None)
    with pytest.raises(Refused, match="K-77"):
        publication.assign_proposed(document, BY)
    assert (document.state, document.customer_id) == (State.HELD, None)


def test_without_a_proposal_a_customer_has_to_be_chosen(house: Organisation) -> None:
    document = take_in(house.id, None, findings=(FATAL,))
    with pytest.raises(Refused, match="Choose a customer"):
        publication.assign_proposed(document, BY)


@pytest.mark.parametrize("said", [None, EInvoice(number="1"), einvoice(buyer="Lena Neu")])
def test_what_cannot_be_shown_is_not_published(
    house: Organisation, keller: Customer, session: Session, said: EInvoice | None
) -> None:
    document = take_in(house.id, said, findings=(FATAL,))
    with pytest.raises(Refused) as refused:
        publication.publish(document, BY)
    assert refused.value.sentence.endswith(".")
    assert (document.state, document.published_at) == (State.HELD, None)
    assert reactions(session) == 0


def test_publishing_a_version_makes_the_older_ones_give_way(
    house: Organisation, keller: Customer, session: Session
) -> None:
    published = take_in(house.id, einvoice(**KELLER))
    held = take_in(house.id, einvoice(**KELLER), findings=(FATAL,))
    newest = take_in(house.id, einvoice(**KELLER))
    assert [one.state for one in queries.in_lineage(published.lineage_id)] == [
        State.SUPERSEDED,
        State.DISCARDED,
        State.PUBLISHED,
    ]
    assert [one.version for one in (published, held, newest)] == [1, 2, 3]
    assert published.superseded_by == held.superseded_by == newest.id
    assert "document.superseded" in lines(session, published)


def test_an_older_version_is_not_published_over_a_newer_one(
    house: Organisation, keller: Customer
) -> None:
    held = take_in(house.id, einvoice(**KELLER), findings=(FATAL,))
    newer = take_in(house.id, einvoice(**KELLER), findings=(FATAL,))
    publication.publish(newer, BY)
    assert held.state is State.DISCARDED
    with pytest.raises(Refused, match="newer version"):
        publication.publish(held, BY)
    assert newer.state is State.PUBLISHED


def test_others_are_told_of_what_customers_see_change(
    house: Organisation, keller: Customer, session: Session
) -> None:
    document = take_in(house.id, einvoice(**KELLER))
    assert reactions(session) == 1
    publication.withdraw(document, BY)
    assert reactions(session) == 2
    held = take_in(house.id, einvoice("2", **KELLER), findings=(FATAL,))
    publication.discard(held, BY)
    assert reactions(session) == 2, "nobody had seen it"
