from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.organisations import actions, queries
from app.organisations.models import Customer, Organisation
from app.organisations.rules import CustomerKind, MemberRole
from tests import cast
from tests.factories import BY

SIGNS = ("number", "vat_id", "gln", "endpoint", "email")


def found_by(organisation: Organisation, **signs: str) -> Customer | None:
    none: dict[str, Any] = dict.fromkeys(SIGNS)
    return queries.find_customer(organisation.id, **(none | signs))


def known(organisation: Organisation, number: str, **signs: str) -> Customer:
    return actions.add_customer(
        organisation.id, BY, number=number, kind=CustomerKind.BUSINESS, name=number, **signs
    )


@pytest.mark.parametrize(
    ("sign", "kept", "named"),
    [
        ("vat_id", "DE123456789", "DE 123.456.789"),
        ("gln", "7610000000012", "7610000000012"),
        ("endpoint", "0088:7300010000001", "0088:7300010000001"),
        ("email", "ruth@x.example", "Ruth@X.example"),
    ],
)
def test_a_customer_is_found_by_each_of_its_signs(
    house: Organisation, session: Session, sign: str, kept: str, named: str
) -> None:
    one = known(house, "K-1", **{sign: kept})
    known(house, "K-2")
    session.flush()
    assert found_by(house, **{sign: named}) is one
    assert found_by(house, **{sign: "0"}) is None
    assert found_by(house, number="K-1") is one


def test_the_number_goes_before_the_other_signs(house: Organisation, session: Session) -> None:
    one = known(house, "K-1", vat_id="DE1")
    other = known(house, "K-2", vat_id="DE2", email="x@y.example")
    session.flush()
    assert found_by(house, number="K-1", vat_id="DE2") is one
    assert found_by(house, number="K-9", vat_id="DE2", email="nobody@y.example") is other
    assert found_by(house, number="K-9", vat_id="DE9", email="x@y.example") is other


def test_a_sign_of_two_customers_is_a_sign_of_none(house: Organisation, session: Session) -> None:
    known(house, "K-1", email="family@y.example")
    one = known(house, "K-2", email="family@y.example", gln="7610000000012")
    session.flush()
    assert found_by(house, email="family@y.example") is None
    assert found_by(house, email="family@y.example", gln="7610000000012") is one


def test_nothing_is_found_by_no_sign_or_in_another_house(
    house: Organisation, session: Session
) -> None:
    known(house, "K-1")
    other = cast.found("brandt", "Brandt GmbH")
    session.flush()
    assert found_by(house) is None
    assert found_by(house, number="", vat_id=" . ") is None
    assert found_by(other, number="K-1") is None


def test_customers_are_searched_by_the_start_of_number_name_and_mail(
    house: Organisation, anna: Principal, session: Session
) -> None:
    for number, name, email in (
        ("K-1", "Ruth Keller", "ruth@x.example"),
        ("K-2", "Max Huber", "keller@y.example"),
        ("M-1", "Örjan Åberg", None),
        ("M-2", "100 % Service", None),
    ):
        cast.customer(house, number, name, email)
    session.flush()

    def search(text: str) -> list[str]:
        return [one.name for one in queries.customers(anna, text, None, 50)]

    assert search("ruth") == search("RUTH k") == ["Ruth Keller"]
    assert search("kel") == ["Max Huber"]
    assert search("k-") == search("K-") == ["Max Huber", "Ruth Keller"]
    assert search("ör") == search("ÖRJAN") == ["Örjan Åberg"]
    assert search("%") == search("_") == search("uth") == []
    assert search("100 %") == ["100 % Service"]
    assert len(search("")) == len(search("  ")) == 4


def test_customers_with_one_name_are_all_on_some_page(
    house: Organisation, anna: Principal, session: Session
) -> None:
    for number in range(23):
        cast.customer(house, f"K-{number}", "Ruth Keller" if number % 3 else "Max Huber", None)
    session.flush()
    forth: list[Customer] = []
    while rows := queries.customers(anna, "", _place(forth), 5):
        forth += rows
    back: list[Customer] = rows[:0]
    cursor = (forth[-1].name_sort, forth[-1].id)
    while rows := queries.customers(anna, "", cursor, 5, back=True):
        back = rows + back
        cursor = (back[0].name_sort, back[0].id)
    assert len({one.id for one in forth}) == len(forth) == 23
    assert [one.id for one in back] == [one.id for one in forth[:-1]]
    assert [one.name_sort for one in forth] == sorted(one.name_sort for one in forth)


def _place(rows: list[Customer]) -> tuple[str, str] | None:
    return (rows[-1].name_sort, rows[-1].id) if rows else None


def test_a_customers_people_see_no_customers_and_only_their_own(
    house: Organisation, keller: Customer, anna: Principal, session: Session
) -> None:
    cast.customer(house, "K-2", "Max Huber", None)
    session.flush()
    ruth = replace(anna, role=Role.CONTACT, customer_id=keller.id)
    assert queries.customers(ruth, "", None, 50) == []
    assert queries.customer(ruth, keller.id) is None
    assert queries.own_customer(ruth) is keller
    assert queries.customer_ids_starting_with(ruth, "max") == []
    assert queries.members(ruth) == []
    (recipient,) = queries.recipients_of(keller.id)
    assert queries.recipient(ruth, keller.id, recipient.id) is None
    assert queries.recipient(anna, keller.id, recipient.id) is recipient


def test_a_house_sees_its_own_only(
    house: Organisation, keller: Customer, anna: Principal, session: Session
) -> None:
    other = cast.found("brandt", "Brandt GmbH")
    dora = replace(anna, organisation_id=other.id)
    member = cast.member(house, "Ben Brunner", MemberRole.STAFF)
    session.flush()
    assert queries.customer(dora, keller.id) is None
    assert queries.customers(dora, "", None, 50) == []
    assert queries.member(dora, member.id) is None
    assert queries.member(anna, member.id) is member
    (recipient,) = queries.recipients_of(keller.id)
    assert queries.recipient(dora, keller.id, recipient.id) is None
