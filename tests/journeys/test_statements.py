"""What a customer takes along: the statement of account, and documents as a ZIP."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from app.core import clock
from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.documents import Documents
from tests.journeys.pages.portal import Portal
from tests.journeys.test_list import priced

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_customer_takes_a_statement_and_the_documents_along(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    own = sellers.settle_in(house, "statements" if scripts else "plain-statements")
    staff = portal(scripts=scripts).sign_in(own.vera, own.password).see("Desk")
    staff.upload(*account(tmp_path))
    reader = portal(scripts=scripts, phone=True).sign_in(own.gina, own.password).see("Good day")
    reader.press("statement").see("Statement of account")
    reader.part("since").fill("2025-06-01")
    reader.part("until").fill("2025-03-01")
    reader.press("statement-go").see("Statement of account")
    expect(reader.part("until-error")).to_be_visible()
    reader.part("since").fill("2025-03-01")
    reader.part("until").fill("2025-12-31")
    reader.press("statement-go").see("Statement of account")
    shows_the_account(reader)
    columns, *rows = table(reader.download("statement-csv"))
    assert [row[columns.index("Number")] for row in rows] == ["", "ACC-2", "ACC-3", ""]
    assert [row[columns.index("Balance")] for row in rows] == [
        "335.11",
        "1005.33",
        "2010.66",
        "2010.66",
    ]
    said = text_of(reader.download("statement-pdf"))
    for told in ("ACC-2", "ACC-3", "Kunde GmbH"):
        assert told in said

    listed = Documents(reader).open().tick("ACC-1", "ACC-3")
    reader.press("bundle-selected").see("Download as ZIP")
    expect(reader.part("bundle-count")).to_have_text("2")
    with house.nobody_works():
        reader.press("bundle-go").see("ZIP of")
        expect(reader.part("bundle-progress")).to_be_visible()
        page = reader.page.url
    reader.wait_for(reader.part("bundle-download")).look()
    with zipfile.ZipFile(io.BytesIO(reader.download("bundle-download"))) as archive:
        assert archive.testzip() is None
        columns, *rows = table(archive.read("index.csv"))
        files = [row[columns.index("File")] for row in rows]
        assert sorted(archive.namelist()) == sorted([*files, "index.csv"])
        assert {row[columns.index("Number")] for row in rows} == {"ACC-1", "ACC-3"}
        (first,) = (name for name in files if name.endswith("ACC-1.xml"))
        assert archive.read(first) == (tmp_path / "ACC-1.xml").read_bytes()
    other = portal(scripts=scripts).sign_in(own.hugo, own.password).see("Good day")
    other.open(page).see("found")
    assert listed.open().rows.count() == 3


def account(folder: Path) -> list[Path]:
    """Write an invoice of before the period, one that was due in it, and one that is not due yet."""
    soon = f"{clock.now() + timedelta(days=20):%Y-%m-%d}"
    contents = {
        "ACC-1": priced("ACC-1", 1, "2025-01-10", "2025-02-10"),
        "ACC-2": priced("ACC-2", 2, "2025-03-02", "2025-04-01"),
        "ACC-3": priced("ACC-3", 3, "2025-08-04", soon),
    }
    for number, content in contents.items():
        (folder / f"{number}.xml").write_bytes(content)
    return [folder / f"{number}.xml" for number in contents]


def shows_the_account(reader: Portal) -> None:
    """Expect balances of the period, and what is open now by its age."""
    for part, amount in (
        *(("opening", "335.11"), ("charged", "1’675.55"), ("closing", "2’010.66")),
        *(("bucket-over_90", "1’005.33"), ("bucket-not_due", "1’005.33"), ("bucket-to_30", "0.00")),
        ("open-sum", "2’010.66"),
    ):
        expect(reader.part(part)).to_contain_text(amount)
    expect(reader.part("entry")).to_have_count(2)
    expect(reader.part("open-item")).to_have_count(3)


def table(content: bytes) -> list[list[str]]:
    """Read a CSV file as a spreadsheet does."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def text_of(content: bytes) -> str:
    """Return all that stands in a PDF."""
    with PdfDocument(io.BytesIO(content)) as drawn:
        return "".join(page.get_textpage().get_text_bounded() for page in drawn)
