"""Pages of PDFs as pictures, and files that mean harm, through real processes and a real browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.documents import hostile
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.previews.test_drawing import letter

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_staff_see_the_pages_of_a_pdf(
    portal: Visit, house: House, tmp_path: Path, scripts: bool
) -> None:
    file = tmp_path / f"vertrag-{scripts}.pdf"
    file.write_bytes(letter(*(f"Seite {n} {scripts}" for n in range(1, 6))))
    staff = portal(scripts=scripts).sign_in(house.anna, house.password).see("Desk")
    staff.upload(file).see("Intake of").press("intake-item-link").see(file.name)
    wait_for_pictures(staff, 3)
    first = staff.part("page-picture").first
    expect(first).to_have_attribute("alt", f"Page 1 of 5: Seite 1 {scripts}")
    first.scroll_into_view_if_needed()
    if scripts:
        width = "one => one.decode().then(() => one.naturalWidth)"
        assert first.evaluate(width) > 900
    staff.press("show-all-pages").says("The pages are being drawn")
    wait_for_pictures(staff, 5)
    staff.look()


def wait_for_pictures(staff: Portal, count: int) -> None:
    """Wait until so many pictures are shown; without scripts by asking again."""
    for _ in range(60):
        if staff.part("page-picture").count() == count:
            break
        staff.page.wait_for_timeout(500)
        if not staff.scripts:
            staff.page.reload()
    expect(staff.part("page-picture")).to_have_count(count)


def test_files_that_mean_harm_are_held_with_their_reasons(
    portal: Visit, house: House, tmp_path: Path
) -> None:
    names = ("encrypted", "scripted", "broken", "a page like a thread")
    files = []
    for name in names:
        files.append(tmp_path / f"{name}.pdf")
        files[-1].write_bytes(hostile.PDFS[name][0]())
    staff = portal().sign_in(house.anna, house.password).see("Desk")
    staff.upload(*files).see("Intake of")
    expect(staff.part("item-state")).to_have_count(4)
    intake = staff.page.url
    for name, sentence in (
        ("scripted", "The PDF contains scripts. They are never run here."),
        ("encrypted", "The PDF is protected by a password."),
    ):
        staff.open(intake)
        staff.page.get_by_role("link", name=f"{name}.pdf").click()
        staff.see(f"{name}.pdf")
        expect(staff.part("findings")).to_contain_text(sentence)
