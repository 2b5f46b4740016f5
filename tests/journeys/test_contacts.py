"""A customer's people: invited, given rights, explained to staff, looked through, ended."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, expect

from app.core import clock
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from tests.journeys.house import House
from tests.journeys.pages.people import OneOfThem, People
from tests.journeys.pages.portal import Portal
from tests.journeys.tenants import Tenant, founded

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_person_is_invited_sees_their_part_and_is_ended(
    portal: Visit, house: House, scripts: bool
) -> None:
    tenant = founded(house, f"moos{int(scripts)}")
    quote, invoice = tenant.publish("A-1", Kind.QUOTE), tenant.publish("R-1")
    lea, tom = (f"{name}@{tenant.slug}.example" for name in ("lea", "tom"))
    _two_are_invited(portal(scripts=scripts), tenant, lea, tom)
    invited = _signed_in_by_code(portal(scripts=scripts, phone=True), tenant, lea)
    assert _documents(invited) == ["Invoice R-1"]
    invited.open(f"/documents/{quote.id}").see("Nothing found here")

    staff = portal(scripts=scripts).sign_in(tenant.admin, house.password).see("Desk")
    _why_not(staff, quote)
    OneOfThem(staff).give("quote:view")
    assert sorted(_documents(invited)) == ["Invoice R-1", "Quote A-1"]

    _through_their_eyes(staff, invoice)
    noted = invited.open("/account").see("Your account").part("last-events")
    expect(noted).to_contain_text("Eva Egli")
    invited.open(f"/documents/{invoice.id}").see("R-1")
    staff.open(f"/documents/{invoice.id}")
    expect(_read_by_lea(staff)).to_have_count(1)
    OneOfThem(staff).open(tenant.customer.id, "Lea Kunz").end("Lea Kunz")
    invited.open("/documents").see("Sign in")


def _two_are_invited(first: Portal, tenant: Tenant, lea: str, tom: str) -> None:
    first.sign_in(tenant.first, tenant.house.password).see("Good day")
    people = People(first).open().choose("accounting").invite("Lea Kunz", lea)
    expect(people.row("Lea Kunz").get_by_test_id("contact-rights")).to_have_text("Accounting")
    year = clock.today("Europe/Zurich").year + 1
    people.choose_adviser()
    assert first.part("ends_on").input_value().endswith("-12-31")
    people.invite("Tom Treu", tom, ends_on=f"{year}-03-31")
    state = people.row("Tom Treu").get_by_test_id("contact-state")
    expect(state).to_contain_text(f"until 31 March {year}")
    assert str(year) in tenant.house.letter_to(tom).text


def _signed_in_by_code(person: Portal, tenant: Tenant, email: str) -> Portal:
    """Follow the invitation, have a code mailed, and sign in with it."""
    invitation = tenant.house.letter_to(email)
    (url, *_others) = [link for link in invitation.links if link.startswith(person.url)]
    person.open(url).see("Sign in with a code")
    person.fill("E-mail address", email).press("ask-for-code-go").see("Enter the code")
    letter = tenant.house.letter_to(email, after=1)
    code = re.search(r"\b\d{3} ?\d{3}\b", letter.text)
    assert code is not None, letter.text
    person.part("code").fill(code[0])
    return person.press("answer-code-go").see("Good day, Lea Kunz")


def _why_not(staff: Portal, quote: Document) -> None:
    """Follow "Who can see this?" to the rule that keeps Lea out, and on to her rights."""
    staff.open(f"/documents/{quote.id}").see("A-1").press("who-sees").see("Who can see this?")
    readers = staff.part("reader-row")
    expect(readers.filter(has_text="Rosa Frei").get_by_test_id("reader-sees")).to_contain_text(
        "Yes"
    )
    lea = readers.filter(has_text="Lea Kunz")
    expect(lea.get_by_test_id("reader-sees")).to_contain_text("No")
    lea.get_by_test_id("reader-link").click()
    staff.see("Why can Lea Kunz (not) see this?")
    no = staff.page.locator("[data-passes=no]")
    expect(no).to_have_attribute("data-testid", "step-contact")
    expect(no.get_by_test_id("first-no")).to_be_visible()
    no.get_by_test_id("setting").click()
    staff.see("Lea Kunz")


def _through_their_eyes(staff: Portal, invoice: Document) -> None:
    """Look at an invoice that nobody has opened, try to write, and stop."""
    staff.press("contact-eyes").see("Good day, Lea Kunz")
    expect(staff.part("eyes")).to_contain_text("as Lea Kunz. You can change nothing.")
    staff.open(f"/documents/{invoice.id}").see("R-1")
    expect(staff.part("eyes")).to_be_visible()
    expect(staff.part("comment-go")).to_have_count(0)
    token = staff.page.locator("input[name=csrf_token]").first.input_value()
    refused = staff.page.request.post(
        f"{staff.url}/documents/{invoice.id}/comments",
        form={"csrf_token": token, "text": "Not hers.", "audience": "customer"},
    )
    assert refused.status == 403
    staff.press("eyes-stop").see("Lea Kunz")
    expect(staff.part("eyes")).to_have_count(0)
    staff.open(f"/documents/{invoice.id}").see("R-1")
    expect(_read_by_lea(staff)).to_have_count(0)
    opened = staff.part("receipt-opened")
    expect(opened).to_have_text(["unknown"] * opened.count())
    expect(staff.part("comment-text")).to_have_count(0)


def _read_by_lea(staff: Portal) -> Locator:
    return staff.part("receipt-row").filter(has_text="Lea Kunz")


def _documents(reader: Portal) -> list[str]:
    """Return what the list holds."""
    reader.open("/documents").see("Documents")
    return reader.part("document-link").all_inner_texts()
