"""Staff work with deliveries: two queues, another channel, releases in bulk, a mail server that is down."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import update

from app.core import clock, runtime
from app.core.db import session
from app.delivery.models import Dispatch
from tests.journeys import sellers
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.sellers import Tenant

pytestmark = pytest.mark.journey

HERE = "location.pathname + location.search"


def mistype(house: House, own: Tenant) -> None:
    """Let what was made but not sent be for people whom nobody knows, each another one."""
    wrong = "unknown." + Dispatch.number + "@wrong.example"
    with runtime.using(house.here), house.here.database.transaction():
        session().execute(
            update(Dispatch).where(Dispatch.address == own.post).values(address=wrong)
        )


def grow_old(house: House, number: str) -> None:
    """Let a dispatch have been sent two days ago."""
    with runtime.using(house.here), house.here.database.transaction():
        long_ago = clock.now() - timedelta(days=2)
        session().execute(
            update(Dispatch).where(Dispatch.number == number).values(changed_at=long_ago)
        )


@pytest.mark.parametrize("scripts", [True, False], ids=["phone", "without scripts"])
def test_staff_work_through_both_queues_and_release_what_is_held(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    own = sellers.settle_in(house, "queues" if scripts else "plain-queues")
    staff = portal(scripts=scripts, phone=scripts).sign_in(own.vera, own.password).see("Desk")
    staff.open("/settings/channels/email").see("E-mail")
    staff.page.get_by_label("Hold everything until somebody releases it").check()
    staff.press("channel-save").says("Saved.")
    staff.upload(*sellers.invoices(tmp_path, "DEL-1", "DEL-2"))

    # Released in bulk; what was seen in the forecast, and how far it has come.
    held = staff.part("dispatch-row")
    staff.open("/deliveries?tab=held").wait_for(held.nth(1), meanwhile=staff.page.reload)
    mistype(house, own)
    staff.look().press("release-held").see("Release what is held")
    expect(staff.part("forecast-row")).to_contain_text("2")
    staff.press("forecast-go").says("What was held goes out now.")
    staff.wait_for(staff.part("release-state")).look()

    # Send errors: one is corrected and sent again, one takes another channel, with the filters kept.
    row = staff.part("dispatch-row")
    staff.open("/deliveries?tab=errors&number=DEL")
    staff.wait_for(row.nth(1), meanwhile=staff.page.reload).see("Deliveries")
    row.filter(has_text="DEL-1").get_by_test_id("dispatch-link").click()
    staff.see("DEL-1")
    expect(staff.part("step-handed_over")).to_contain_text("failed")
    staff.fill("Send to", own.post).press("try-again-go").says(f"sent to {own.post} again")
    house.letter_about(own.post, "DEL-1")
    staff.open("/deliveries?tab=errors&number=DEL").wait_for(row.first)
    expect(row).to_have_count(1)
    staff.press("row-done").says("Done: DEL-2")
    assert staff.page.evaluate(HERE) == "/deliveries?tab=errors&number=DEL" if scripts else True
    expect(row).to_have_count(0)
    staff.open("/deliveries?number=DEL-2").press("dispatch-link").see("DEL-2")
    staff.press("dispatch-put-back").says("Back in the queue: DEL-2")
    staff.press("dispatch-ways").see("Another channel")
    staff.page.get_by_label("Portal only").check()
    staff.press("ways-go").says("It takes another way now")
    staff.see("DEL-2")
    expect(staff.part("dispatch-facts")).to_contain_text("Portal only")

    # Sent, not confirmed: nobody minds for a day, then it is somebody's work.
    staff.open("/deliveries?tab=unconfirmed").see("Deliveries")
    expect(row).to_have_count(0)
    grow_old(house, "DEL-1")
    staff.page.reload()
    expect(row).to_have_count(1)
    staff.press("row-done").says("Done: DEL-1")
    expect(row).to_have_count(0)


def test_a_mail_server_that_is_down_is_told_of_and_what_is_typed_stays(
    portal: Callable[..., Portal], house: House, tmp_path: Path
) -> None:
    own = sellers.settle_in(house, "closed")
    staff = portal().sign_in(own.vera, own.password).see("Desk")
    row = staff.part("dispatch-row")
    with house.mail_is_down(own.post.partition("@")[2]):
        staff.upload(*sellers.invoices(tmp_path, *(f"DOWN-{number}" for number in range(12))))
        staff.open("/deliveries").wait_for(staff.part("channel-down"), staff.page.reload)
        staff.wait_for(row.nth(11), staff.page.reload).look()
        expect(staff.part("channel-down")).to_contain_text("E-mail is down since")
        staff.page.set_viewport_size({"width": 1280, "height": 400})
        number = staff.page.locator("input[name=number]")
        number.fill("DOWN-1")
        expect(row).to_have_count(3)
        staff.page.evaluate("window.scrollTo(0, 200)")
        with staff.page.expect_response(lambda one: "number=DOWN-1" in one.url, timeout=20_000):
            number.press_sequentially("1", delay=0)
            number.press("Backspace")
        with staff.page.expect_response(lambda one: "number=DOWN-1" in one.url, timeout=20_000):
            pass
        expect(number).to_be_focused()
        expect(number).to_have_value("DOWN-1")
        expect(row).to_have_count(3)
        assert staff.page.evaluate("window.scrollY") == 200
    letters = staff.page.get_by_test_id("dispatch-state").filter(has_text="sent")

    def later() -> None:
        house.let_time_pass()
        staff.page.wait_for_timeout(500)
        staff.page.reload()

    staff.wait_for(letters.nth(2), later)
    staff.page.reload()
    expect(staff.part("channel-down")).to_have_count(0)
    house.letter_about(own.post, "DOWN-11")
