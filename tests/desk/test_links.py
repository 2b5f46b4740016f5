"""Lists of links, and closing them: one, or all at once; and putting another in the place of one."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from app.core import clock, tokens
from app.core.db import session
from app.delivery import queries as deliveries
from app.identity import actions as identity
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.delivery.views.test_links import send
from tests.web.observing import main_of, testids

Browsers = Callable[[str], Browser]


def address(link_id: str) -> str:
    return f"/link/{capability.token(link_id)}"


def test_a_list_says_what_each_link_is_for_and_how_it_was_used(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ruth = browser("nobody")
    ruth.post(address(cast.link.id))
    for path in (f"/customers/{cast.keller.id}/links", f"/documents/{cast.invoice.id}/links"):
        shown = browser("ben").get(path).text
        assert f'data-id="{cast.link.id}"' in shown
        said = main_of(shown)
        for word in ("ruth@kunden.example", "Sent to a recipient", "expired", "open"):
            assert word in said, (path, word)
        assert tokens.fingerprint(address(cast.link.id)) not in shown
        audited = testids(browser("olga").get(path).text)
        assert "link-row" in audited
        assert {"link-url", "link-revoke", "links-revoke-all"}.isdisjoint(audited)
    assert browser("ruth").get(f"/documents/{cast.invoice.id}/links").status_code == 403


def test_a_long_list_has_pages(app: Flask, cast: Cast, browser: Browsers) -> None:
    with installation.of(app).database.transaction():
        for number in range(30):
            identity.make_link(
                cast.lindenhof.id,
                cast.keller.id,
                cast.invoice.lineage_id,
                cast.invoice.id,
                email=f"r{number}@kunden.example",
                name="Reader",
                language="en",
            )
    ben, path = browser("ben"), f"/customers/{cast.keller.id}/links"
    first = ben.get(path).text
    assert testids(first).count("link-row") == 25
    last = first.split('data-id="')[25].split('"')[0]
    second = ben.get(f"{path}?after={last}").text
    assert 5 <= testids(second).count("link-row") < 25


def test_a_revoked_link_lets_nobody_in_and_puts_out_who_is(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    guest, ben = browser("nobody"), browser("ben")
    guest.post(address(cast.link.id))
    assert guest.get(f"/documents/{cast.invoice.id}").status_code == 200
    path = f"/customers/{cast.keller.id}/links/{cast.link.id}"
    assert ben.post(f"{path}/revocation").status_code == 303
    assert guest.get(f"/documents/{cast.invoice.id}").status_code == 303
    assert guest.post(address(cast.link.id)).status_code == 410
    assert ben.post(f"{path}/renewal").status_code == 409, "what is revoked is not renewed"
    assert "Link of ruth@kunden.example revoked" in ben.get(f"/documents/{cast.invoice.id}").text


def test_a_renewed_link_takes_over_what_was_sent_with_the_old_one(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    old = send(app, cast)
    ben = browser("ben")
    with installation.of(app).database.reading():
        dispatch = deliveries.by_id(cast.dispatch.id)
    assert dispatch is not None
    path = f"/customers/{cast.keller.id}/links/{dispatch.link_id}/renewal"
    assert ben.post(path).status_code == 303
    assert ben.post(path).status_code == 409, "a second click makes no second link"
    with installation.of(app).database.reading():
        now = deliveries.by_id(cast.dispatch.id)
        assert now is not None
        made = session().get_one(CapabilityLink, now.link_id)
    assert made.id != dispatch.link_id
    assert made.email == "ruth@kunden.example"
    assert browser("nobody").post(old).status_code == 410
    assert browser("nobody").post(address(made.id)).status_code == 303
    # The old one was replaced, not revoked: who has it may ask for another.
    assert "renewal-form" in testids(browser("nobody").get(old).text)


def test_all_links_of_a_customer_or_a_document_are_revoked_at_once(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    with installation.of(app).database.transaction():
        other = identity.make_link(
            cast.lindenhof.id, cast.keller.id, None, None, email="", name="All", language="en"
        )
        strangers = identity.make_link(
            cast.lindenhof.id, cast.huber.id, None, None, email="", name="Max", language="en"
        )
    ben, guest = browser("ben"), browser("guest")
    assert guest.get(f"/documents/{cast.invoice.id}").status_code == 200
    of_document = f"/documents/{cast.invoice.id}/links/revocation"
    assert "2 links are concerned." in main_of(ben.get(of_document).text)
    assert ben.post(of_document).status_code == 303
    assert guest.get(f"/documents/{cast.invoice.id}").status_code == 303, "its session ended"
    assert browser("nobody").post(address(other.id)).status_code == 303, "it opens more than one"
    of_customer = f"/customers/{cast.keller.id}/links/revocation"
    assert "1 link is concerned." in main_of(ben.get(of_customer).text)
    ben.post(of_customer)
    assert browser("nobody").post(address(other.id)).status_code == 410
    assert browser("nobody").post(address(strangers.id)).status_code == 303
    assert "links-none" in testids(ben.get(of_customer).text)


def test_an_address_of_a_customer_that_is_over_is_sent_anew_to_its_own_people_only(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ben, path = browser("ben"), f"/customers/{cast.keller.id}/portal/address"
    assert ben.post(path).status_code == 303
    with installation.of(app).database.reading():
        (link,) = (
            one
            for one in session().query(CapabilityLink)
            if one.purpose.value == "customer" and one.customer_id == cast.keller.id
        )
    renewal, late = f"{address(link.id)}/renewal", clock.now() + timedelta(days=200)
    with clock.standing_at(late):
        for email in ("stranger@x.example", "max@kunden.example"):
            browser("nobody").post(renewal, {"email": email})
        assert open_addresses(app, cast) == []
        browser("nobody").post(renewal, {"email": "Ruth@kunden.example"})
        (made,) = open_addresses(app, cast)
        assert browser("nobody").post(address(made)).status_code == 303
    with installation.of(app).database.transaction():
        identity.revoke_link(made)
    with clock.standing_at(late):
        browser("nobody").post(renewal, {"email": "ruth@kunden.example"})
        assert open_addresses(app, cast) == [], "what staff revoked stays revoked"


def open_addresses(app: Flask, cast: Cast) -> list[str]:
    """Return the links to all of Keller's documents that are open now."""
    with installation.of(app).database.reading():
        return [
            one.id
            for one in session().query(CapabilityLink)
            if one.customer_id == cast.keller.id
            and one.lineage_id is None
            and one.revoked_at is None
            and one.expires_at > clock.now()
        ]
