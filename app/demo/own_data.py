"""What customers of the demonstration want changed in their data, for staff and second persons to decide."""

from datetime import timedelta
from typing import Final

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock
from app.master_data.actions import changing
from app.master_data.rules import Difference
from app.organisations import queries as organisations
from app.organisations.models import Customer
from app.organisations.rules.own_data import Field, values_of

WANTS_CHANGES: Final = "1001"
"""The number of the customer that wants something changed: Margrit Keller, of Haus Lindenhof."""
WANTED: Final = {
    Field.PHONE: "+41446681800",
    Field.IBAN: "CH9300762011623852957",
    Field.ACCOUNT_HOLDER: "Margrit Keller",
}
ASLEEP: Final = timedelta(days=400)
"""So long ago somebody of a customer said that its data are right."""


def want_changes(customer: Customer) -> None:
    """Let a customer's first contact want its account changed; a second one can decide."""
    contact, person = organisations.contacts_of(customer.id)[0]
    who = Principal(
        role=Role.PRIMARY_CONTACT,
        id=person.id,
        name=person.name,
        organisation_id=contact.organisation_id,
        customer_id=customer.id,
    )
    now = values_of(customer)
    wanted = [Difference(field, now[field], value) for field, value in WANTED.items()]
    changing.propose(customer, who, wanted)


def fall_asleep(customer: Customer) -> None:
    """Let a customer's data have been confirmed long ago: its people are asked on their first page."""
    customer.confirmed_at = clock.now() - ASLEEP
