"""A letter on paper: made by staff, typed off by somebody with a phone and nothing else."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect
from pypdfium2 import PdfDocument

from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.tenants import founded

pytestmark = pytest.mark.journey


def test_a_letter_opens_the_documents_and_stops_when_it_is_revoked(
    portal: Callable[..., Portal], house: House
) -> None:
    tenant = founded(house, "papier")
    invoice = tenant.publish("P-1")
    staff = portal().sign_in(tenant.admin, house.password).see("Desk")
    staff.page.on("dialog", lambda asked: asked.accept())
    staff.open(f"/customers/{tenant.customer.id}").see(tenant.customer.name)
    staff.press("letter-new").see("Make an access letter").press("letter-make")
    staff.says("Download it, and post it.").look()
    expect(staff.part("letter-used")).to_have_text("Not used yet.")
    page, code, pin = _read(staff.download("letter-download"))
    house.secrets.append(code)

    stranger = portal(scripts=False, phone=True).open(page).see("You have a letter from us")
    _type(stranger, code, f"{(int(pin) + 1) % 10**6:06d}").see("You have a letter from us")
    expect(stranger.part("pin-error")).to_contain_text("do not fit together")
    _type(stranger, code.lower(), f"{pin[:3]} {pin[3:]}").see("Good day")
    assert code not in stranger.page.url
    stranger.open(f"/documents/{invoice.id}").see("P-1")
    # With scripts too, for what axe has to say about it: the square has filled in the code.
    scanned = portal(phone=True).open(f"{page}?code={code}").see("You have a letter from us")
    scanned.part("pin").fill(pin)
    scanned.press("access-go").see("Good day")

    staff.page.reload()
    expect(staff.part("letter-used")).to_contain_text("Used 2 times")
    staff.press("letter-revoke").says("The letter opens nothing any more.").look()
    stranger.open(f"/documents/{invoice.id}").see("Sign in")
    _type(stranger.open(page), code, pin).see("This letter opens nothing any more")


def _read(letter: bytes) -> tuple[str, str, str]:
    """Return what somebody reads in a letter: the address, the code and the PIN."""
    with PdfDocument(io.BytesIO(letter)) as drawn:
        text = drawn[0].get_textpage().get_text_bounded()
    page = re.search(r"http://127\.0\.0\.1:\d+/o/papier/access", text)
    code = re.search(r"\b[2-9A-Z]{5}-[2-9A-Z]{5}\b", text)
    pin = re.search(r"\b(\d{3}) (\d{3})\b", text[code.end() :] if code else "")
    assert page is not None, text
    assert code is not None, text
    assert pin is not None, text
    return page[0], code[0], pin[1] + pin[2]


def _type(reader: Portal, code: str, pin: str) -> Portal:
    reader.part("code").fill(code)
    reader.part("pin").fill(pin)
    return reader.press("access-go")
