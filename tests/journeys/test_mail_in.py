"""Documents by mail: the address is opened, a mail comes in, its sender is told what became of it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.api.conftest import invoice
from tests.journeys.house import House
from tests.journeys.pages.documents import Documents
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey

SENDER = "erp@lieferant.example"


def test_an_invoice_comes_by_mail_and_its_sender_gets_an_answer(
    portal: Callable[..., Portal], house: House
) -> None:
    staff = portal().sign_in(house.clara, house.password).see("Desk")
    staff.open("/settings").look().press("settings-mail-in").see("Documents by mail")
    staff.page.get_by_label("Take in documents by mail").check()
    staff.press("mail-in-save").see("Documents by mail")
    expect(staff.part("error-summary")).to_contain_text("Say who may send.")
    staff.fill("Who may send", SENDER).press("mail-in-save").says("Saved.")
    expect(staff.part("mail-in-state")).to_contain_text("open")
    address = staff.look().part("mail-in-copy-value").input_value()
    assert address.startswith("sonnhalde+")

    house.mail_in_from(SENDER, address, ("rechnung.xml", invoice("MAIL-1")))
    listed = Documents(staff).open().search("MAIL-1")
    for _third_of_a_second in range(100):
        if listed.rows.count():
            break
        staff.page.wait_for_timeout(300)
        staff.page.reload()
    listed.shows("MAIL-1")
    house.let_time_pass()
    answer = house.letter_to(SENDER)
    assert "Taken in as MAIL-1." in answer.text
    staff.open("/mailbox").see("Mailbox")
    staff.page.get_by_role("link", name=answer.subject).first.click()
    staff.see("Your documents for Sonnhalde")
    expect(staff.part("letter-text")).to_contain_text("rechnung.xml")
