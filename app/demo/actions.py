"""Every write of the demonstration that is not intake itself: houses, their people, what was read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import select

from app.acceptance.actions import answering
from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids, journal, outbox
from app.core.db import session
from app.core.journal import Actor
from app.core.outbox import Promise, Task
from app.delivery import actions as delivery
from app.delivery import queries as deliveries
from app.delivery.models import Dispatch, ReceiptKind
from app.delivery.rules import State
from app.demo import own_data
from app.demo.cast import PASSWORD, Contact, Customer, House, Member
from app.documents import queries as documents
from app.documents.actions import description
from app.documents.models import Document
from app.documents.rules.description import Description
from app.dunning.actions import noting as reminders
from app.identity import actions as identity
from app.identity import queries as people
from app.intake import queries as intakes
from app.organisations import actions as organisations
from app.organisations import queries
from app.organisations import queries as organisations_
from app.organisations.models import Customer as CustomerRow
from app.organisations.models import Organisation
from app.organisations.rules import Channel, granting
from app.payments import queries as payments
from app.payments.actions import connecting
from app.renditions import queries as rendition_queries
from app.renditions.actions import wishes

BY: Final = Actor("command", "demo", "Kontor")
BORN: Final = datetime(2024, 1, 1, tzinfo=UTC)
"""Where the ids of the demonstration count from: older than any that are made later."""
LEASE: Final = timedelta(minutes=5)


@contextmanager
def fixed(seed: str, age: int, moment: datetime | None = None) -> Iterator[None]:
    """Make the same ids every time, in the order of age (days), with the clock at `moment`."""
    with ids.counted_from(seed, BORN + timedelta(days=500 - age)):
        if moment is None:
            yield
            return
        with clock.standing_at(moment):
            yield


def found(house: House, base_url: str) -> Organisation:
    """Found a house with all its people and customers, each under the same id every time."""
    with fixed(house.slug, 500):
        organisation = organisations.found(
            BY,
            slug=house.slug,
            name=house.name,
            language=house.language,
            country=house.country,
            timezone=house.timezone,
            currency=house.currency,
            base_url=base_url,
            accent=house.accent,
            vat_id=house.seller.vat_identifier,
            contact_email=house.seller.contact.email if house.seller.contact else "",
            contact_phone=house.seller.contact.telephone if house.seller.contact else "",
            sender_name=house.name,
            sender_email=house.seller.contact.email if house.seller.contact else "",
        )
    for place, member in enumerate(house.members):
        with fixed(f"{house.slug}/{member.email}", 499 - place):
            _add_member(organisation, member)
    for place, customer in enumerate(house.customers):
        with fixed(f"{house.slug}/{customer.number}", 480 - place):
            _add_customer(organisation, customer)
    return organisation


def move(organisation: Organisation, base_url: str) -> None:
    """Let links lead to where the demonstration runs this time."""
    organisation.base_url = base_url


def _add_member(organisation: Organisation, member: Member) -> None:
    person = organisations.add_member(
        organisation.id,
        BY,
        email=member.email,
        name=member.name,
        role=member.role,
        language=None,
    )
    identity.set_password(person, PASSWORD)


def _add_customer(organisation: Organisation, customer: Customer) -> None:
    row = organisations.add_customer(
        organisation.id,
        BY,
        number=customer.number,
        kind=customer.kind,
        name=customer.name,
        language=customer.language,
        email=customer.email,
        street=customer.address.line_1,
        postcode=customer.address.postcode,
        city=customer.address.city,
        country=customer.address.country,
        vat_id=customer.vat_id,
        gln=customer.gln or None,
        endpoint=customer.endpoint or None,
        mobile=customer.mobile,
    )
    session().flush()
    for contact in customer.contacts:
        _add_contact(row, contact)
    for recipient in customer.recipients:
        organisations.add_recipient(
            row,
            BY,
            role=recipient.role,
            name=recipient.name,
            channel=Channel.EMAIL,
            email=recipient.email,
            language=recipient.language,
            kinds=list(recipient.kinds),
        )
    if customer.number == own_data.WANTS_CHANGES:
        own_data.want_changes(row)
    elif customer.contacts:
        own_data.fall_asleep(row)


def _add_contact(customer: CustomerRow, contact: Contact) -> None:
    language = contact.language or customer.language
    person = organisations.add_contact(
        customer, BY, email=contact.email, name=contact.name, language=language
    )
    session().flush()
    identity.set_password(person, PASSWORD)
    _narrow(customer, person.id, contact)


def _narrow(customer: CustomerRow, person_id: str, contact: Contact) -> None:
    """Give somebody less than everything, and a last day."""
    row, house = (
        queries.contact_by_id(person_id),
        queries.organisation_by_id(customer.organisation_id),
    )
    assert row is not None
    if contact.preset is not None:
        row.rights = granting.stored(granting.PRESETS[contact.preset])
    if contact.lasts is not None:
        row.ends_on = clock.today(house.timezone) + timedelta(days=contact.lasts)


def dispatch(document: Document, moment: datetime) -> list[Task]:
    """Do what follows from a publication at `moment`, and claim what is to be sent.

    The relay would do the same, but now: here the past is told.
    """
    with clock.standing_at(moment):
        delivery.dispatch_document(document.id)
        reminders.note_published(document.id)
    mine = Promise.organisation_id == document.organisation_id
    reactions = select(Promise.id).where(
        mine, Promise.task == journal.REACT, Promise.created_at == moment
    )
    for promise_id in session().scalars(reactions).all():
        task = outbox.claim(promise_id, LEASE)
        if task is not None:
            outbox.finish(task)
    keys = [f"send:{one.id}" for one in deliveries.of_document(document.id)]
    return [task for key in keys if (task := outbox.claim_by_key(key, LEASE)) is not None]


def describe(document: Document, said: Description, number: str) -> None:
    """Enter what a file says whose data cannot be read, for the customer with a number."""
    mine = CustomerRow.organisation_id == document.organisation_id
    wanted = select(CustomerRow).where(mine, CustomerRow.number == number)
    description.describe(document, said, session().scalars(wanted).one(), BY)


def claim_sheet(document: Document) -> list[Task]:
    """Have a document made for people, and claim the work."""
    wishes.wish_sheet(document.id)
    keys = [wishes.promise_key(one.id) for one in rendition_queries.of_document(document.id)]
    return [task for key in keys if (task := outbox.claim_by_key(key, LEASE)) is not None]


def read(document: Document) -> None:
    """Let everybody who got a document open it, and those who paid it download it."""
    for one in deliveries.of_document(document.id):
        if one.channel is Channel.EMAIL and one.state is State.SUBMITTED:
            _read(document, one)


def _read(document: Document, one: Dispatch) -> None:
    guest = Principal(
        role=Role.GUEST,
        id=one.link_id or "",
        name=one.name,
        organisation_id=document.organisation_id,
        customer_id=document.customer_id,
        lineage_id=document.lineage_id,
    )
    delivery.note_read(guest, document, ReceiptKind.OPENED)
    if not document.payable_minor:
        delivery.note_read(guest, document, ReceiptKind.DOWNLOADED)


def accept(document: Document, email: str) -> None:
    """Let the contact with an address accept a quote."""
    person = people.person_by_email(email)
    assert person is not None
    who = organisations_.contact_as_principal(document.organisation_id, person.id)
    found = documents.by_id(document.id)
    assert who is not None
    assert found is not None
    answering.accept(found, who, person.name, order_number="4711")


def is_taken_in(intake_id: str) -> bool:
    """Say whether an intake has begun."""
    return any(intakes.progress_of(intake_id).values())


def take_payments(house: Organisation) -> None:
    """Let a house be paid by link, at the stand-in that the demonstration runs."""
    if payments.settings_of(house.id) is None:
        who = Principal(
            role=Role.ADMINISTRATOR, id=house.id, name="Kontor", organisation_id=house.id
        )
        connecting.change(house, who, key="test_demonstration", is_on=True, allows_parts=True)
