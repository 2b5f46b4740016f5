"""A question about a document, its answer, and what the house says among itself."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.comments.actions import telling
from app.core import outbox, runtime
from app.core.db import session
from tests.journeys.house import PATIENCE, House
from tests.journeys.pages.portal import Portal
from tests.journeys.test_main_job import invoice, link_in

pytestmark = pytest.mark.journey

OFFICE = "office@lindenhof.example"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_asks_and_the_house_answers(
    portal: Callable[..., Portal], house: House, tmp_path: Path, scripts: bool
) -> None:
    number, address = f"2026-70{int(scripts)}", f"frage{int(scripts)}@firma.example"
    file = invoice(tmp_path, number, f"Frage {int(scripts)} AG", address)
    staff = portal(scripts=scripts).sign_in(house.ben, house.password).see("Desk")
    staff.upload(file, creates_customers=True).press("intake-item-link").see(number)
    guest = portal(scripts=scripts, phone=True).open(link_in(house.letter_to(address).text))
    guest.press("link-continue").see(number)

    guest.part("comment-write").fill("Why so much?\nSee https://x.example/a.")
    guest.press("comment-attach")
    guest.part("comment-files").set_input_files(
        {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 plan"}
    )
    guest.press("comment-go")
    expect(guest.part("comment-text")).to_contain_text("Why so much?")
    expect(guest.part("comment-write")).to_have_value("")
    guest.look()
    if scripts:
        expect(guest.part("comment-go")).to_be_focused()
    tell_now(house)
    assert "Why so much?" in letter_about(house, OFFICE, number)

    staff.page.reload()
    expect(staff.part("comment-file")).to_contain_text("plan.pdf")
    staff.part("comment-write").fill("half an answer")
    staff.part("internal-note-write").fill("Call them first.")
    staff.press("internal-note-go")
    expect(staff.part("internal-note-text")).to_contain_text("Call them first.")
    if scripts:
        expect(staff.part("comment-write")).to_have_value("half an answer")
    staff.look()
    staff.part("comment-write").fill("")
    staff.press("comment-go")
    expect(staff.part("comment-text-error")).to_be_visible()
    staff.look()
    staff.part("comment-write").fill("It is right.")
    staff.press("comment-go")
    expect(staff.part("comment-text").last).to_contain_text("It is right.")
    tell_now(house)
    answer = letter_about(house, address, "It is right.")

    again = portal(scripts=scripts).open(link_in(answer)).press("link-continue").see(number)
    expect(again.part("comment-text").last).to_contain_text("It is right.")
    expect(again.part("internal-note")).to_have_count(0)
    assert "Call them first." not in again.page.content()


def tell_now(house: House) -> None:
    """Wait until somebody is to be told, and let it be time for it."""
    end = monotonic() + PATIENCE
    while monotonic() < end:
        with runtime.using(house.here), house.here.database.reading():
            rows = select(outbox.Promise.id).where(outbox.Promise.task == telling.TELL)
            if session().scalars(rows).first() is not None:
                break
        sleep(0.1)
    house.let_time_pass()


def letter_about(house: House, address: str, text: str) -> str:
    """Wait for a mail to an address that holds a text; return it."""
    return house.letter_about(address, text).text
