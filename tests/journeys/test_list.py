"""The list of documents: narrowed, sorted, searched, kept under a name, taken along as a file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from app.core import clock
from tests.api.conftest import invoice
from tests.journeys.house import House
from tests.journeys.pages.documents import Documents
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]


LATE, LATER, OPEN = "LIST-1", "LIST-2", "LIST-3"


def priced(number: str, factor: int, issued: str, due: str) -> bytes:
    """Return an invoice over `factor` times 335.11."""
    amounts = (("310.00", f"{310 * factor}.00"), ("25.11", f"{25.11 * factor:.2f}"))
    return invoice(
        number,
        *amounts,
        ("335.11", f"{335.11 * factor:.2f}"),
        (">31<", f">{31 * factor}<"),
        ("2026-03-02", issued),
        ("2026-04-01", due),
    )


@pytest.fixture
def staff(portal: Visit, house: House, tmp_path: Path) -> Portal:
    """Somebody of Lindenhof, where three invoices came in: two are overdue, one is not."""
    files = {
        LATE: priced(LATE, 20, "2025-02-17", "2025-03-19"),
        LATER: priced(LATER, 40, "2025-05-02", "2025-06-01"),
        OPEN: priced(OPEN, 30, "2025-08-04", f"{clock.now() + timedelta(days=30):%Y-%m-%d}"),
    }
    for number, content in files.items():
        (tmp_path / f"{number}.xml").write_bytes(content)
    one = portal().sign_in(house.anna, house.password).see("Desk")
    return one.upload(*tmp_path.glob("LIST-*.xml"), creates_customers=True)


def test_the_list_is_narrowed_searched_kept_and_taken_along(staff: Portal) -> None:
    listed = Documents(staff).open()
    staff.press("filters-more").look()
    staff.part("amount_from").fill("6000")
    staff.part("amount_to").fill("14'000.00")
    listed.apply("up to 14'000.00")
    expect(listed.rows).to_have_count(3)
    staff.press("sort-amount")
    listed.shows(LATER, OPEN, LATE)
    staff.press("sort-amount")
    listed.shows(LATE, OPEN, LATER)
    staff.part("overdue").check()
    listed.apply("overdue").shows(LATE, LATER)
    narrowed = staff.page.url

    columns, *rows = csv.reader(io.StringIO(taken_along(staff, "csv").decode("utf-8-sig")))
    assert [row[columns.index("Number")] for row in rows] == [LATE, LATER]
    assert [row[columns.index("Total, VAT included")] for row in rows] == ["6702.20", "13404.40"]
    staff.open(narrowed)
    sheet = load_workbook(io.BytesIO(taken_along(staff, "xlsx"))).active
    assert [cell.value for cell in sheet["B"]] == ["Number", LATE, LATER]
    assert [float(cell.value) for cell in sheet["I"][1:]] == [6702.2, 13404.4]

    staff.open(narrowed).page.get_by_text("Keep this filter").click()
    staff.part("filter-name").fill("Big and late")
    staff.press("filter-save-go").says("Big and late")
    listed.open()
    staff.page.get_by_role("link", name="Big and late").click()
    listed.shows(LATE, LATER)
    staff.press("filters-change").see("Saved filters").press("filter-remove").look()
    listed.open()
    expect(staff.part("saved-filters")).to_have_count(0)

    listed.search("6'702.20").shows(LATE)
    expect(staff.part("list-remarks")).to_contain_text("as customer, as amount")
    listed.search("2.5.2025").shows(LATER)
    expect(staff.part("list-remarks")).to_contain_text("as date")


def taken_along(staff: Portal, kind: str) -> bytes:
    """Ask for the list as a file, and download it."""
    staff.press(f"export-{kind}").see("Export of")
    return staff.download("export-download")
