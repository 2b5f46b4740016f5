"""A second version: it takes the place of the first, which stays readable."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.test_comments import letter_about
from tests.journeys.test_list import priced
from tests.journeys.test_main_job import link_in

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_second_version_takes_the_place_of_the_first(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    own = sellers.settle_in(house, "versions" if scripts else "plain-versions")
    before = priced("VER-1", 2, "2026-10-01", "2099-01-31")
    after = priced("VER-1", 1, "2026-10-01", "2099-01-31")
    file = tmp_path / "VER-1.xml"
    file.write_bytes(before)
    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk").upload(file)
    link = link_in(letter_about(house, own.post, "VER-1"))
    guest = portal(scripts=scripts, phone=True).open(link).press("link-continue").see("VER-1")
    expect(guest.part("payable")).to_contain_text("670.22")
    expect(guest.part("versions")).to_have_count(0)

    file.write_bytes(after)
    staff.upload(file)
    guest.page.reload()
    is_of_the_past(guest)
    assert guest.download("download-original") == before
    guest.press("newer-version").see("VER-1")
    shows_both(guest, "335.11")
    assert guest.download("download-original") == after

    reader = portal(scripts=scripts).sign_in(own.gina, own.password).see("Good day")
    expect(reader.part("sentence")).to_contain_text("335.11")
    reader.press("document-link").see("VER-1")
    shows_both(reader, "335.11")
    is_of_the_past(reader.press("version-link").see("VER-1"))
    # The link of the first mail still shows what was mailed, and the way to what holds.
    again = portal(scripts=scripts).open(link).press("link-continue").see("VER-1")
    is_of_the_past(again)
    shows_both(again.press("newer-version").see("VER-1"), "335.11")


def is_of_the_past(reader: Portal) -> None:
    """Expect a version that can be read, and that nobody takes for the one that holds."""
    expect(reader.part("superseded")).to_contain_text("There is a newer version")
    expect(reader.part("document-state").first).to_contain_text("superseded")
    expect(reader.part("amount-due")).to_contain_text("670.22")
    expect(reader.part("pay")).to_have_count(0)
    reader.look()


def shows_both(reader: Portal, amount: str) -> None:
    """Expect the version that holds, beside it the one before."""
    expect(reader.part("payable")).to_contain_text(amount)
    expect(reader.part("superseded")).to_have_count(0)
    expect(reader.part("version-row")).to_have_count(2)
    expect(reader.part("version-row").filter(has_text="superseded")).to_have_count(1)
