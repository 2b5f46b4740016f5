"""Being asked for more than a link or a password, on a phone: every level, every method, every way round."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.access.proof import Level, Method
from tests.journeys.askers import Asker, Reader, founded
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.pages.proof import PROVE, Proof, Security

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]
PLAN = "Tag;Stunden\r\nmån;8½\r\n".encode()
both = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


@both
@pytest.mark.parametrize("method", list(Method))
def test_every_level_shows_what_it_says(
    portal: Visit, house: House, method: Method, scripts: bool
) -> None:
    own = founded(house, f"level{method.value}{int(scripts)}")
    settings = Security(portal(scripts=scripts).sign_in(own.admin, house.password).see("Desk"))
    rosa = Proof(portal(scripts=scripts, phone=True), own, own.private)

    def guest(reader: Reader = own.private) -> Proof:
        one = Proof(portal(scripts=scripts, phone=True), own, reader)
        one.comes_by_link()
        return one

    settings.open().previews("private", page="nothing", files="nothing").warns("open_link")
    one = guest().downloads()
    # Where nothing asks by itself: a page that does would go to the proof on its own.
    one.portal.see(own.private.number).open("/home").see("Good day")

    _choose(settings, Level.EVERY_PAGE, method, "proof", private="proof", business="proof")
    one.portal.open(one.reader.page).see(PROVE)
    rosa.signs_in()
    rosa.answers(method).see("Good day").open(own.private.page).see(own.private.number)
    rosa.downloads()

    _choose(settings, Level.SENSITIVE, method, "nothing", private="proof", business="proof")
    one = guest().sees_no_file()
    one.portal.see(own.private.number).open(one.file)
    one.answers(method).see("You are confirmed")
    one.downloads("onward-go").portal.press("onward-home").see("Good day")
    one.portal.open(one.reader.page).see(own.private.number)
    one.downloads()

    _choose(settings, Level.SENSITIVE_PRIVATE, method, "nothing", private="proof")
    guest(own.business).downloads().portal.see(own.business.number)
    one = guest().sees_no_file()
    one.portal.press("proof-start")
    one.answers(method).see(own.private.number)
    one.downloads()

    _choose(settings, Level.CLOSED, method, "nothing", private="closed", business="closed")
    guest(own.business).is_closed()
    rosa.portal.open(own.private.page)
    rosa.is_closed()


def _choose(
    settings: Security,
    level: Level,
    method: Method,
    page: str,
    *,
    private: str,
    business: str = "nothing",
) -> None:
    """Choose a level, look at what would be seen before the proof, and save it."""
    settings.open().choose(level, method)
    settings.previews("private", page=page, files=private)
    settings.previews("business", page=page, files=business)
    if method is Method.ADDRESS and level is not Level.CLOSED:
        settings.warns("address_only")
    else:
        settings.is_sound()
    settings.save()


@both
def test_wrong_answers_lock_one_way_and_leave_the_other(
    portal: Visit, house: House, scripts: bool
) -> None:
    own = founded(house, f"locked{int(scripts)}")
    own.ask(Level.SENSITIVE, Method.ADDRESS, Method.SMS)
    one = Proof(portal(scripts=scripts, phone=True), own, own.private)
    one.comes_by_link().press("proof-start").see(PROVE)
    for number in ("12", "12 b", "13 a", "a"):
        one.types_address(number)
        expect(one.portal.part("number-error")).to_contain_text("do not fit together")
    one.types_address("12a", postcode="8003").see(PROVE)
    expect(one.portal.part("proof-reason-address-locked")).to_be_visible()
    expect(one.portal.part("proof-locked")).to_contain_text("You can try again from")
    expect(one.portal.part("proof-address-form")).to_have_count(0)
    one.types_code().see(own.private.number)
    one.downloads()
    assert "5 times" in house.letter_about(own.private.customer.email or "", "in vain").text


@both
def test_a_text_message_that_fails_opens_the_other_way_and_the_page_says_so(
    portal: Visit, house: House, scripts: bool
) -> None:
    own = founded(house, f"undelivered{int(scripts)}")
    own.ask(Level.SENSITIVE, Method.SMS, Method.ADDRESS)
    one = Proof(portal(scripts=scripts, phone=True), own, own.private)
    one.comes_by_link().press("proof-start").see(PROVE)
    expect(one.portal.part("proof-address-form")).to_have_count(0)
    house.texts.faults.send = "invalid"
    try:
        one.asks_for_code()
        if scripts:
            one.portal.wait_for(one.portal.part("proof-undelivered")).look()
            one.portal.press("proof-continue")
        one.portal.wait_for(one.portal.part("proof-reason-sms-undelivered"))
    finally:
        house.texts.faults.send = ""
    expect(one.portal.part("proof-other-sms")).to_be_visible()
    one.answers(Method.ADDRESS).see(own.private.number)
    one.downloads()


@both
def test_who_can_prove_nothing_reads_whom_to_ask_and_staff_mend_it(
    portal: Visit, house: House, scripts: bool
) -> None:
    own = founded(house, f"unknown{int(scripts)}")
    own.ask(Level.EVERY_PAGE, Method.SMS, Method.ADDRESS)
    one = Proof(portal(scripts=scripts, phone=True), own, own.unknown)
    one.comes_by_link().see(PROVE)
    expect(one.portal.part("proof-impossible")).to_be_visible()
    expect(one.portal.part("house-contact")).to_contain_text("+41 44 123 45 67")
    _mends(portal(scripts=scripts).sign_in(own.admin, house.password).see("Desk"), own)
    one.portal.page.reload()
    one.answers(Method.ADDRESS).see(own.unknown.number)
    one.downloads()


def _mends(admin: Portal, own: Asker) -> None:
    """Find who can prove nothing, and say where they live."""
    Security(admin).open()
    admin.press("to-unreachable").see("Who cannot prove who they are")
    expect(admin.part("unreachable-row")).to_have_count(1)
    admin.press("unreachable-link").see(own.unknown.customer.name)
    admin.part("street").fill("Seestrasse 12a")
    admin.part("postcode").fill("8002")
    admin.press("customer-save").look()
    admin.open("/settings/portal/security/unreachable").see("Who cannot prove who they are")
    expect(admin.part("unreachable-row")).to_have_count(0)


@both
def test_what_was_written_while_the_proof_ran_out_arrives_after_the_next(
    portal: Visit, house: House, scripts: bool
) -> None:
    own = founded(house, f"idle{int(scripts)}")
    own.ask(Level.EVERY_PAGE, Method.ADDRESS)
    one = Proof(portal(scripts=scripts, phone=True), own, own.private)
    one.comes_by_link()
    page = one.answers(Method.ADDRESS).see(own.private.number)
    own.idle_for(29)
    page.open(own.private.page).see(own.private.number)
    page.part("comment-write").fill("Two lines\nand a plan")
    page.press("comment-attach").part("comment-files").set_input_files(
        {"name": "plan.csv", "mimeType": "text/csv", "buffer": PLAN}
    )
    own.idle_for(31)
    page.press("comment-go")
    one.answers(Method.ADDRESS).see("Go on with what you had written").press("parked-send")
    expect(page.part("comment-text")).to_have_text("Two lines\nand a plan")
    page.see(own.private.number)
    assert page.download("comment-file") == PLAN
