"""An intake is stopped and goes on; a file that could not be read is tried again."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.api.conftest import invoice
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey

FILES = 5


def test_an_intake_is_stopped_goes_on_and_tries_again_what_failed(
    portal: Callable[..., Portal], house: House, tmp_path: Path
) -> None:
    files = [tmp_path / f"STOP-{place}.xml" for place in range(FILES)]
    for file in files:
        file.write_bytes(invoice(file.stem))
    staff = portal().sign_in(house.clara, house.password).open("/intakes").see("Intake")
    staff.page.get_by_label("Files", exact=True).set_input_files(files)
    items, progress = staff.part("intake-item"), staff.part("intake-progress")
    one = items.filter(has_text=files[-1].name)
    with house.nobody_works():
        staff.press("intake-go").see("Intake of")
        staff.press("intake-stop").says("Stopped. What is in hand is finished, the rest waits.")
    expect(items.filter(has_text="waiting")).to_have_count(FILES)
    staff.look()
    with house.out_of_reach(files[-1].read_bytes()):
        staff.press("intake-resume").says("It goes on.")
        staff.wait_for(one.get_by_test_id("item-retry"), meanwhile=house.let_time_pass).look()
        expect(one).to_contain_text("It could not be examined")
        expect(items.filter(has_text="taken in")).to_have_count(FILES - 1)
    one.get_by_test_id("item-retry").click()
    staff.says("is tried again.").wait_for(progress.get_by_text("Everything is done."))
    expect(items.filter(has_text="taken in")).to_have_count(FILES)
    staff.look()
