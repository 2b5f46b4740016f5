"""A customer's own data: changed at once, accepted by a second person or by staff, taken to the books."""

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.own_data import OwnData
from tests.journeys.pages.portal import Portal
from tests.journeys.test_comments import letter_about

pytestmark = pytest.mark.journey

IBAN = "CH93 0076 2011 6238 5295 7"
WRONG = "CH93 0076 2011 6238 5295 8"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_own_data_change_by_their_risk_and_reach_the_books_once(
    portal: Callable[..., Portal], house: House, scripts: bool
) -> None:
    own = sellers.settle_in(house, "data" if scripts else "plain-data")
    gina = portal(scripts=scripts, phone=True).sign_in(own.gina, own.password).see("Good day")
    data = OwnData(gina).open().save(phone="044 668 18 00", iban=WRONG, name="Kunde AG")
    expect(gina.part("iban-error")).to_be_visible()
    for field, typed in (("phone", "044 668 18 00"), ("iban", WRONG), ("name", "Kunde AG")):
        expect(gina.part(field)).to_have_value(typed)
    gina.look()
    data.save(iban=IBAN, account_holder="Kunde AG")
    gina.says("1 change counts now. 3 changes wait for a decision.").look()
    expect(gina.part("phone")).to_have_value("+41 44 668 18 00")
    expect(gina.part("iban")).to_have_value("")
    expect(gina.part("change-withdraw")).to_have_count(3)
    data.may_decide()

    hugo = portal(scripts=scripts).sign_in(own.hugo, own.password).see("Good day")
    second = OwnData(hugo).open().may_decide("IBAN", "Account holder")
    second.waits("IBAN").get_by_test_id("change-accept").click()
    hugo.says("Accepted: IBAN.").see("Your data")
    expect(hugo.part("iban")).to_have_value(IBAN)
    expect(hugo.page.locator("#iban-hint")).to_contain_text("From Gina Graf")
    told = letter_about(house, own.post, "Your bank account was changed")
    assert "– → …2957" in told
    assert "Gina Graf wanted data of Kunde GmbH changed" in told
    letter_about(house, own.gina, "Your bank account was changed")

    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    expect(staff.part("data-waiting")).to_contain_text("2 changes")
    decides(staff)
    letter_about(house, own.gina, "The old account stays.")
    data.open().may_decide()
    expect(gina.part("name")).to_have_value("Kunde AG")
    expect(gina.part("decided-row").filter(has_text="The old account stays.")).to_have_count(1)
    taken_to_the_books(staff)


def decides(staff: Portal) -> None:
    """Accept one change and refuse the other, with a reason."""
    staff.open("/master-data").see("Changes by customers").press("change-link")
    staff.see("Change of Kunde GmbH")
    name = staff.part("change").filter(has_text="Name")
    holder = staff.part("change").filter(has_text="Account holder")
    name.first.get_by_test_id("change-accept").click()
    staff.says("Accepted: Name.").see("Change of Kunde AG")
    holder.get_by_test_id("refuse-open").click()
    holder.get_by_test_id("change-refuse").click()
    expect(staff.part("error-summary")).to_be_visible()
    staff.look()
    holder.get_by_test_id("refusal-reason").fill("The old account stays.")
    holder.get_by_test_id("change-refuse").click()
    staff.says("Refused: Account holder.").see("Change of Kunde AG")
    expect(staff.part("change").filter(has_text="Hugo Hess")).to_contain_text("IBAN")


def taken_to_the_books(staff: Portal) -> None:
    """Export what was accepted: each change is in one file, once."""
    staff.press("to-customer").see("Kunde AG").open("/master-data/exports")
    staff.see("Exports for accounting").press("export-take").says(
        "3 changes are in the new export."
    )
    expect(staff.part("export-take")).to_have_count(0)
    expect(staff.look().part("batch-row")).to_have_count(1)
    text = staff.download("batch-link").decode("utf-8-sig")
    columns, *rows = csv.reader(io.StringIO(text, newline=""))
    found = {row[columns.index("field")]: row for row in rows}
    assert sorted(found) == sorted(row[columns.index("field")] for row in rows)
    assert {field: row[columns.index("after")] for field, row in found.items()} == {
        "phone": "+41446681800",
        "iban": IBAN.replace(" ", ""),
        "name": "Kunde AG",
    }
    assert found["iban"][columns.index("decided_by")] == "Hugo Hess"
