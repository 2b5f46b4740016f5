from dataclasses import replace

import pytest
from flask import Flask, g

from app.access.grants import GRANTS, Can, Role
from app.access.principal import NOBODY, Principal, principal
from app.access.rights import NEEDS, READING, Action, Rights
from app.core.journal import Actor
from tests.released import EVERYTHING


def one(role: Role | None) -> Principal:
    return Principal(role=role, id="01", name="Anna", organisation_id="02", rights=EVERYTHING)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("permission", list(Can))
def test_one_may_what_the_table_says_and_nothing_else(role: Role, permission: Can) -> None:
    assert one(role).may(permission) is (permission in GRANTS[role])


def test_a_customers_person_may_only_what_is_released_to_them() -> None:
    some = Rights(frozenset({("quote", Action.VIEW)}))
    who = replace(one(Role.PRIMARY_CONTACT), rights=some)
    assert who.may(Can.READ_DOCUMENTS)
    assert who.may(Can.READ_DOCUMENTS, "quote")
    assert not who.may(Can.READ_DOCUMENTS, "invoice")
    assert not any(who.may(can) for can, action in NEEDS.items() if action is not Action.VIEW)


def test_who_looks_through_somebodys_eyes_may_only_read() -> None:
    who = replace(one(Role.PRIMARY_CONTACT), through=Actor("person", "03", "Ben"))
    assert {can for can in Can if who.may(can)} == READING


def test_nobody_may_anything() -> None:
    assert not any(NOBODY.may(permission) for permission in Can)
    assert not NOBODY.is_known
    assert not NOBODY.is_staff
    assert not NOBODY.is_customer


def test_everybody_is_staff_or_a_customer_and_never_both() -> None:
    for role in Role:
        assert one(role).is_known
        assert one(role).is_staff is not one(role).is_customer
    customers = {role for role in Role if one(role).is_customer}
    assert customers == {Role.PRIMARY_CONTACT, Role.CONTACT, Role.GUEST}
    assert [role for role in Role if one(role).is_guest] == [Role.GUEST]


def test_only_who_has_an_account_keeps_one() -> None:
    without = {role for role in Role if Can.KEEP_ACCOUNT not in GRANTS[role]}
    assert without == {Role.GUEST, Role.API_KEY}


def test_the_journal_tells_people_guests_and_programs_apart() -> None:
    assert one(Role.STAFF).actor.kind == "person"
    assert one(Role.GUEST).actor.kind == "guest"
    assert one(Role.API_KEY).actor.kind == "key"
    assert (one(Role.STAFF).actor.id, one(Role.STAFF).actor.name) == ("01", "Anna")


def test_who_asks_is_nobody_until_somebody_found_out(app: Flask) -> None:
    with app.test_request_context():
        assert principal() is NOBODY
        g.principal = one(Role.STAFF)
        assert principal().role is Role.STAFF


def test_a_role_cannot_be_changed_on_the_way() -> None:
    with pytest.raises(AttributeError):
        one(Role.STAFF).role = Role.ADMINISTRATOR  # type: ignore[misc]
