"""Organisations of a journey's own: what one closes or hides, no other journey misses."""

from dataclasses import dataclass

from app.core import runtime
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.identity import actions as identity
from app.organisations.models import Customer
from app.organisations.rules import MemberRole
from tests import cast, factories
from tests.journeys.house import House


@dataclass(frozen=True)
class Tenant:
    """An organisation, who runs it, and a customer whose first contact signs in."""

    house: House
    slug: str
    customer: Customer
    admin: str
    """Mail address of Eva, who runs it; the password is the house's."""
    first: str
    """Mail address of the customer's first contact."""

    def publish(self, number: str, kind: Kind = Kind.INVOICE) -> Document:
        """Take in a document for the customer; it is published at once, and mailed."""
        said = factories.einvoice(
            number, buyer=self.customer.name, customer_number=self.customer.number
        )
        here = self.house.here
        with runtime.using(here), here.database.transaction():
            return factories.take_in(self.customer.organisation_id, said, kind=kind)


def founded(house: House, slug: str, others: int = 0) -> Tenant:
    """Found an organisation with one customer, and so many others without anything."""
    with runtime.using(house.here), house.here.database.transaction():
        organisation = cast.found(slug, f"Haus {slug.title()}", base_url=house.url)
        admin = cast.member(organisation, "Eva Egli", MemberRole.ADMINISTRATOR)
        one = cast.customer(organisation, "K-1", f"Frei {slug} AG", f"post@{slug}.example")
        for place in range(others):
            cast.customer(organisation, f"K-{place + 2}", f"Andere {place} AG", None)
        first = cast.organisations.add_contact(
            one, factories.BY, email=f"rosa@{slug}.example", name="Rosa Frei", language=None
        )
        for person in (admin, first):
            identity.set_password(person, house.password)
        return Tenant(house, slug, one, admin.email, first.email)
