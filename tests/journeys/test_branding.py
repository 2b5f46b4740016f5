"""An administrator gives the house its looks and its words; a customer sees both."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.test_main_job import invoice, link_in

pytestmark = pytest.mark.journey


def signed_in(portal: Portal, house: House, who: str) -> Portal:
    portal.open("/o/lindenhof/sign-in").see("Sign in")
    portal.fill("E-mail address", who).fill("Password", house.password)
    return portal.press("sign-in-go")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_administrator_changes_looks_and_words(
    house: House, portal: Callable[..., Portal], tmp_path: Path, scripts: bool
) -> None:
    picture = tmp_path / "logo.png"
    Image.new("RGB", (600, 150), "#9a3412").save(picture)
    anna = signed_in(portal(scripts=scripts, phone=True), house, house.anna)
    anna.open("/settings/branding").see("Branding")
    anna.part("logo").set_input_files(picture)
    anna.press("logo-save").see("Branding")
    assert anna.part("logo-light").evaluate("one => one.naturalWidth" if scripts else "one => 600")
    anna.open("/settings/texts").see("Texts")
    anna.press("text-invoice-en").see("Invoice, English")
    anna.fill("Subject", "[Invoice.title] [Invoice.number]: thank you")
    if scripts:
        anna.page.get_by_role("button", name="[Company.phone]").click()
        assert anna.part("subject").input_value().endswith("thank you[Company.phone]")
    else:
        anna.press("text-preview").see("Invoice, English")
    anna.page.get_by_text(": thank you").first.wait_for()
    anna.press("text-save").see("Invoice, English")
    anna.part("text-reset").first.wait_for()
    a_placeholder_is_named_that_nobody_knows(anna)
    the_next_mail_says_it(anna, house, tmp_path)
    anna.open("/settings/texts").press("text-invoice-en").see("Invoice, English")
    anna.page.on("dialog", lambda dialog: dialog.accept())
    anna.press("text-reset").see("Invoice, English")
    stranger = portal(scripts=scripts).open("/o/lindenhof/sign-in").see("Sign in")
    assert stranger.part("house-logo").get_attribute("alt") == "Haus Lindenhof"
    anna.open("/settings/branding").press("logo-remove").see("Branding")
    anna.part("no-logo").wait_for()


def a_placeholder_is_named_that_nobody_knows(anna: Portal) -> None:
    own = "Kind regards for [Client.nmae]."
    anna.part("body").fill(own)
    anna.press("text-save").see("Invoice, English")
    expect(anna.part("body-error")).to_contain_text("[Client.nmae] is not known. Did you mean")
    expect(anna.part("body")).to_have_value(own)
    anna.part("body").fill(own.replace("nmae", "name"))
    anna.press("text-save").says("Saved.").see("Invoice, English")
    expect(anna.part("preview-letter")).to_contain_text("Kind regards for")


def the_next_mail_says_it(anna: Portal, house: House, folder: Path) -> None:
    """Publish an invoice: its mail has the house's own words, and leads to the document."""
    number, name = f"2026-80{int(anna.scripts)}", f"Dank {int(anna.scripts)} AG"
    address = f"dank{int(anna.scripts)}@firma.example"
    anna.upload(invoice(folder, number, name, address), creates_customers=True)
    letter = house.letter_about(address, number)
    assert f"Invoice {number}: thank you" in letter.subject
    assert f"Kind regards for {name}." in letter.text
    anna.open(link_in(letter.text)).see(number)
