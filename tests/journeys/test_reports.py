"""A report: configured, looked at before it is sent, mailed with its files, ended by its reader."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from app.core import runtime
from app.organisations import queries as organisations
from app.reports.actions import counting
from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_report_is_configured_previewed_sent_and_ended_by_its_reader(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    own = sellers.settle_in(house, "reports" if scripts else "plain-reports")
    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    staff.upload(*sellers.invoices(tmp_path, "REP-1"))
    house.letter_about(own.post, "REP-1")
    staff.press("menu-reports").see("Reports").press("report-new").see("New report")
    staff.press("report-save").see("New report")
    expect(staff.part("name-error")).to_be_visible()
    staff.fill("Name", "Arrivals").part("interval").select_option("at_once")
    staff.part("has_csv").check()
    staff.press("report-save").see("Arrivals").says("At once when there is a problem")
    page = staff.page.url
    staff.press("report-preview").see("Preview")
    expect(staff.part("preview-summary")).to_contain_text("1 dispatch was made.")
    expect(staff.part("preview-figures")).to_contain_text("E-mail")
    staff.open(page).see("Arrivals").press("report-send").says("on its way")
    house.let_time_pass()
    staff.wait_for(staff.part("run-state").get_by_text("sent", exact=True)).look()
    letter = house.letter_about(own.vera, "Arrivals")
    assert "1 dispatch was made." in letter.text
    (link,) = [word for word in letter.text.split() if "/leaving/" in word]
    reader = portal(scripts=scripts, phone=True).open(link).see("End this report")
    reader.press("report-leave").see("You do not get this report any more")
    staff.open(page).see("Arrivals")
    expect(staff.part("report-recipient")).to_contain_text("ended it on")
    staff.press("report-remove").see("Delete the report").press("report-removal").see("Reports")
    expect(staff.part("report-row")).to_have_count(0)


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_the_figures_are_charts_with_their_numbers(
    portal: Callable[..., Portal], house: House, tmp_path: Path, phone: bool
) -> None:
    slug = "figures-phone" if phone else "figures"
    own = sellers.settle_in(house, slug)
    staff = portal(phone=phone).sign_in(own.vera, own.password).see("Desk")
    staff.open("/reports/figures").see("Figures")
    expect(staff.part("empty")).to_be_visible()
    staff.upload(*sellers.invoices(tmp_path, "FIG-1"))
    house.letter_about(own.post, "FIG-1")
    count(house, slug)
    staff.open("/reports/figures?days=7").see("Figures")
    staff.press("days-email-numbers").look()
    rows = staff.part("days-email").locator("tbody tr")
    expect(rows).to_have_count(7)
    expect(rows.last).to_contain_text("1")
    staff.press("period-30").see("Figures")
    expect(staff.part("days-email").locator("tbody tr")).to_have_count(30)


def count(house: House, slug: str) -> None:
    """Count the days at once: nobody waits for the timetable."""
    with runtime.using(house.here):
        with house.here.database.transaction():
            own = organisations.organisation_by_slug(slug)
            assert own is not None
            planned = counting.plan(own.id)
        counted = counting.count(planned)
        with house.here.database.transaction():
            counting.keep(planned, counted)
