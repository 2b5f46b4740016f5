import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core.db import session
from app.delivery import actions as delivery
from app.delivery import queries as deliveries
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.notices import queries as notices
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import Access, Ways
from app.portal.models import PortalRun
from app.portal.queries import addresses
from app.web import installation
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import contents, main_of, testids

Browsers = Callable[[str], Browser]
TYPED: dict[str, Any] = {
    "is_on": "y",
    "kinds": ["quote", "invoice"],
    "actions": ["view", "pay"],
    "ways": "link",
    "is_open": "y",
    "for_new": "no",
}


def house(app: Flask, cast: Cast) -> Organisation:
    with installation.of(app).database.reading():
        return session().get_one(Organisation, cast.lindenhof.id)


def change(app: Flask, cast: Cast, **values: Any) -> None:
    with installation.of(app).database.transaction():
        found = session().get_one(Organisation, cast.lindenhof.id)
        for name, value in values.items():
            setattr(found, f"portal_{name}", value)


def sight(page: str, name: str) -> str:
    found = re.search(rf'data-testid="sight-{name}">(.*?)</li>', page, re.DOTALL)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def url_on(page: str) -> str:
    found = re.search(r'value="([^"]+)" data-testid="portal-url-value"', page)
    assert found is not None
    return found[1]


def test_what_is_released_is_saved_in_our_own_order(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    anna = browser("anna")
    assert anna.post("/settings/portal", TYPED).status_code == 303
    found = house(app, cast)
    assert (found.portal_kinds, found.portal_actions) == (["invoice", "quote"], ["view", "pay"])
    assert (found.portal_ways, found.portal_for_new, found.portal_is_on) == (
        Ways.LINK,
        Access.NO,
        True,
    )
    page = anna.get("/settings/portal").text
    assert "preview-unsaved" not in testids(page)


def test_a_choice_that_does_not_exist_saves_nothing(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    before = contents(installation.of(app))
    assert browser("anna").post("/settings/portal", TYPED | {"ways": "door"}).status_code == 422
    assert contents(installation.of(app)) == before


def test_the_preview_shows_what_is_typed_and_writes_nothing(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    before, anna = contents(installation.of(app)), browser("anna")
    query = TYPED | {"typed": "yes", "customer-search": "ruth"}
    whole = anna.get("/settings/portal", query_string=query).text
    assert "preview-unsaved" in testids(whole)
    assert "View and print" in sight(whole, "invoice")
    assert "Pay" in sight(whole, "invoice")
    assert "Comment" not in sight(whole, "invoice")
    assert sight(whole, "reminder").endswith("This kind of document is not released.")
    off = {name: value for name, value in query.items() if name != "is_on"}
    headers = {"HX-Request": "true", "HX-Target": "section#preview"}
    piece = anna.get("/settings/portal", query_string=off, headers=headers).text
    assert "<html" not in piece
    assert sight(piece, "invoice").endswith("The customer portal is switched off.")
    assert contents(installation.of(app)) == before


def test_the_preview_is_of_the_customer_that_was_chosen(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    with installation.of(app).database.transaction():
        session().get_one(Customer, cast.huber.id).portal = Access.NO
    query = TYPED | {"typed": "yes", "customer": cast.huber.id}
    page = browser("olga").get("/settings/portal", query_string=query).text
    assert sight(page, "quote").endswith("This customer does not have the portal.")
    assert "portal-save" not in testids(page), "an auditor only looks"


def test_all_customers_are_changed_after_a_look_and_back(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    anna = browser("anna")
    assert "run-choose" in testids(anna.get("/settings/portal/runs/new").text)
    page = anna.get("/settings/portal/runs/new?access=no").text
    assert "Change 2 customers?" in main_of(page)
    run = re.findall(r'name="run" value="(\w{26})"', page)[0]
    sent = {"run": run, "access": "no"}
    assert anna.post("/settings/portal/runs", sent).status_code == 303
    assert "2 customers were changed." in anna.get("/settings/portal/runs").text
    assert anna.post("/settings/portal/runs", sent).status_code == 303, "a double click"
    assert anna.post(f"/settings/portal/runs/{run}/undoing").status_code == 303
    with installation.of(app).database.reading():
        assert session().get_one(PortalRun, run).restored == 2
        assert session().get_one(Customer, cast.keller.id).portal is Access.YES
    assert anna.post(f"/settings/portal/runs/{run}/undoing").status_code == 409
    assert anna.post("/settings/portal/runs", {"access": "no"}).status_code == 409


def test_a_customer_gets_an_address_that_is_shown_renewed_and_revoked(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}"
    assert "portal-make" in testids(ben.get(path).text)
    ben.post(f"{path}/portal/address")
    page = ben.get(path).text
    url = url_on(page)
    link = re.findall(r'name="link" value="(\w{26})"', page)[0]
    nobody = browser("nobody")
    assert nobody.post(url.removeprefix("http://kontor.test")).headers["Location"] == "/home"
    assert cast.invoice.number in nobody.get("/documents").text
    assert "Used 1 time" in main_of(ben.get(path).text)
    ben.post(f"{path}/portal/address/renewal", {"link": link})
    renewed = url_on(ben.get(path).text)
    assert renewed != url
    assert nobody.get("/documents").status_code == 303, "the guest is out"
    ben.post(f"{path}/portal/address/renewal", {"link": link})
    assert url_on(ben.get(path).text) == renewed, "an old page does not renew again"
    ben.post(f"{path}/portal/address/revocation")
    assert "portal-url" not in testids(ben.get(path).text)
    assert "portal-make" not in testids(browser("olga").get(path).text)


def test_the_address_is_mailed_to_somebody_of_the_customer(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}"
    ben.post(f"{path}/portal/address")
    page = ben.get(f"{path}/portal/sending").text
    key = re.findall(r'name="sending"[^>]* value="(\w{26})"', page)[0]
    wrong = ben.post(f"{path}/portal/sending", {"to": "evil@evil.example", "sending": key})
    assert wrong.status_code == 422
    for _ in range(2):
        sent = ben.post(f"{path}/portal/sending", {"to": "ruth@kunden.example", "sending": key})
        assert sent.status_code == 303
    with installation.of(app).database.reading():
        (notice,) = notices.about("customer", cast.keller.id)
    assert notice.address == "ruth@kunden.example"
    assert "/link/" in notice.said["url"]


@pytest.mark.parametrize(
    ("values", "access", "sentence", "where"),
    [
        ({"kinds": ["quote"]}, Access.INHERIT, "This kind of document", "/settings/portal"),
        ({}, Access.NO, "This customer does not", "/customers/"),
        ({"is_on": False}, Access.NO, "The customer portal is", "/settings/portal"),
        ({"actions": ["pay"]}, Access.NO, "Viewing documents", "/settings/portal"),
    ],
)
def test_a_document_says_why_it_has_no_address_and_where_that_is_set(
    app: Flask,
    cast: Cast,
    browser: Browsers,
    values: dict[str, Any],
    access: Access,
    sentence: str,
    where: str,
) -> None:
    change(app, cast, **values)
    browser("ben").post(f"/customers/{cast.keller.id}/portal", {"access": access.value})
    page = browser("ben").get(f"/documents/{cast.invoice.id}").text
    closed = re.search(r'data-testid="portal-closed">(.*?)</p>', page, re.DOTALL)
    assert closed is not None
    assert sentence in closed[1]
    assert re.search(rf'href="{where}[^"]*" data-testid="portal-repair"', page)
    refused = browser("ben").post(f"/documents/{cast.invoice.id}/portal/address")
    assert refused.status_code == 409


def test_a_document_has_its_address_and_its_customer_sees_no_box(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    path = f"/documents/{cast.invoice.id}"
    browser("ben").post(f"{path}/portal/address")
    url = url_on(browser("ben").get(path).text)
    assert (
        browser("nobody")
        .post(url.removeprefix("http://kontor.test"))
        .headers["Location"]
        .endswith(path)
    )
    assert "document-portal" not in testids(browser("ruth").get(path).text)


@pytest.mark.parametrize("values", [{"is_on": False}, {"kinds": ["quote"]}, {"ways": Ways.ACCOUNT}])
def test_a_link_to_what_is_closed_says_whom_to_ask_and_lets_nobody_in(
    app: Flask, cast: Cast, browser: Browsers, values: dict[str, Any]
) -> None:
    path = f"/link/{capability.token(cast.link.id)}"
    uses = cast.link.uses
    change(app, cast, **values)
    nobody = browser("nobody")
    for answer in (nobody.get(path), nobody.post(path)):
        assert answer.status_code == 410
        assert "link-closed" in testids(answer.text)
        assert "office@lindenhof.example" in main_of(answer.text)
        assert cast.invoice.number not in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    with installation.of(app).database.reading():
        assert session().get_one(CapabilityLink, cast.link.id).uses == uses


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"ways": Ways.LINK}, "look into your mails"),
        ({"is_on": False}, "does not show documents here"),
        ({"is_open": False}, "has the portal"),
    ],
)
def test_home_says_in_one_sentence_why_nothing_is_there(
    app: Flask, cast: Cast, browser: Browsers, values: dict[str, Any], sentence: str
) -> None:
    change(app, cast, **values)
    page = browser("ruth").get("/home")
    assert page.status_code == 200
    if "is_open" in values:
        assert cast.invoice.number in page.text, "she has it by herself"
        return
    assert sentence in main_of(page.text)
    assert "office@lindenhof.example" in main_of(page.text)
    assert "+41 44" not in main_of(page.text)
    assert browser("ruth").get("/account").status_code == 200


def test_whom_to_ask_is_shown_where_that_is_released(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    assert "questions" in testids(browser("ruth").get("/home").text)
    change(app, cast, actions=["view"])
    for path in ("/home", f"/documents/{cast.invoice.id}"):
        assert "questions" not in testids(browser("ruth").get(path).text)


@pytest.mark.parametrize("values", [{"is_on": False}, {"kinds": ["quote"]}])
def test_what_nobody_could_read_is_not_sent_and_the_document_says_so(
    app: Flask, cast: Cast, browser: Browsers, values: dict[str, Any]
) -> None:
    change(app, cast, **values)
    with installation.of(app).database.transaction():
        document = factories.invoice_for(cast.keller, "2026-0500")
        delivery.dispatch_document(document.id)
        delivery.dispatch_document(document.id)
        assert deliveries.of_document(document.id) == []
    page = browser("ben").get(f"/documents/{document.id}").text
    assert testids(page).count("not-made") == 1
    assert "Not sent to ruth@kunden.example" in main_of(page)


def test_where_one_signs_in_the_mail_says_where_the_document_is(app: Flask, cast: Cast) -> None:
    change(app, cast, ways=Ways.ACCOUNT)
    with installation.of(app).database.transaction():
        sending = delivery.begin(cast.dispatch.id)
        assert sending is not None
        dispatch = deliveries.by_id(cast.dispatch.id)
        assert dispatch is not None
        assert dispatch.link_id is None
    assert f"http://kontor.test/documents/{cast.invoice.id}" in sending.letter.text
    assert "/link/" not in sending.letter.text + sending.letter.html
    assert "sign in there" in sending.letter.text


def test_the_address_of_a_house_that_asks_for_accounts_is_its_sign_in_page(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    change(app, cast, ways=Ways.ACCOUNT)
    page = browser("ben").get(f"/customers/{cast.keller.id}").text
    assert url_on(page) == "http://kontor.test/sign-in"
    with installation.of(app).database.reading():
        assert addresses.link_of_customer(cast.keller.id) is None
