"""The main job: from a supplier's e-invoice to an opened document, as people do it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.documents.invoices import ubl
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]
BUYER = "</cac:PartyLegalEntity>\n  </cac:Party></cac:AccountingCustomerParty>"


def invoice(folder: Path, number: str, buyer: str, email: str, *changes: tuple[str, str]) -> Path:
    """Write an e-invoice for a buyer with a mail address."""
    contact = f"<cac:Contact><cbc:ElectronicMail>{email}</cbc:ElectronicMail></cac:Contact>"
    file = folder / f"{number}.xml"
    file.write_bytes(
        ubl(
            ("R-1001", number),
            ("Kunde GmbH", buyer),
            (BUYER, BUYER.replace("\n  </cac:Party>", f"{contact}</cac:Party>")),
            *changes,
        )
    )
    return file


def link_in(text: str) -> str:
    found = re.search(r"http://\S+/link/\S+", text)
    assert found is not None
    return found[0]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_invoice_travels_from_file_to_reader(
    portal: Visit, house: House, tmp_path: Path, scripts: bool
) -> None:
    number = f"2026-10{int(scripts)}"
    address = f"kunde{int(scripts)}@firma.example"
    file = invoice(tmp_path, number, f"Kunde {int(scripts)} GmbH", address)
    staff = portal(scripts=scripts).sign_in(house.anna, house.password).see("Desk")

    staff.upload(file).see("Intake of")
    expect(staff.part("intake-item").first).to_contain_text(file.name)
    staff.press("intake-item-link").see(number)
    expect(staff.part("document-state").first).to_contain_text("held")
    staff.press("assign-proposed").says("The customer is confirmed.")
    staff.press("publish").says("Published.").see(number)

    letter = house.letter_to(address)
    assert number in letter.subject
    assert "335.11" in letter.text
    reader = portal(scripts=scripts, phone=True).open(link_in(letter.text)).see(number)
    reader.press("link-continue").see(number)
    assert "/link/" not in reader.page.url
    expect(reader.part("amount-due").first).to_contain_text("335.11")
    with reader.page.expect_download() as downloading:
        reader.page.get_by_role("link", name="XML").first.click()
    assert Path(downloading.value.path()).read_bytes() == file.read_bytes()

    staff.page.reload()
    expect(staff.part("dispatch-state").first).to_contain_text("sent")
    expect(staff.part("receipts")).to_contain_text("Kunde")
    staff.open("/deliveries").see("Deliveries")
    expect(staff.part("dispatch-row").first).to_contain_text(number)
    staff.press("dispatch-link").see(number)
    expect(staff.part("attempt-row").first).to_contain_text("250")


def test_a_link_can_be_opened_again_and_machines_do_not_use_it_up(
    portal: Visit, house: House, tmp_path: Path
) -> None:
    file = invoice(tmp_path, "2026-201", "Zweimal AG", "zweimal@firma.example")
    staff = portal().sign_in(house.ben, house.password)
    staff.upload(file, creates_customers=True).press("intake-item-link")
    link = link_in(house.letter_to("zweimal@firma.example").text)
    for _machine in range(3):
        portal(scripts=False).open(link).see("2026-201")
    staff.page.reload()
    expect(staff.part("receipt-fetched")).not_to_contain_text("unknown")
    expect(staff.part("receipt-opened")).to_have_text("unknown")
    for _time in range(2):
        portal().open(link).see("2026-201").press("link-continue").see("2026-201")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_expired_link_offers_a_new_one_to_its_reader_only(
    portal: Visit, house: House, tmp_path: Path, scripts: bool
) -> None:
    address = f"spaet{int(scripts)}@firma.example"
    file = invoice(tmp_path, f"2026-30{int(scripts)}", f"Spät {int(scripts)} AG", address)
    staff = portal().sign_in(house.ben, house.password)
    staff.upload(file, creates_customers=True)
    old = link_in(house.letter_to(address).text)
    house.expire_links_of(address)

    reader = portal(scripts=scripts).open(old).see("This link")
    reader.fill("Your e-mail address", "jemand@anders.example").press("renewal-go").look()
    somebody = reader.part("sentence").first.inner_text()
    reader.open(old).fill("Your e-mail address", address).press("renewal-go").look()
    assert reader.part("sentence").first.inner_text() == somebody
    new = link_in(house.letter_to(address, after=1).text)
    assert new != old
    reader.open(new).press("link-continue").see(f"2026-30{int(scripts)}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_faulty_invoice_is_held_with_the_reason(
    portal: Visit, house: House, tmp_path: Path, scripts: bool
) -> None:
    wrong = (("335.11", "335.10"),)
    number = f"2026-40{int(scripts)}"
    file = invoice(tmp_path, number, "Falsch AG", "falsch@firma.example", *wrong)
    staff = portal(scripts=scripts).sign_in(house.ben, house.password)
    staff.upload(file, creates_customers=True).press("intake-item-link").see(number)
    expect(staff.part("document-state").first).to_contain_text("held")
    expect(staff.part("findings")).to_contain_text("KT-")
    staff.open("/desk").see("Desk")
    expect(staff.part("held")).to_contain_text(number)
    staff.page.get_by_role("link", name=re.compile(number)).first.click()
    staff.press("discard").look().press("discard-go").says("Discarded.")


def test_an_address_that_does_not_exist_is_corrected_and_tried_again(
    portal: Visit, house: House, tmp_path: Path
) -> None:
    file = invoice(tmp_path, "2026-501", "Umgezogen AG", "unknown@firma.example")
    staff = portal().sign_in(house.ben, house.password)
    staff.upload(file, creates_customers=True)
    row = staff.page.get_by_test_id("dispatch-row").filter(has_text="2026-501")
    for _second in range(20):
        staff.open("/deliveries?state=undeliverable")
        if row.count():
            break
        staff.page.wait_for_timeout(500)
    row.get_by_test_id("dispatch-link").click()
    staff.see("2026-501")
    expect(staff.part("attempt-row").first).to_contain_text("550")
    staff.fill("Send to", "neu@firma.example").press("try-again-go")
    staff.says("It is being sent to neu@firma.example again.")
    assert "2026-501" in house.letter_to("neu@firma.example").subject
