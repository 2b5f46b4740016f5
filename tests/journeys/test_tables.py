"""Bringing a table with PDFs: choose, look, take in; on a phone, and without scripts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.intake.packs import csv, letters, row
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_table_with_pdfs_is_taken_in(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    number = f"TAB-{int(scripts)}"
    rows = [row(number, f"C-{number}", "Lena Neu"), row("TAB-9", date="soon")]
    (tmp_path / "rechnungen.csv").write_bytes(csv(*rows))
    (tmp_path / "pdfs.zip").write_bytes(letters(number))
    staff = portal(scripts=scripts, phone=scripts).sign_in(house.anna, house.password).see("Desk")
    staff.open("/intakes").press("intake-table").see("Take in a table with PDFs")
    staff.press("table-go").see("Take in a table with PDFs")
    expect(staff.part("error-summary")).to_contain_text("Choose the table.")
    staff.page.get_by_label("Table", exact=True).set_input_files(tmp_path / "rechnungen.csv")
    staff.page.get_by_label("PDFs", exact=True).set_input_files(tmp_path / "pdfs.zip")
    staff.press("table-go").see("What do the columns mean?")
    staff.press("columns-go").see("What will happen")
    expect(staff.part("wrong").first).to_contain_text("“soon” is no date.")
    staff.press("lines-wrong").see("What will happen")
    expect(staff.part("line")).to_have_count(1)
    staff.page.get_by_label("Add customers that are not known yet").check()
    staff.press("take-in-table").says("1 file is being taken in.")
    staff.wait_for(staff.part("intake-progress").get_by_text("Everything is done."))
    staff.look().press("intake-item-link").see(number)
    expect(staff.page.get_by_role("main")).to_contain_text("row 2 of the table rechnungen.csv")
