"""A document that nobody opens: proposed steps, a countdown, a reminder, and the reader who stops it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_nobody_opens_is_reminded_of_until_somebody_does(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    own = sellers.settle_in(house, "ladders" if scripts else "plain-ladders")
    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    staff.open("/settings/ladders").see("Delivery ladders")
    staff.press("ladder-add").see("Invoice, All customers")
    staff.part("is_on").check()
    staff.part("step_2_deed").select_option("text")
    staff.press("ladder-save").see("Invoice, All customers")
    expect(staff.part("step_2_days-error")).to_be_visible()
    staff.part("step_1_deed").select_option("remind")
    staff.part("step_1_days").fill("5")
    staff.part("step_2_days").fill("3")
    staff.part("step_2_counting").select_option("business")
    staff.press("ladder-save").says("Saved")
    expect(staff.part("ladder-state")).to_contain_text("on")

    staff.upload(*sellers.invoices(tmp_path, "LAD-1"))
    house.letter_to(own.post)
    staff.open("/documents").see("Documents").page.get_by_role("link", name="LAD-1").first.click()
    staff.see("LAD-1")
    expect(staff.part("climb-sentence")).to_contain_text("In 5 days if nobody opens it")
    staff.press("dispatch-link").see("Delivery of LAD-1")
    if scripts:
        expect(staff.part("climb-sentence")).to_contain_text("Reminder mail")
    else:
        staff.press("dispatch-climb").see("Delivery ladder")
    if scripts:
        staff.page.once("dialog", lambda dialog: dialog.accept())
    staff.part("climb-take").click()
    staff.says("The step is done").see("Delivery ladder")
    expect(staff.part("climb-step")).to_contain_text("Vera Vogt")
    letter = house.letter_about(own.post, "nobody has opened it yet")
    assert letter.subject.startswith("Not opened yet: Invoice LAD-1")

    reader = portal(scripts=scripts, phone=True)
    link = next(one for one in letter.links if "/link/" in one)
    reader.open(link).see("LAD-1").press("link-continue").see("LAD-1")
    over = staff.page.get_by_text("Somebody has opened the document.")
    staff.wait_for(over, meanwhile=lambda: staff.open(staff.page.url) and None)
    expect(staff.part("climb-take")).to_have_count(0)
    staff.open("/ladders").see("What ladders bring")
    expect(staff.part("ladder-due")).to_have_count(0)
