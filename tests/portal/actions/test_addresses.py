import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import ids, journal
from app.core.errors import Refused
from app.identity import actions as identity
from app.identity import queries as people
from app.identity.models import CapabilityLink
from app.identity.proofs import capability
from app.notices import queries as notices
from app.notices.rules import Addressee
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import Access, Rule, Ways
from app.portal.actions import addresses
from app.portal.queries import addresses as places
from tests.cast import BROWSER
from tests.factories import invoice_for


def test_looking_makes_nothing_and_making_makes_one(
    session: Session, house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    keller = customers[0]
    assert places.of_customer(house, keller).may_be_made
    made = addresses.make(house, keller, anna)
    assert made.link is not None
    assert made.url == capability.url(house.base_url, made.link.id)
    assert addresses.make(house, keller, anna).url == made.url
    assert len(session.scalars(select(CapabilityLink)).all()) == 1
    assert places.of_customer(house, keller).url == made.url
    assert [one.name for one in journal.about("customer", keller.id)].count(
        "portal.address_made"
    ) == 1


def test_renewing_shuts_out_who_came_by_the_old_one(
    session: Session, house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    made = addresses.make(house, customers[0], anna)
    assert made.link is not None
    session.flush()
    token = identity.open_link(made.link, BROWSER)
    assert token is not None
    session.flush()
    renewed = addresses.renew(house, customers[0], anna, made.link.id)
    assert renewed.url != made.url
    session.expire_all()
    assert people.live_session(token) is None
    assert identity.open_link(made.link, BROWSER) is None
    again = addresses.renew(house, customers[0], anna, made.link.id)
    assert again.url == renewed.url, "somebody else's page was older"


def test_revoking_leaves_no_address(
    house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    addresses.make(house, customers[0], anna)
    assert addresses.revoke(customers[0], anna)
    assert places.of_customer(house, customers[0]).url is None
    assert not addresses.revoke(customers[0], anna)


def test_a_document_has_an_address_of_its_own(
    session: Session, house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    invoice, other = (invoice_for(customers[0], number) for number in ("R-1", "R-2"))
    made = addresses.make(house, invoice, anna)
    assert made.link is not None
    assert (made.link.lineage_id, made.link.document_id) == (invoice.lineage_id, invoice.id)
    assert places.of_document(house, other, customers[0]).url is None
    assert places.of_customer(house, customers[0]).url is None


def test_where_the_portal_is_closed_nothing_is_made(
    session: Session, house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    invoice = invoice_for(customers[0], "R-1")
    house.portal_kinds = ["quote"]
    session.flush()
    assert places.of_document(house, invoice, customers[0]).closed_by is Rule.KIND
    with pytest.raises(Refused):
        addresses.make(house, invoice, anna)
    assert addresses.make(house, customers[0], anna).url, "quotes are shown"
    customers[0].portal = Access.NO
    session.flush()
    assert places.of_customer(house, customers[0]).closed_by is Rule.CUSTOMER
    with pytest.raises(Refused):
        addresses.renew(house, customers[0], anna)


def test_where_one_signs_in_the_address_holds_no_secret(
    session: Session, house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    invoice = invoice_for(customers[0], "R-1")
    house.portal_ways = Ways.ACCOUNT
    session.flush()
    assert addresses.make(house, customers[0], anna).url == f"{house.base_url}/sign-in"
    assert addresses.make(house, invoice, anna).url == f"{house.base_url}/documents/{invoice.id}"
    assert session.scalars(select(CapabilityLink)).all() == []


def test_an_address_is_sent_once_for_each_key(
    house: Organisation, anna: Principal, customers: list[Customer]
) -> None:
    keller, to, key = customers[0], Addressee("ruth@kunden.example", "Ruth", "de"), ids.new()
    with pytest.raises(Refused):
        addresses.send(house, keller, to, anna, key=key)
    made = addresses.make(house, keller, anna)
    addresses.send(house, keller, to, anna, key=key)
    addresses.send(house, keller, to, anna, key=key)
    (notice,) = notices.about("customer", keller.id)
    assert (notice.said["url"], notice.address) == (made.url, "ruth@kunden.example")
