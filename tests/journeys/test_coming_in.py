"""Coming in: by password, by mailed code; languages; the phone's menu; lists without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.house import House
from tests.journeys.pages.portal import Portal

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_signs_in_with_a_password(portal: Visit, house: House, scripts: bool) -> None:
    visitor = portal(scripts=scripts).open("/desk").see("Sign in")
    visitor.fill("E-mail address", house.anna).fill("Password", "wrong").press("sign-in-go")
    visitor.see("Sign in")
    expect(visitor.part("error-summary")).to_contain_text("do not fit together")
    visitor.fill("Password", house.password).press("sign-in-go").see("Desk")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_somebody_signs_in_with_a_mailed_code(portal: Visit, house: House, scripts: bool) -> None:
    address = house.ben if scripts else house.anna
    visitor = portal(scripts=scripts).open("/sign-in").press("sign-in-by-code").look()
    visitor.fill("E-mail address", address).press("ask-for-code-go").look()
    code = re.search(r"\b\d{6}\b", house.letter_about(address, "Your code for").text)
    assert code is not None
    visitor.fill("Code", "000000").press("answer-code-go").look()
    visitor.fill("Code", code[0]).press("answer-code-go").see("Desk")


def test_a_phone_has_the_whole_menu(portal: Visit, house: House) -> None:
    phone = portal(phone=True).sign_in(house.anna, house.password).see("Desk")
    for entry, heading in (
        ("menu-documents", "Documents"),
        ("menu-customers", "Customers"),
        ("menu-deliveries", "Deliveries"),
        ("menu-settings", "Settings"),
        ("account", "account"),
    ):
        phone.press("menu").press(entry).see(heading)


@pytest.mark.parametrize(
    ("language", "heading"), [("de", "Anmelden"), ("sv", "Logga in"), ("nb", "Logg inn")]
)
def test_the_portal_speaks_before_anybody_is_known(
    portal: Visit, language: str, heading: str
) -> None:
    visitor = portal(language=language).open("/sign-in").see(heading)
    assert visitor.page.locator("html").get_attribute("lang") == language


def test_the_language_is_changed_without_scripts(portal: Visit) -> None:
    visitor = portal(scripts=False).open("/sign-in").see("Sign in")
    visitor.part("language-select").select_option("de")
    visitor.press("language-set").see("Anmelden")


def test_a_filter_changes_the_list_and_the_address(portal: Visit, house: House) -> None:
    staff = portal().sign_in(house.anna, house.password).open("/documents").see("Documents")
    staff.part("kind").select_option("credit_note")
    expect(staff.part("chips")).to_contain_text("Credit note")
    assert "kind=credit_note" in staff.page.url
    staff.look()
    staff.part("chips").get_by_role("link").first.click()
    expect(staff.part("chips")).to_have_count(0)
    assert "kind=" not in staff.page.url


def test_a_colleague_is_added_and_disabled(portal: Visit, house: House) -> None:
    staff = portal().sign_in(house.anna, house.password).open("/settings/members").see("Members")
    if staff.part("member-add-open").count():
        staff.press("member-add-open")
    staff.fill("Name", "Info").fill("Personal e-mail address", "info@lindenhof.example")
    staff.press("member-save").see("Members")
    expect(staff.part("error-summary")).to_contain_text("shared by several people")
    staff.fill("Personal e-mail address", "carla@lindenhof.example")
    staff.press("member-save").says("can sign in now")
