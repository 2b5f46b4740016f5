"""Secret links as staff see them: one renewed, all revoked, and whoever came in by them is out."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.tenants import founded
from tests.journeys.test_main_job import link_in

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_whoever_came_in_by_a_link_is_out_once_all_are_revoked(
    portal: Callable[..., Portal], house: House, scripts: bool
) -> None:
    tenant = founded(house, f"kette{int(scripts)}")
    invoice = tenant.publish("L-1")
    address = tenant.customer.email or ""
    link = link_in(house.letter_about(address, "L-1").text)
    guest = portal(scripts=scripts, phone=True).open(link).press("link-continue").see("L-1")

    staff = portal(scripts=scripts).sign_in(tenant.admin, house.password).see("Desk")
    staff.page.on("dialog", lambda asked: asked.accept())
    staff.open(f"/customers/{tenant.customer.id}").press("customer-links").see("Links")
    row = staff.part("link-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("1 time, last on")
    assert link not in staff.page.inner_text("body"), "it is shown to who asks for it"
    staff.press("link-show")
    expect(staff.part("link-url-value")).to_have_value(link)

    staff.press("link-renew").see("Links")
    guest.open(f"/documents/{invoice.id}").see("Sign in")
    expect(staff.part("link-state").filter(has_text="open")).to_have_count(1)
    staff.press("link-show")
    renewed = staff.part("link-url-value").input_value()
    assert renewed != link
    house.secrets.append(renewed.rpartition("/")[2])
    guest.open(renewed).press("link-continue").see("L-1")

    staff.press("links-revoke-all").see("Revoke all links of")
    expect(staff.part("links-count")).to_contain_text("1 link is concerned.")
    staff.press("links-revoke-go").see("Links")
    expect(staff.part("link-state").filter(has_text="open")).to_have_count(0)
    guest.open(f"/documents/{invoice.id}").see("Sign in")
    guest.open(renewed).see("Not available")
    expect(guest.part("questions")).to_contain_text(f"office@{tenant.slug}.example")
