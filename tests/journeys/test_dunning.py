"""A reminder from the decision to remind to the customer who reads it, and what stops the next one."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.test_list import priced
from tests.journeys.test_statements import text_of

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_house_reminds_a_customer_who_reads_it_and_pays(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    own = sellers.settle_in(house, "reminders" if scripts else "plain-reminders")
    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    files = {number: tmp_path / f"{number}.xml" for number in ("DUN-1", "DUN-2", "DUN-3")}
    for place, (number, file) in enumerate(files.items(), start=1):
        file.write_bytes(priced(number, place, "2025-02-10", "2025-03-12"))
    staff.upload(*files.values())

    staff.open("/settings/reminders").see("Reminders")
    staff.part("is_on").check()
    staff.part("level_1_fee").fill("20")
    staff.part("level_1_interest").fill("thirty")
    staff.press("reminders-save").see("Reminders")
    expect(staff.part("level_1_interest-error")).to_be_visible()
    staff.part("level_1_interest").fill("5")
    staff.press("reminders-save").says("Saved")
    staff.press("reminder-text-1-en").see("First reminder")
    assert "Reminder fee" in text_of(staff.download("reminder-preview"))

    document = staff.open("/documents").see("Documents").page.get_by_role("link", name="DUN-3")
    document.first.click()
    staff.see("DUN-3").press("reminders-pause").see("Pause reminders")
    staff.page.get_by_label("The customer disputes it").check()
    staff.fill("In a few words optional", "Wrong hours").press("pause-save").says("reminded")
    expect(staff.part("pause")).to_contain_text("Wrong hours")

    staff.open("/reminders").see("Reminders")
    expect(staff.part("reminder-level")).to_have_count(2)
    expect(staff.part("reminder-obstacle")).to_contain_text("disputed")
    for box in staff.page.locator("[data-testid^=select-]").all():
        box.check()
    staff.press("reminders-make").says("1 reminder is being made")

    reader = portal(scripts=scripts, phone=True).sign_in(own.gina, own.password)
    reader.see("Good day").open("/documents")
    told = reader.page.get_by_role("link", name="M-20").first
    reader.wait_for(told, meanwhile=lambda: None if not scripts else reader.page.reload())
    told.click()
    reader.see("Reminder M-20")
    expect(reader.part("reminded-invoice")).to_have_count(4)
    expect(reader.part("totals")).to_contain_text("Reminder fee")
    expect(reader.part("note").first).to_contain_text("Good day Kunde GmbH")

    staff.open("/reminders").see("Reminders")
    expect(staff.part("reminder-level")).to_have_count(0)
    staff.open("/reminders/paused").see("Paused reminders")
    expect(staff.part("pause-row")).to_have_count(1)
