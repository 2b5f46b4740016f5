"""From the button to the money, through the real pages and a provider that speaks Mollie's words."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import ids, inbox, outbox
from app.core.db import session
from app.core.journal import Entry
from app.core.runtime import Runtime
from app.demo.payment_provider import PaymentProvider
from app.documents.actions import paying, publication
from app.documents.models import Document
from app.payments.models import Payment
from app.payments.rules import State
from jobs import runner
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.factories import BY

OPEN = 64224


def started(browser: Browser, cast: Cast, **fields: Any) -> str:
    """Start a payment of Ruth's invoice, and return the path of its page."""
    data = {"documents": cast.invoice.id, "attempt": ids.new(), **fields}
    response = browser.post("/payments", data)
    assert response.status_code == 303, response.text
    return str(response.headers["Location"])


def payments(here: Runtime) -> list[Payment]:
    """Return the payments that a test began; the cast has one that never got to the provider."""
    with here.database.reading() as opened:
        rows = select(Payment).where(Payment.state.is_distinct_from(State.EXPIRED))
        late = select(Payment).where(Payment.provider_id.is_not(None))
        return list({one.id: one for rows in (rows, late) for one in opened.scalars(rows)}.values())


def the_payment(here: Runtime) -> Payment:
    (found,) = payments(here)
    return found


def the_invoice(here: Runtime, cast: Cast) -> Document:
    with here.database.reading() as opened:
        return opened.get_one(Document, cast.invoice.id)


def work(here: Runtime) -> None:
    """Do everything of payments that is promised, now."""
    for _round in range(3):
        with here.database.transaction():
            for promise in session().scalars(select(outbox.Promise)):
                if promise.task in ("payments.ask", inbox.APPLY):
                    outbox.revive(promise.id)
                    promise.due_at = promise.created_at
        with here.database.reading():
            due = session().scalars(
                select(outbox.Promise.id).where(
                    outbox.Promise.task.in_(["payments.ask", inbox.APPLY])
                )
            )
            found = list(due)
        for one in found:
            runner.run(here, one)


def hook(browser: Browser, provider_id: str | None) -> None:
    """Tell the portal what the provider tells it."""
    response = browser.client.post(
        "/hooks/payments/mollie", data={"id": provider_id or ""}, base_url="http://kontor.test"
    )
    assert response.status_code == 200


def test_an_invoice_is_paid_and_nobody_is_asked_for_it_again(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    assert 'data-testid="pay"' in ruth.get("/home").text
    page = started(ruth, paid)
    payment = the_payment(here)
    assert payment.state is State.OPEN
    assert payment.checkout_url in ruth.get(page).text
    assert provider.books.payments[payment.provider_id or ""].asked["amount"] == {
        "currency": "CHF",
        "value": "642.24",
    }
    provider.books.payments[payment.provider_id or ""].status = "paid"
    hook(browser("nobody"), payment.provider_id)
    work(here)
    assert the_payment(here).state is State.PAID
    invoice = the_invoice(here, paid)
    assert (invoice.paid_minor, invoice.open_minor) == (OPEN, 0)
    assert "Nothing is to be paid." in ruth.get("/home").text
    assert "paid" in ruth.get(f"/documents/{invoice.id}").text
    with here.database.reading():
        names = session().scalars(select(Entry.name).where(Entry.object_id == invoice.id))
        assert {"payment.started", "payment.received"} <= set(names)


def test_the_same_form_sent_twice_is_one_payment(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    attempt = ids.new()
    assert started(browser("ruth"), paid, attempt=attempt) == started(
        browser("ruth"), paid, attempt=attempt
    )
    assert the_payment(here).id == attempt
    assert provider.books.creations == 1


@pytest.mark.parametrize("fault", ["down", "garbage", "lost"])
def test_a_provider_that_does_not_answer_costs_nothing_but_another_try(
    here: Runtime,
    paid: Cast,
    provider: PaymentProvider,
    browser: Callable[[str], Browser],
    fault: str,
) -> None:
    provider.faults.create = fault
    ruth = browser("ruth")
    page = started(ruth, paid)
    assert the_payment(here).state is State.STARTED
    assert 'data-testid="payment-again"' in ruth.get(page).text
    provider.faults.create = ""
    assert ruth.post(f"{page}/attempt").status_code == 303
    assert the_payment(here).state is State.OPEN
    assert provider.books.creations == 1


@pytest.mark.parametrize("times", [1, 3])
def test_money_is_counted_once_however_often_the_provider_says_so(
    here: Runtime,
    paid: Cast,
    provider: PaymentProvider,
    browser: Callable[[str], Browser],
    times: int,
) -> None:
    started(browser("ruth"), paid)
    payment = the_payment(here)
    provider.books.payments[payment.provider_id or ""].status = "paid"
    for _time in range(times):
        hook(browser("nobody"), payment.provider_id)
        work(here)
    assert the_invoice(here, paid).paid_minor == OPEN


def test_money_comes_in_although_the_provider_never_told_us(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    started(browser("ruth"), paid)
    provider.books.payments[the_payment(here).provider_id or ""].status = "paid"
    work(here)
    assert the_payment(here).state is State.PAID


def test_a_payment_that_failed_can_still_be_paid_late(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    page = started(browser("ruth"), paid)
    provider_id = the_payment(here).provider_id or ""
    provider.books.payments[provider_id].status = "expired"
    work(here)
    assert the_payment(here).state is State.EXPIRED
    assert 'data-testid="payment-anew"' in browser("ruth").get(page).text
    provider.books.payments[provider_id].status = "paid"
    hook(browser("nobody"), provider_id)
    work(here)
    assert the_payment(here).state is State.PAID
    assert the_invoice(here, paid).open_minor == 0


def test_what_belongs_to_another_payment_is_not_believed(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    started(browser("ruth"), paid)
    provider.faults.look = "foreign"
    provider.books.payments[the_payment(here).provider_id or ""].status = "paid"
    work(here)
    assert the_invoice(here, paid).paid_minor == 0


def test_a_part_is_paid_and_the_rest_stays_open(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    started(browser("ruth"), paid, amount="100.00")
    provider.books.payments[the_payment(here).provider_id or ""].status = "paid"
    work(here)
    invoice = the_invoice(here, paid)
    assert (invoice.paid_minor, invoice.open_minor) == (10000, OPEN - 10000)
    assert 'data-testid="paid-in-part"' in browser("ruth").get(f"/documents/{invoice.id}").text


def test_too_much_is_shown_to_staff_and_asked_of_nobody(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    started(browser("ruth"), paid)
    provider.faults.surplus = "700.00"
    provider.books.payments[the_payment(here).provider_id or ""].status = "paid"
    work(here)
    invoice = the_invoice(here, paid)
    assert (invoice.paid_minor, invoice.open_minor) == (70000, 0)
    assert 'data-testid="overpaid"' in browser("ben").get(f"/documents/{invoice.id}").text


@pytest.mark.parametrize("amount", ["0", "-5", "1e3", "642.25", "1.234", "abc"])
def test_an_amount_that_cannot_be_paid_is_refused_and_nothing_typed_is_lost(
    here: Runtime, paid: Cast, browser: Callable[[str], Browser], amount: str
) -> None:
    data = {"documents": paid.invoice.id, "attempt": ids.new(), "amount": amount}
    response = browser("ruth").post("/payments", data)
    assert response.status_code == 422
    assert re.search(rf'value="{re.escape(amount)}"', response.text)
    assert payments(here) == []


def test_nobody_pays_what_is_not_theirs(
    here: Runtime, paid: Cast, browser: Callable[[str], Browser]
) -> None:
    data = {"documents": paid.hubers.id, "attempt": ids.new()}
    assert browser("ruth").post("/payments", data).status_code == 422
    page = started(browser("ruth"), paid)
    assert browser("max").get(page).status_code == 404
    assert browser("dora").get(page).status_code == 404


def test_a_guest_pays_the_one_document_of_the_link(
    here: Runtime, paid: Cast, browser: Callable[[str], Browser]
) -> None:
    guest = browser("guest")
    page = started(guest, paid)
    assert guest.get(page).status_code == 200
    assert the_payment(here).by_kind == "guest"


def test_staff_note_what_came_another_way_once(
    here: Runtime, paid: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/documents/{paid.invoice.id}/payments"
    data = {"amount": "642.24", "day": "2026-11-20", "remark": "Bank", "attempt": ids.new()}
    assert ben.get(f"{path}/new").status_code == 200
    assert ben.post(path, data | {"amount": "much"}).status_code == 422
    assert ben.post(path, data).status_code == 303
    assert ben.post(path, data).status_code == 303
    invoice = the_invoice(here, paid)
    assert (invoice.paid_minor, invoice.open_minor) == (OPEN, 0)
    assert 'data-testid="payment-row"' in ben.get(f"/documents/{invoice.id}").text


def test_without_a_key_there_is_no_button(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    assert 'data-testid="pay"' not in ruth.get("/home").text
    assert 'data-testid="pay-impossible"' in ruth.get("/payments/new").text
    data = {"documents": cast.invoice.id, "attempt": ids.new()}
    assert ruth.post("/payments", data).status_code == 422


def test_the_key_is_kept_sealed_and_tried_for_real(
    here: Runtime, paid: Cast, provider: PaymentProvider, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    data = {"key": "live_abcdefghijkl", "is_on": "y"}
    assert anna.post("/settings/payments", data).status_code == 303
    page = anna.get("/settings/payments").text
    assert "ijkl" in page
    assert "live_abcdefghijkl" not in page
    provider.key = "test_"
    anna.post("/settings/payments/test")
    assert "refuses this key" in anna.get("/settings/payments").text
    provider.key = "live_"
    anna.post("/settings/payments/test")
    assert "TWINT" in anna.get("/settings/payments").text
    assert anna.post("/settings/payments", {"key": "secret"}).status_code == 422


def test_a_new_version_begins_with_what_was_paid(here: Runtime, paid: Cast) -> None:
    with here.database.transaction() as opened:
        invoice = opened.get_one(Document, paid.invoice.id)
        counted = paying.count_payment(invoice.lineage_id, 10000)
        assert counted is not None
        said = factories.einvoice("2026-0412", buyer="Ruth Keller", customer_number="K-1")
        second = factories.take_in(paid.lindenhof.id, said)
        if second.published_at is None:
            publication.publish(second, BY)
        assert second.version == 2
        assert (second.paid_minor, second.open_minor) == (10000, OPEN - 10000)
        again = paying.count_payment(invoice.lineage_id, 5000)
        assert again is not None
        assert again.id == second.id
        opened.refresh(second)
        assert second.open_minor == OPEN - 15000
