"""A guest asks for access, confirms by mail, is let in by an administrator, and reads what was given."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from app.core import runtime
from app.core.db import session
from app.organisations.models import Organisation
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.tenants import Tenant, founded

pytestmark = pytest.mark.journey

CONFIRM = "Confirm your request"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_comes_in_through_the_front_door(
    portal: Callable[..., Portal], house: House, scripts: bool
) -> None:
    tenant = founded(house, "gaeste" if scripts else "besuch")
    invoice, guest_mail = tenant.publish("G-1"), f"gina@{tenant.slug}.example"
    staff = portal(scripts=scripts).sign_in(tenant.admin, house.password).see("Desk")
    _open_the_door(staff.open("/settings/guests"))

    guest = portal(scripts=scripts, phone=True)
    guest.open(f"/o/{tenant.slug}/sign-in").press("sign-in-sign-up").see("for access")
    _ask(guest, f"office@{tenant.slug}.example")
    expect(guest.part("error-summary")).to_contain_text("shared by several people")
    _ask(guest.look(), guest_mail).see("Look into your mailbox")
    letter = house.letter_about(guest_mail, CONFIRM)
    (way,) = {link for link in letter.text.split() if "/guest/signup/confirmation/" in link}
    house.secrets.append(way.rpartition("/")[2])
    guest.open(way).see(CONFIRM).press("sign-up-confirm").see("on its way")
    # Pressed once more: the page says the same.
    guest.open(way).press("sign-up-confirm").see("on its way")
    assert "Gina Gast" in house.letter_about(tenant.admin, "asks for access").text

    _let_in(staff, tenant)
    house.letter_about(guest_mail, "You have access to")
    _come_in(guest, house, guest_mail)
    guest.open(f"/documents/{invoice.id}").see("G-1")
    assert guest.part("pay").count() == 0


def test_who_is_known_gets_the_same_answer_and_a_mail(
    portal: Callable[..., Portal], house: House
) -> None:
    tenant = founded(house, "bekannt")
    with runtime.using(house.here), house.here.database.transaction():
        session().get_one(Organisation, tenant.customer.organisation_id).guests_welcome = True
    guest = portal().open("/guest/signup").see("Ask for access")
    guest.fill("Code of the organisation", "Bekannt")
    _ask(guest, tenant.first).see("Look into your mailbox")
    letter = house.letter_about(tenant.first, "Access to Haus Bekannt")
    assert "You have an account there already" in letter.text
    staff = portal().sign_in(tenant.admin, house.password).open("/settings/guests")
    expect(staff.see("Requests for access").part("empty")).to_be_visible()


def _open_the_door(staff: Portal) -> None:
    staff.see("Requests for access").press("guests-door").see("Who may ask")
    staff.part("is_open").check()
    staff.press("door-save").says("Saved").see("Who may ask")
    expect(staff.part("door-state")).to_contain_text("switched on")


def _ask(guest: Portal, email: str) -> Portal:
    guest.fill("Your name", "Gina Gast").fill("Your personal e-mail address", email)
    guest.part("reference").fill("Rechnung G-1")
    return guest.press("sign-up-go")


def _let_in(staff: Portal, tenant: Tenant) -> None:
    staff.open("/settings/guests").see("Requests for access").press("guest-link")
    staff.see("Gina Gast asks for access")
    expect(staff.part("guest-proposals")).to_contain_text(tenant.customer.name)
    staff.press("guest-choose").see("Gina Gast asks for access")
    expect(staff.part("right-invoice:view")).not_to_be_checked()
    staff.press("preset-read-only").look()
    staff.press("guest-approve-go").says("Gina Gast is approved").see("Requests for access")


def _come_in(guest: Portal, house: House, address: str) -> None:
    guest.open("/sign-in/code").fill("E-mail address", address).press("ask-for-code-go")
    text = house.letter_about(address, "Your code for").text
    code = next(word for word in text.split() if word.isdigit() and len(word) == 6)
    guest.fill("Code", code).press("answer-code-go").see("Good day")
