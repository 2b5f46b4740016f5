from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.master_data import rules
from app.master_data.rules import RISKS, Decider, Difference, Line, Risk
from app.organisations.rules.own_data import Field

LOW = {Field.PHONE, Field.MOBILE, Field.STREET, Field.CITY, Field.POSTCODE, Field.ADDRESS_LINE}
LOW |= {Field.LANGUAGE}
SECOND = {Field.IBAN, Field.BIC, Field.ACCOUNT_HOLDER, Field.VAT_ID, Field.UID}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_every_field_has_its_risk() -> None:
    """The table a second time, so that changing it is a deliberate act."""
    assert set(RISKS) == set(Field)
    assert {field for field in Field if rules.risk(field) is Risk.LOW} == LOW
    assert {field for field in Field if rules.risk(field) is Risk.SECOND_PERSON} == SECOND
    assert {field for field in Field if rules.risk(field) is Risk.REVIEW} == (
        set(Field) - LOW - SECOND
    )


def test_an_address_moves_to_another_country_as_a_whole() -> None:
    moved = {field for field in Field if rules.risk(field, moves_abroad=True) != rules.risk(field)}
    assert moved == {Field.STREET, Field.CITY, Field.POSTCODE, Field.ADDRESS_LINE}
    assert rules.risk(Field.STREET, moves_abroad=True) is Risk.REVIEW


def test_nobody_decides_about_their_own_change() -> None:
    for risk, is_staff, is_independent in product(Risk, (True, False), (True, False)):
        assert not rules.may_decide(risk, "ruth", Decider("ruth", is_staff, is_independent))


def test_who_decides_follows_from_the_risk() -> None:
    allowed = {
        (risk, is_staff, is_independent)
        for risk, is_staff, is_independent in product(Risk, (True, False), (True, False))
        if rules.may_decide(risk, "ruth", Decider("lena", is_staff, is_independent))
    }
    assert allowed == {
        (Risk.REVIEW, True, True),
        (Risk.REVIEW, True, False),
        (Risk.SECOND_PERSON, True, True),
        (Risk.SECOND_PERSON, True, False),
        (Risk.SECOND_PERSON, False, True),
    }


def test_former_addresses_are_told_of_money_taxes_and_of_their_own_end() -> None:
    assert {field for field in Field if rules.tells(field)} == SECOND | {Field.EMAIL}


@pytest.mark.parametrize(
    ("seen", "now", "typed", "wanted", "moved"),
    [
        ("a", "a", "a", False, False),
        ("a", "a", "b", True, False),
        ("a", "b", "a", False, False),
        ("a", "b", "b", False, False),
        ("a", "b", "c", False, True),
        ("", "", "b", True, False),
        ("a", "a", "", True, False),
        ("a", "", "b", False, True),
    ],
)
def test_what_is_new_is_what_the_person_changed(
    seen: str, now: str, typed: str, *, wanted: bool, moved: bool
) -> None:
    found, others = rules.differences(
        {Field.CITY: seen}, dict.fromkeys(Field, "") | {Field.CITY: now}, {Field.CITY: typed}
    )
    assert found == ([Difference(Field.CITY, now, typed)] if wanted else [])
    assert others == ([Field.CITY] if moved else [])


VALUES = st.fixed_dictionaries({field: st.sampled_from("abc") for field in Field})


@given(VALUES, VALUES, VALUES)
def test_a_difference_is_never_empty_and_never_built_on_what_nobody_saw(
    seen: dict[Field, str], now: dict[Field, str], typed: dict[Field, str]
) -> None:
    wanted, moved = rules.differences(seen, now, typed)
    for one in wanted:
        assert one.before == now[one.field] == seen[one.field] != one.after == typed[one.field]
    assert not {one.field for one in wanted} & set(moved)
    for field in set(Field) - {one.field for one in wanted} - set(moved):
        assert typed[field] in (seen[field], now[field])


def test_data_are_asked_about_after_a_year() -> None:
    assert not rules.is_stale(NOW - timedelta(days=365), NOW)
    assert rules.is_stale(NOW - timedelta(days=365, seconds=1), NOW)


def test_of_an_account_only_the_end_is_told() -> None:
    assert rules.told(Field.IBAN, "CH9300762011623852957") == "…2957"
    assert rules.told(Field.CITY, "Zürich") == "Zürich"


def test_the_newest_line_says_where_a_value_comes_from() -> None:
    newest = Line(NOW, "Ruth", ("street",))
    older = Line(NOW - timedelta(days=1), "", ("street", "city"))
    first = Line(NOW - timedelta(days=2), "", None)
    found = rules.origins([newest, older, first])
    assert (found[Field.STREET], found[Field.CITY], found[Field.IBAN]) == (newest, older, first)
    assert set(found) == set(Field)
