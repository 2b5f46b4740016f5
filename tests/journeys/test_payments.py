"""Paying open invoices: at the provider's page, when it is down, and by bank."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.documents import Documents
from tests.journeys.pages.payment import Payment
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_invoices_are_paid_together_and_the_last_one_by_bank(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    own = sellers.settle_in(house, "payments" if scripts else "plain-payments")
    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    connects(staff)
    staff.upload(*sellers.invoices(tmp_path, "PAY-1", "PAY-2", "PAY-3"))
    payer = portal(scripts=scripts, phone=True).sign_in(own.gina, own.password).see("Good day")
    expect(payer.part("sentence")).to_contain_text("1’005.33")

    with house.payments_are_down():
        one = Payment(payer).begin()
        expect(payer.part("documents-error")).to_contain_text("Choose at least one invoice")
        payer.look()
        one.begin("PAY-1", "PAY-2")
        payer.see("Payment of").press("payment-again").see("Payment of")
        expect(payer.part("payment-state")).to_contain_text("being prepared")
    payer.press("payment-again").see("Payment of")
    expect(payer.part("payment-part")).to_have_count(2)
    one.pay("Let it fail").becomes("failed")
    payer.press("payment-anew").see("Pay")
    for number, is_ticked in (("PAY-1", True), ("PAY-2", True), ("PAY-3", False)):
        expect(payer.page.get_by_role("checkbox", name=number)).to_be_checked(checked=is_ticked)
    one.send().pay("Pay").becomes("paid")
    assert [payment.status for payment in house.payments.books.payments.values()][-2:] == [
        "failed",
        "paid",
    ]

    payer.open("/home").see("Good day")
    expect(payer.part("sentence")).to_contain_text("335.11")
    notes_the_rest(staff, "PAY-3")
    payer.open("/home").see("Good day")
    expect(payer.part("due")).to_have_count(0)
    expect(payer.page.get_by_text("Nothing is to be paid.")).to_be_visible()


def connects(staff: Portal) -> None:
    """Let customers pay by link, and see that the key works."""
    staff.open("/settings/payments").see("Payments")
    staff.part("is_on").check()
    staff.part("key").fill("test_0123456789")
    staff.press("payments-save").says("Saved.").look()
    staff.press("payments-test").says("The connection works. Ways to pay: TWINT, Card.").look()


def notes_the_rest(staff: Portal, number: str) -> None:
    """Note that what is open of an invoice came by bank."""
    Documents(staff).open().follow(number)
    staff.press("payment-note").see("Note a payment for")
    expect(staff.part("amount")).to_have_value("335.11")
    staff.part("remark").fill("by bank")
    staff.press("payment-note-go")
    expect(staff.part("day-error")).to_be_visible()
    expect(staff.part("remark")).to_have_value("by bank")
    staff.look().part("day").fill(date(2026, 4, 2).isoformat())
    staff.press("payment-note-go").says("The payment is noted.").see(number)
    expect(staff.part("payment-row")).to_contain_text("by bank")
    expect(staff.part("timeline")).to_contain_text("Payment of 335.11 CHF received")
