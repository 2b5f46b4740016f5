import json

import pytest
from sqlalchemy import select

from app.core import journal
from app.core.errors import Refused
from app.master_data import queries
from app.master_data.actions import changing
from app.master_data.models import DataChange
from app.master_data.rules import Difference, State
from app.organisations import actions as organisations
from app.organisations import queries as customers
from app.organisations.rules.own_data import Field
from tests.master_data.conftest import IBAN, OTHER_IBAN, House, asked_in


def lines(house: House) -> list[journal.Entry]:
    house.session.flush()
    found = journal.about("customer", house.keller.id)[::-1]
    return [one for one in found if one.name.startswith("customer.change_")]


def state_of(house: House, change: DataChange) -> State:
    house.session.refresh(change)
    return change.state


def test_what_carries_little_risk_counts_at_once(house: House) -> None:
    street, phone = house.propose(house.ruth, street="Bergstrasse 1", phone="+41446681800")
    assert (house.keller.street, house.keller.phone) == ("Bergstrasse 1", "+41446681800")
    assert street.change.state is phone.change.state is State.ACCEPTED
    assert house.keller.confirmed_at is not None
    assert [(one.name, one.data["field"]) for one in lines(house)] == [
        ("customer.change_accepted", "street"),
        ("customer.change_accepted", "phone"),
    ]


def test_what_carries_more_waits_and_changes_nothing(house: House) -> None:
    found = house.propose(
        house.ruth, name="Ruth Neu", email="neu@keller.example", iban=IBAN, street="Bergstrasse 1"
    )
    assert [one.change.state for one in found] == [*[State.WAITING] * 3, State.ACCEPTED]
    assert (house.keller.name, house.keller.email, house.keller.iban, house.keller.street) == (
        "Ruth Keller",
        "post@keller.example",
        "",
        "Bergstrasse 1",
    )
    (own,) = customers.recipients_of(house.keller.id)
    assert own.email == "post@keller.example"


def test_an_address_abroad_waits_as_a_whole(house: House) -> None:
    found = house.propose(
        house.ruth, country="DE", postcode="10115", city="Berlin", phone="+4930123456"
    )
    assert [one.change.state for one in found] == [*[State.WAITING] * 3, State.ACCEPTED]
    assert house.keller.postcode == "8002"


def test_documents_go_to_a_new_address_from_the_day_it_was_accepted(house: House) -> None:
    (email,) = house.propose(house.ruth, email="neu@keller.example")
    (own,) = customers.recipients_of(house.keller.id)
    assert own.email == "post@keller.example"
    changing.accept(email, house.ben)
    house.session.refresh(own)
    assert (own.email, house.keller.email) == ("neu@keller.example", "neu@keller.example")


def test_a_second_person_accepts_an_account_and_the_journal_never_holds_it(house: House) -> None:
    (iban,) = house.propose(house.ruth, iban=IBAN)
    changing.accept(iban, house.lena)
    assert house.keller.iban == IBAN
    assert state_of(house, iban.change) is State.ACCEPTED
    assert iban.change.decided_by == "Lena Keller"
    told = lines(house)
    assert [one.name for one in told] == ["customer.change_proposed", "customer.change_accepted"]
    assert told[1].data == {
        "number": "K-1",
        "proposal": iban.proposal.id,
        "change": iban.change.id,
        "field": "iban",
        "value": "…2957",
        "proposed_by": "Ruth Keller",
    }
    assert IBAN not in json.dumps([one.data for one in told])


def test_nobody_decides_about_their_own_change(house: House) -> None:
    (iban,) = house.propose(house.ruth, iban=IBAN)
    for decide in (changing.accept, lambda *of: changing.refuse(*of, "No.")):
        with pytest.raises(Refused, match="Somebody else"):
            decide(iban, house.ruth)
    assert state_of(house, iban.change) is State.WAITING
    assert house.keller.iban == ""


def test_whom_they_asked_in_themselves_is_no_second_pair_of_eyes(house: House) -> None:
    asked_in(house, house.lena.id, "Ruth Keller")
    (iban,) = house.propose(house.ruth, iban=IBAN)
    with pytest.raises(Refused, match="Somebody else"):
        changing.accept(iban, house.lena)
    changing.accept(iban, house.ben)
    assert house.keller.iban == IBAN


def test_a_name_is_accepted_by_the_organisation_only(house: House) -> None:
    (name,) = house.propose(house.ruth, name="Ruth Neu")
    with pytest.raises(Refused, match="Somebody else"):
        changing.accept(name, house.lena)
    changing.accept(name, house.ben)
    assert (house.keller.name, house.keller.name_sort) == ("Ruth Neu", "ruth neu")
    (own,) = customers.recipients_of(house.keller.id)
    assert own.name == "Ruth Neu"


def test_fields_are_decided_one_by_one(house: House) -> None:
    iban, holder, vat = house.propose(
        house.ruth, iban=IBAN, account_holder="Ruth Keller", vat_id="CHE107787577MWST"
    )
    changing.accept(iban, house.ben)
    changing.refuse(holder, house.ben, "The bank says another name.")
    assert (house.keller.iban, house.keller.account_holder) == (IBAN, "")
    assert [one.change.id for one in queries.of_customer(house.ben, house.keller.id)] == [
        vat.change.id
    ]
    house.session.refresh(holder.change)
    assert holder.change.reason == "The bank says another name."
    assert lines(house)[-1].name == "customer.change_refused"


def test_what_is_decided_is_not_decided_again(house: House) -> None:
    (iban,) = house.propose(house.ruth, iban=IBAN)
    changing.refuse(iban, house.ben, "No.")
    for again in (
        lambda: changing.accept(iban, house.lena),
        lambda: changing.refuse(iban, house.lena, "No."),
        lambda: changing.withdraw(iban, house.ruth),
    ):
        with pytest.raises(Refused, match="decided already"):
            again()
    assert house.keller.iban == ""


def test_a_value_that_was_changed_meanwhile_is_not_overwritten(house: House) -> None:
    (iban,) = house.propose(house.ruth, iban=IBAN)
    assert organisations.change_field(house.keller, Field.IBAN, "", OTHER_IBAN)
    with house.session.begin_nested() as nested:
        with pytest.raises(Refused, match="changed meanwhile"):
            changing.accept(iban, house.ben)
        nested.rollback()
    house.session.refresh(house.keller)
    assert house.keller.iban == OTHER_IBAN
    assert state_of(house, iban.change) is State.WAITING
    changing.refuse(iban, house.ben, "Staff entered another one.")


def test_what_counts_at_once_counts_only_on_what_the_person_saw(house: House) -> None:
    before = house.keller.street
    organisations.change_field(house.keller, Field.STREET, before, "Talweg 2")
    with pytest.raises(Refused, match="changed meanwhile"):
        changing.propose(
            house.keller, house.ruth, [Difference(Field.STREET, before, "Bergstrasse 1")]
        )
    house.session.refresh(house.keller)
    assert house.keller.street == "Talweg 2"


def test_a_field_waits_once(house: House) -> None:
    house.propose(house.ruth, iban=IBAN)
    with pytest.raises(Refused, match="waits for a decision already"):
        house.propose(house.lena, iban=OTHER_IBAN)
    waits = house.session.scalars(select(DataChange).where(DataChange.field == Field.IBAN)).all()
    assert [one.after for one in waits] == [IBAN]


def test_only_who_proposed_a_change_withdraws_it_and_may_propose_another(house: House) -> None:
    (iban,) = house.propose(house.ruth, iban=IBAN)
    with pytest.raises(Refused, match="Only Ruth Keller"):
        changing.withdraw(iban, house.lena)
    changing.withdraw(iban, house.ruth)
    assert state_of(house, iban.change) is State.WITHDRAWN
    assert lines(house)[-1].name == "customer.change_withdrawn"
    house.propose(house.ruth, iban=OTHER_IBAN)
    assert len(queries.of_customer(house.ben, house.keller.id)) == 1


def test_a_customer_without_an_address_gets_documents_by_mail_once_it_has_one(house: House) -> None:
    (gone,) = house.propose(house.ruth, email="")
    changing.accept(gone, house.ben)
    (own,) = customers.recipients_of(house.keller.id)
    house.session.refresh(own)
    assert (own.email, own.channel.value, house.keller.email) == (None, "portal", None)
    (back,) = house.propose(house.ruth, email="neu@keller.example")
    changing.accept(back, house.ben)
    house.session.refresh(own)
    assert (own.email, own.channel.value) == ("neu@keller.example", "email")
