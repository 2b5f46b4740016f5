"""Publishing many at once: choose, look, decide, watch; what is refused is put right and tried again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.api.conftest import invoice
from tests.journeys.house import House
from tests.journeys.pages.documents import Documents
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_ready_documents_are_released_many_at_once(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    prefix = "SWIFT" if scripts else "PLAIN"
    one, two, three, four = numbers = [f"{prefix}-{place}" for place in range(4)]
    for number in numbers:
        (tmp_path / f"{number}.xml").write_bytes(invoice(number))
    staff = portal(scripts=scripts).sign_in(house.clara, house.password).see("Desk")
    reader = Documents(portal(scripts=scripts).sign_in(house.ruth, house.password))
    staff.upload(*(tmp_path / f"{number}.xml" for number in numbers))
    listed = Documents(staff).open().search(prefix, state="ready")
    expect(listed.rows).to_have_count(4)
    listed.tick(one, two)
    staff.press("release-selected").see("Release 2 documents?")
    expect(staff.part("forecast-customers")).to_have_text("1")
    released(staff, 2)
    reader.open().search(prefix)
    expect(reader.rows).to_have_count(2)
    expect(reader.portal.part("documents")).not_to_contain_text(three)

    house.forget_customer_of(four)
    Documents(staff).open().search(prefix, state="ready")
    staff.press("release-all").see("Release 1 document?")
    expect(staff.part("blocked-no_customer")).to_contain_text("1")
    released(staff, 2)
    expect(staff.part("item-reason")).to_contain_text("Confirm first which customer")
    release = staff.page.url
    staff.page.get_by_role("link", name=four).click()
    staff.see(four).part("customer").select_option(label="Ruth Keller · K-1")
    staff.press("assign-go").says("The customer is confirmed.")
    staff.open(release).see("Release of").press("release-retry").says("1 document is tried again.")
    staff.wait_for(staff.part("release-progress").get_by_text("Everything is done."))
    expect(staff.part("item-state").filter(has_text="published")).to_have_count(2)
    reader.open().search(prefix)
    expect(reader.rows).to_have_count(4)


def released(staff: Portal, count: int) -> None:
    """Confirm what the look showed, and watch until all is done."""
    staff.press("release-go").see("Release of")
    staff.wait_for(staff.part("release-progress").get_by_text("Everything is done."))
    expect(staff.part("release-item")).to_have_count(count)
    staff.look()
