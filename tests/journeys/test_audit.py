"""The journal as its reader uses it: who tried to come in, narrowed down, opened, taken along."""

import csv
import io
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.tenants import founded

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_sign_in_that_failed_is_found_and_taken_along(
    portal: Callable[..., Portal], house: House, scripts: bool
) -> None:
    tenant = founded(house, f"buch{int(scripts)}")
    portal(scripts=False).sign_in(tenant.first, "a wrong sentence for the tests").see("Sign in")
    admin = portal(scripts=scripts, phone=True).sign_in(tenant.admin, house.password).see("Desk")
    admin.open("/settings/audit").see("Audit")
    admin.part("event").select_option("person.sign_in_failed")
    admin.press("filters-apply")
    expect(admin.part("chips")).to_contain_text("person.sign_in_failed")
    row = admin.part("audit-row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("127.0.0.1")
    admin.look()
    lines = list(csv.reader(io.StringIO(admin.download("audit-table").decode("utf-8-sig"))))
    assert len(lines) == 2
    assert any("person.sign_in_failed" in cell for cell in lines[1])
    admin.press("audit-link").look()
    expect(admin.part("audit-facts")).to_contain_text("person.sign_in_failed")
    expect(admin.part("audit-origin-facts")).to_contain_text("127.0.0.1")
    expect(admin.part("audit-seal-facts")).to_be_visible()
