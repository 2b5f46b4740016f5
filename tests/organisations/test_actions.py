from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import ids
from app.core.errors import Refused
from app.core.journal import Entry
from app.organisations import actions, queries
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel, CustomerKind, MemberRole, RecipientRole
from tests import cast
from tests.factories import BY


def names_in_journal(session: Session) -> list[str]:
    session.flush()
    return sorted(session.scalars(select(Entry.name)))


def details(customer: Customer, **changes: Any) -> dict[str, Any]:
    """Return what the form says of a customer, with some fields changed."""
    fields = ("name", "number", "email", "language", "street", "postcode", "city", "country")
    values = {name: getattr(customer, name) for name in (*fields, "vat_id", "gln", "kind")}
    return values | changes


def recipient_of(customer: Customer, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "role": RecipientRole.RELATIVE,
        "name": "Lena Keller",
        "channel": Channel.EMAIL,
        "email": " Lena@Kunden.Example ",
        "language": "sv",
        "kinds": ["invoice"],
    }
    return actions.add_recipient(customer, BY, **(values | changes))


def test_a_customer_is_the_first_recipient_of_its_documents(
    house: Organisation, session: Session
) -> None:
    with_mail = cast.customer(house, "K-1", "Ruth Keller", " Ruth@Kunden.Example ")
    without = cast.customer(house, "K-2", "Max Huber", None)
    session.flush()
    (one,), (other,) = (queries.recipients_of(customer.id) for customer in (with_mail, without))
    assert (one.channel, one.email, one.kinds) == (Channel.EMAIL, "ruth@kunden.example", [])
    assert (other.channel, other.email) == (Channel.PORTAL, None)
    assert one.role is other.role is RecipientRole.PERSON


def test_a_number_is_given_once_in_an_organisation(
    house: Organisation, keller: Customer, session: Session
) -> None:
    with pytest.raises(Refused) as refused:
        cast.customer(house, keller.number, "Somebody else", None)
    assert refused.value.sentence == "There is a customer with the number K-1 already."
    stranger = cast.found("brandt", "Brandt GmbH")
    assert cast.customer(stranger, keller.number, "Fremde AG", None).number == "K-1"
    # The refused one left nothing behind.
    assert len(session.scalars(select(Customer)).all()) == 2


def test_without_a_number_one_is_chosen(house: Organisation, session: Session) -> None:
    made = [
        actions.add_customer(house.id, BY, number=None, kind=CustomerKind.PRIVATE, name=f"C {n}")
        for n in range(5)
    ]
    assert len({one.number for one in made}) == 5
    assert all(one.number.startswith("K0000") for one in made)


def test_a_customer_is_changed_and_the_journal_names_the_fields(
    keller: Customer, anna: Principal, session: Session
) -> None:
    session.flush()
    changed = details(keller, name="Ruth Meier", email=" New@Kunden.Example", vat_id="che-1.2")
    actions.change_customer(keller, anna, **changed)
    session.flush()
    assert (keller.name_sort, keller.email, keller.vat_id) == (
        "ruth meier",
        "new@kunden.example",
        "CHE12",
    )
    entry = session.scalars(select(Entry).where(Entry.name == "customer.changed")).one()
    assert entry.data == {"fields": ["email", "name", "name_sort", "vat_id"]}
    assert entry.actor_name == "Anna Amsler"


def test_changing_nothing_leaves_no_line(
    keller: Customer, anna: Principal, session: Session
) -> None:
    session.flush()
    before = names_in_journal(session)
    actions.change_customer(keller, anna, **details(keller))
    assert names_in_journal(session) == before


def test_changing_to_a_number_in_use_changes_nothing(
    house: Organisation, keller: Customer, anna: Principal, session: Session
) -> None:
    cast.customer(house, "K-2", "Max Huber", None)
    session.flush()
    with pytest.raises(Refused):
        actions.change_customer(keller, anna, **details(keller, number="K-2", name="Other"))
    session.expire(keller)
    assert (keller.number, keller.name) == ("K-1", "Ruth Keller")


def test_the_first_contact_is_the_primary_one(keller: Customer, session: Session) -> None:
    people = [cast.contact(keller, name) for name in ("Zoe Keller", "Anton Keller", "Ruth Keller")]
    session.flush()
    found = queries.contacts_of(keller.id)
    assert [person.name for _, person in found] == ["Zoe Keller", "Anton Keller", "Ruth Keller"]
    assert [contact.is_primary for contact, _ in found] == [True, False, False]
    assert people[0].organisation_id == keller.organisation_id


def test_a_contact_of_an_office_address_is_refused(keller: Customer, session: Session) -> None:
    with pytest.raises(Refused, match="shared by several people"):
        actions.add_contact(keller, BY, email="info@x.example", name="Office", language=None)
    assert queries.contacts_of(keller.id) == []


def test_somebody_else_may_receive_documents_too(keller: Customer, session: Session) -> None:
    session.flush()
    added = recipient_of(keller)
    recipient_of(keller, email="faktura@versicherung.example", name="Insurer")
    session.flush()
    assert (added.email, added.language, added.kinds) == ("lena@kunden.example", "sv", ["invoice"])
    names = {one.name for one in queries.recipients_of(keller.id)}
    assert names == {"Ruth Keller", "Lena Keller", "Insurer"}


@pytest.mark.parametrize("email", [None, "", "   "])
def test_mail_needs_an_address(keller: Customer, email: str | None) -> None:
    with pytest.raises(Refused) as refused:
        recipient_of(keller, email=email)
    assert refused.value.sentence == "To send by e-mail, an e-mail address is needed."
    assert recipient_of(keller, email=email, channel=Channel.PORTAL).email is None


def test_who_was_removed_receives_nothing_and_stays_on_record(
    keller: Customer, anna: Principal, session: Session
) -> None:
    session.flush()
    (own,) = queries.recipients_of(keller.id)
    actions.remove_recipient(own, anna)
    session.flush()
    assert queries.recipients_of(keller.id) == []
    assert own.removed_at is not None
    assert "recipient.removed" in names_in_journal(session)


def test_nobody_shuts_their_own_login(house: Organisation, anna: Principal) -> None:
    person = cast.member(house, "Anna Amsler", MemberRole.ADMINISTRATOR)
    with pytest.raises(Refused, match="your own login"):
        actions.disable_member(person, replace(anna, id=person.id))
    assert person.disabled_at is None
    actions.disable_member(person, anna)
    assert person.disabled_at is not None


def test_an_organisation_changes_what_it_says_of_itself(
    house: Organisation, anna: Principal, session: Session
) -> None:
    actions.change_organisation(house, anna, name="Haus am See", accent=house.accent)
    session.flush()
    entry = session.scalars(select(Entry).where(Entry.name == "organisation.changed")).one()
    assert entry.data == {"fields": ["name"]}
    assert house.name == "Haus am See"


def test_a_name_of_many_letters_is_sorted_without_harm(house: Organisation) -> None:
    made = cast.customer(house, "K-9", "İ" * 200, None)
    assert len(made.name_sort) == 200
    assert made.id != ids.new()
