"""What there is to publish: customers with two recipients each, and documents that are ready."""

from dataclasses import dataclass

from app.core.runtime import Runtime
from app.documents.rules.life import State
from app.identity import actions as identity
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel, MemberRole, RecipientRole
from tests import cast, factories

CUSTOMERS = 25
RECIPIENTS = 2
"""Recipients of every customer, and so dispatches of every document."""
BATCH = 50


@dataclass(frozen=True)
class Stage:
    """Who publishes what."""

    email: str
    password: str
    documents: list[str]
    """Ids of documents that nobody has published yet."""


def prepare(here: Runtime, documents: int) -> Stage:
    """Make an organisation with `documents` ready documents and one of its staff."""
    password = "a walnut rolls downhill"
    with here.database.transaction():
        house = cast.found("chaos", "House of Chaos", publishes_at_once=False)
        staff = cast.member(house, "Ben Brunner", MemberRole.STAFF)
        identity.set_password(staff, password)
        customers = [_customer(house, number) for number in range(CUSTOMERS)]
    ready: list[str] = []
    while len(ready) < documents:
        with here.database.transaction():
            for number in range(len(ready), min(len(ready) + BATCH, documents)):
                customer = customers[number % CUSTOMERS]
                document = factories.invoice_for(customer, f"C-{number}")
                assert document.state is State.READY
                ready.append(document.id)
    return Stage(staff.email, password, ready)


def _customer(house: Organisation, number: int) -> Customer:
    customer = cast.customer(house, f"K-{number}", f"Customer {number}", f"c{number}@one.example")
    organisations.add_recipient(
        customer,
        factories.BY,
        role=RecipientRole.INSURER,
        name=f"Insurer {number}",
        channel=Channel.EMAIL,
        email=f"i{number}@two.example",
        language="de",
        kinds=[],
    )
    return customer
