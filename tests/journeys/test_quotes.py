"""A quote: accepted by a guest, opened again by its seller, rejected by somebody who signs in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.pages.quote import Quote
from tests.journeys.sellers import Tenant
from tests.journeys.test_comments import letter_about
from tests.journeys.test_main_job import link_in

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_quote_is_answered_once_and_anew_after_it_was_opened_again(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    number, own = "OF-1", sellers.settle_in(house, "quotes" if scripts else "plain-quotes")
    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    asks_for_order_number(staff)
    staff.upload(sellers.quote(tmp_path, number)).press("intake-item-link").see(number)
    contact = portal(scripts=scripts).sign_in(own.gina, own.password).see("Good day")
    contact.press("waiting-link").see(f"Answer quote {number}")
    link = link_in(letter_about(house, own.post, number))
    guest, second = (portal(scripts=scripts, phone=True).open(link) for _window in range(2))
    for window in (guest, second):
        window.press("link-continue").see(number)
        Quote(window, number).ask()

    Quote(guest, number).accept("Tina Tester", "")
    expect(guest.part("order_number-error")).to_have_text("Enter your order number.")
    expect(guest.part("name")).to_have_value("Tina Tester")
    guest.look()
    Quote(guest, number).accept("Tina Tester", "PO-4711")
    guest.says("You have accepted the quote.").see(number)
    expect(guest.part("answer-facts")).to_contain_text("PO-4711")
    Quote(second, number).accept("Tina Tester", "PO-4711")
    second.says("Your answer has arrived already. It counts once.").look()
    Quote(contact, number).reject("The price", "")
    expect(contact.part("refusal")).to_contain_text("Tina Tester accepted this quote on")
    contact.look()
    assert "PO-4711" in letter_about(house, own.office, f"Quote {number} is accepted")
    assert "PO-4711" in letter_about(house, own.post, f"You have accepted quote {number}")

    stamp = Quote(guest.press("answered-quote").see(number), number).stamped()
    assert "Accepted on" in stamp
    assert "Tina Tester" in stamp
    staff.page.reload()
    expect(staff.part("quote-order-number")).to_contain_text("PO-4711")
    Quote(staff, number).open_again("The price was wrong.")
    letter_about(house, own.post, "The price was wrong.")

    rejects(contact, own, number)
    assert "Too dear." in letter_about(house, own.office, f"Quote {number} is rejected")
    staff.page.reload()
    expect(staff.part("quote-answer-row")).to_have_count(2)
    for happened in ("Quote accepted by Tina Tester", "The price was wrong.", "Quote rejected"):
        expect(staff.part("timeline")).to_contain_text(happened)
    staff.look()


def asks_for_order_number(staff: Portal) -> None:
    """Let an organisation ask who accepts for an order number."""
    staff.open("/settings/quotes").see("Quotes")
    asked = staff.page.get_by_role("group", name="Order number")
    asked.get_by_label("Ask, must be filled in").check()
    staff.press("quotes-save").says("Saved.").look()


def rejects(contact: Portal, own: Tenant, number: str) -> None:
    """Reject a quote that waits again: not without words where the reason says nothing."""
    contact.open("/home").see("Good day").press("waiting-link").see(f"Answer quote {number}")
    one = Quote(contact, number).reject("Something else", "")
    expect(contact.part("rejection-error")).to_be_visible()
    contact.look()
    one.reject("Something else", "Too dear.")
    contact.says("You have rejected the quote.").see(number)
    expect(contact.part("answer-words")).to_have_text("Too dear.")
    contact.press("answered-quote").see(number)
    expect(contact.part("download-stamped")).to_have_count(0)
