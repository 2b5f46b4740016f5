"""Everything that is known about a customer, told on request."""

import io
import zipfile
from collections.abc import Callable

import pytest

from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.tenants import founded

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_all_that_is_known_about_a_customer_is_exported(
    portal: Callable[..., Portal], house: House, scripts: bool
) -> None:
    tenant = founded(house, f"auskunft{int(scripts)}", others=1)
    tenant.publish("D-1")
    admin = portal(scripts=scripts).sign_in(tenant.admin, house.password).see("Desk")
    admin.open(f"/customers/{tenant.customer.id}").press("customer-privacy")
    admin.see(f"Personal data of {tenant.customer.name}").press("privacy-export")
    admin.see("Personal data of").wait_for(admin.part("privacy-download")).look()
    with zipfile.ZipFile(io.BytesIO(admin.download("privacy-download"))) as told:
        assert told.testzip() is None
        texts = [told.read(name).decode(errors="replace") for name in told.namelist()]
    assert any("D-1" in text for text in texts)
    assert any(tenant.first in text for text in texts)
    assert not any("Andere 0 AG" in text for text in texts), "of others nothing is told"
    admin.open(f"/customers/{tenant.customer.id}/privacy").look()
