"""The column of what a customer can prove follows its address and its mobile number."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.access.proof import Method
from app.core import ids
from app.organisations import actions
from app.organisations.models import Customer, Organisation
from app.organisations.rules import CustomerKind, proving
from app.organisations.rules.own_data import Field
from app.organisations.rules.provable import METHODS, Provable, beyond
from tests import cast
from tests.cast import BY

STREETS = st.sampled_from(["", "Seestrasse 12", "Dorfplatz", "Postfach 12", "12 High Street"])
POSTCODES = st.sampled_from(["", "8002", "1234 AB"])
COUNTRIES = st.sampled_from(["", "CH", "GB", "NL"])
MOBILES = st.sampled_from(["", "+41791234567"])
DATA = st.fixed_dictionaries(
    {"street": STREETS, "postcode": POSTCODES, "country": COUNTRIES, "mobile": MOBILES}
)
CHANGES = st.one_of(
    st.tuples(st.just(Field.STREET), STREETS),
    st.tuples(st.just(Field.POSTCODE), POSTCODES),
    st.tuples(st.just(Field.MOBILE), MOBILES),
)


def by_rule(one: Customer) -> frozenset[Method]:
    return proving.possible(one.postcode, one.street, one.country, one.mobile)


@pytest.fixture
def house(session: Session) -> Organisation:
    return cast.found("lindenhof", "Haus Lindenhof")


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=DATA, then=DATA, changes=st.lists(CHANGES, max_size=3))
def test_whatever_is_written_the_column_says_what_the_rule_says(
    session: Session,
    house: Organisation,
    first: dict[str, Any],
    then: dict[str, Any],
    changes: list[tuple[Field, str]],
) -> None:
    ben = Principal(role=Role.STAFF, id=ids.new(), name="Ben", organisation_id=house.id)
    one = actions.add_customer(
        house.id, BY, number=None, kind=CustomerKind.PRIVATE, name="Keller", **first
    )
    assert METHODS[one.provable] == by_rule(one)
    actions.change_customer(one, ben, number=one.number, name="Keller", email=None, **then)
    assert METHODS[one.provable] == by_rule(one)
    for field, value in changes:
        assert actions.change_field(one, field, getattr(one, field.value), value)
        session.flush()
        session.expire(one)
        assert METHODS[one.provable] == by_rule(one)


def test_who_is_beyond_a_choice_of_methods() -> None:
    every = set(Provable)
    assert set(beyond(frozenset())) == every
    assert set(beyond(frozenset({Method.SMS}))) == {Provable.NOTHING, Provable.ADDRESS}
    assert set(beyond(frozenset({Method.ADDRESS}))) == {Provable.NOTHING, Provable.SMS}
    assert set(beyond(frozenset(Method))) == {Provable.NOTHING}
