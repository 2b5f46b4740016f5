"""What is released to customers: a kind closed, one customer, its secret address, all at once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Dialog, expect

from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.organisations.rules.portal import Access
from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.pages.released import OfCustomer, Settings
from tests.journeys.tenants import Tenant, founded
from tests.journeys.test_main_job import link_in

pytestmark = pytest.mark.journey

Visit = Callable[..., Portal]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_what_an_administrator_closes_is_closed_at_once(
    portal: Visit, house: House, scripts: bool
) -> None:
    tenant = founded(house, f"weid{int(scripts)}", others=2)
    quote, invoice = tenant.publish("A-1", Kind.QUOTE), tenant.publish("R-1")
    admin = portal(scripts=scripts).sign_in(tenant.admin, house.password).see("Desk")
    admin.page.on("dialog", _agree)
    rosa = portal(scripts=scripts, phone=True).sign_in(tenant.first, house.password).see("Good day")
    guest = portal(scripts=scripts, phone=True).open(_link_of(tenant, quote)).press("link-continue")
    for reader in (rosa, guest):
        reader.open(f"/documents/{quote.id}").see("A-1")
    file = str(rosa.part("download-original").get_attribute("href"))

    _close_quotes(admin)
    for reader in (rosa, guest):
        assert [_status(reader, path) for path in (f"/documents/{quote.id}", file)] == [404, 404]
        reader.see("Nothing found here")
        assert "A-1" not in reader.open("/documents").look().page.content()
    expect(rosa.part("document-link")).to_have_text(["Invoice R-1"])
    _why_not(admin, quote)

    _decide_for_one_customer(admin, rosa, tenant, invoice)
    _address_made_sent_and_renewed(admin, portal(scripts=scripts, phone=True), tenant)

    settings = Settings(admin).open().give_all(Access.NO, 3)
    assert _status(rosa, f"/documents/{invoice.id}") == 404
    rosa.open("/home").see("Good day")
    assert "does not show documents to you" in rosa.part("sentence").inner_text()
    settings.take_back(3)
    rosa.open(f"/documents/{invoice.id}").see("R-1")


def _close_quotes(admin: Portal) -> None:
    settings = Settings(admin).open().previews("quote", "View and print")
    settings.release("quote", is_released=False).previews("quote", "is not released")
    settings.previews("invoice", "View and print").save().previews("quote", "is not released")


def _why_not(admin: Portal, quote: Document) -> None:
    """Follow "Who can see this?" to the setting that says no."""
    admin.open(f"/documents/{quote.id}").see("A-1").press("who-sees").see("Who can see this?")
    sees = admin.part("reader-sees")
    expect(sees).to_contain_text(["No"] * sees.count())
    admin.press("reader-link").see("Why can")
    expect(admin.part("first-no")).to_have_count(1)
    no = admin.part("step-kind")
    expect(no.get_by_test_id("first-no")).to_be_visible()
    no.get_by_test_id("setting").click()
    admin.see("Customer portal")
    expect(admin.part("kinds-quote")).not_to_be_checked()


def _decide_for_one_customer(
    admin: Portal, rosa: Portal, tenant: Tenant, invoice: Document
) -> None:
    page = OfCustomer(admin).open(tenant.customer.id, tenant.customer.name)
    expect(admin.part("portal-inherits")).to_contain_text("at present yes")
    page.decide(Access.NO)
    expect(admin.part("portal-closed")).to_contain_text("does not have the portal")
    assert _status(rosa, f"/documents/{invoice.id}") == 404
    page.decide(Access.YES)
    expect(admin.part("portal-own")).to_be_visible()
    rosa.open(f"/documents/{invoice.id}").see("R-1")
    page.decide(Access.INHERIT)
    expect(admin.part("portal-inherits")).to_be_visible()


def _address_made_sent_and_renewed(admin: Portal, reader: Portal, tenant: Tenant) -> None:
    page = OfCustomer(admin)
    admin.press("portal-make").says("There is an address now.").look()
    url = page.url
    expect(admin.part("portal-url-value")).not_to_be_editable()
    if admin.scripts:
        admin.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        admin.press("portal-url")
        expect(admin.part("portal-url")).to_contain_text("Copied")
        assert admin.page.evaluate("navigator.clipboard.readText()") == url
    admin.press("portal-send").see("Send the portal address")
    admin.page.get_by_label(tenant.first).check()
    admin.press("sending-go").says(f"It is on its way to {tenant.first}.")
    letter = tenant.house.letter_to(tenant.first)
    assert link_in(letter.text) == url

    reader.open(url).see("Your documents").press("link-continue").see("Good day")
    expect(reader.part("document-link")).to_have_text(["Invoice R-1"])
    admin.press("portal-renew").says("There is a new address.").look()
    assert page.url != url
    reader.open("/documents").see("Sign in").open(url).see("Not available")
    expect(reader.part("link-continue")).to_have_count(0)
    reader.open(page.url).press("link-continue").see("Good day")


def _link_of(tenant: Tenant, document: Document) -> str:
    return link_in(tenant.house.letter_about(str(tenant.customer.email), document.number).text)


def _status(reader: Portal, path: str) -> int:
    """Open a path, and return what the server answered in the end."""
    answer = reader.page.goto(path if path.startswith("http") else f"{reader.url}{path}")
    assert answer is not None
    return answer.status


def _agree(dialog: Dialog) -> None:
    dialog.accept()
