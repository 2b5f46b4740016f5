from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.documents.rules import life
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.life import Payment, State
from tests.factories import einvoice

TODAY = date(2026, 11, 29)
MAY_FOLLOW = {
    (State.HELD, State.READY),
    (State.HELD, State.PUBLISHED),
    (State.HELD, State.DISCARDED),
    (State.READY, State.HELD),
    (State.READY, State.PUBLISHED),
    (State.READY, State.DISCARDED),
    (State.PUBLISHED, State.SUPERSEDED),
    (State.PUBLISHED, State.WITHDRAWN),
}
"""The whole life a second time, so that changing it is a deliberate act."""


@pytest.mark.parametrize("before", list(State))
@pytest.mark.parametrize("after", list(State))
def test_a_state_follows_only_where_the_table_says_so(before: State, after: State) -> None:
    assert (before in life.sources(after)) is ((before, after) in MAY_FOLLOW)


def test_what_a_customer_has_seen_is_never_held_or_discarded() -> None:
    for state in life.FOR_CUSTOMERS:
        assert not life.AFTER[state] & {State.HELD, State.READY, State.DISCARDED}


def test_every_state_has_a_name_and_a_place_in_the_table() -> None:
    assert set(life.AFTER) == set(life.STATE_NAMES) == set(State)
    assert State.PUBLISHED in life.FOR_CUSTOMERS & life.CURRENT


@pytest.mark.parametrize(
    ("severities", "has_customer", "state"),
    [
        ((), True, State.READY),
        ((Severity.WARNING, Severity.INFORMATION), True, State.READY),
        ((Severity.WARNING, Severity.FATAL), True, State.HELD),
        ((Severity.FATAL,), False, State.HELD),
        ((), False, State.HELD),
    ],
)
def test_what_is_fatal_or_for_nobody_waits_for_a_person(
    severities: tuple[Severity, ...], has_customer: bool, state: State
) -> None:
    findings = [Finding("KT-X", severity, "x") for severity in severities]
    assert life.first_state(findings, has_customer=has_customer) is state


@pytest.mark.parametrize(
    ("said", "has_customer", "reason"),
    [
        (einvoice(), True, None),
        (None, True, "its number or its date is missing"),
        (EInvoice(), True, "its number or its date is missing"),
        (replace(einvoice(), number=""), True, "its number or its date is missing"),
        (replace(einvoice(), issue_date=None), False, "its number or its date is missing"),
        (einvoice(), False, "Confirm first which customer"),
    ],
)
def test_what_cannot_be_shown_cannot_be_published(
    said: EInvoice | None, has_customer: bool, reason: str | None
) -> None:
    found = life.unpublishable(said, has_customer=has_customer)
    assert found is reason is None or (found is not None and reason is not None and reason in found)


@pytest.mark.parametrize(
    ("days", "state"),
    [
        (-400, Payment.OVERDUE),
        (-1, Payment.OVERDUE),
        (0, Payment.DUE_SOON),
        (14, Payment.DUE_SOON),
        (15, Payment.OPEN),
        (None, Payment.OPEN),
    ],
)
def test_an_invoice_is_as_urgent_as_its_due_date(days: int | None, state: Payment) -> None:
    due = None if days is None else TODAY + timedelta(days=days)
    assert life.payment_state(1, due, TODAY) is state


@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("minor", [None, -1, 0, 1])
def test_only_an_invoice_with_something_to_pay_is_due(kind: Kind, minor: int | None) -> None:
    open_minor = life.open_amount(kind, minor, 0)
    state = life.payment_state(open_minor, TODAY - timedelta(days=1), TODAY)
    is_due = kind is Kind.INVOICE and minor == 1
    assert state is (Payment.OVERDUE if is_due else Payment.NOTHING_DUE)


@pytest.mark.parametrize(
    ("paid", "left", "state"),
    [
        (0, 100, Payment.OVERDUE),
        (40, 60, Payment.OVERDUE),
        (100, 0, Payment.PAID),
        (130, 0, Payment.PAID),
    ],
)
def test_what_was_paid_is_not_asked_for_again(paid: int, left: int, state: Payment) -> None:
    found = life.open_amount(Kind.INVOICE, 100, paid)
    assert found == left
    assert life.payment_state(found, TODAY - timedelta(days=1), TODAY) is state


@pytest.mark.parametrize(
    ("kind", "open_minor", "due", "until"),
    [
        (Kind.INVOICE, 100, date(2026, 1, 1), life.WAITS_FOR_EVER),
        (Kind.INVOICE, None, None, date(2026, 11, 29)),
        (Kind.QUOTE, None, date(2026, 12, 24), date(2026, 12, 24)),
        (Kind.QUOTE, None, None, life.WAITS_FOR_EVER),
        (Kind.REMINDER, None, date(2026, 11, 5), date(2026, 11, 29)),
        (Kind.REMINDER, None, date(2027, 1, 5), date(2027, 1, 5)),
        (Kind.CREDIT_NOTE, None, date(2027, 1, 5), date(2026, 11, 29)),
        (Kind.DELIVERY_NOTE, None, None, date(2026, 11, 29)),
        (Kind.ORDER_CONFIRMATION, None, None, date(2026, 11, 29)),
    ],
)
def test_a_document_is_open_until_somebody_did_what_it_waits_for(
    kind: Kind, open_minor: int | None, due: date | None, until: date
) -> None:
    published = date(2026, 10, 30)
    assert (
        life.waits_until(kind, open_minor=open_minor, due_date=due, published_on=published) == until
    )
