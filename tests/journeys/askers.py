"""Organisations that ask their customers' people who they are, with customers of every kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from app.access.proof import Level, Method
from app.core import clock, runtime
from app.core.db import session
from app.demo import texting
from app.documents.models import Document
from app.documents.queries import files_of
from app.identity import actions as identity
from app.identity.models import LoginSession, Person
from app.identity.proofs import capability
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import CustomerKind, MemberRole
from tests import cast, factories
from tests.journeys.house import House

HOME = {"street": "Seestrasse 12 a", "postcode": "8002", "city": "Zürich", "country": "CH"}
POSTCODE, NUMBER = "CH-8002", "12A"
"""What proves it, spelled as somebody else would."""
_mobiles = iter(range(1_000_000, 2_000_000))


@dataclass(frozen=True)
class Reader:
    """A customer with one document."""

    customer: Customer
    document: Document
    file_id: str
    content: bytes
    """Of the document's file."""

    @property
    def number(self) -> str:
        """The document's number."""
        return f"R-{self.customer.number}"

    @property
    def page(self) -> str:
        """The document's page."""
        return f"/documents/{self.document.id}"


@dataclass(frozen=True)
class Asker:
    """An organisation that texts, who runs it, and its customers."""

    house: House
    slug: str
    organisation: Organisation
    admin: str
    """Mail address of Eva, who runs it; the password is the house's."""
    private: Reader
    business: Reader
    unknown: Reader
    """Neither a street nor a mobile number is known."""
    rosa: Person
    """Of the private customer; she signs in with the house's password."""

    def link(self, reader: Reader) -> str:
        """Make another secret link to a customer's document; nobody asked for a code in it yet."""
        here = self.house.here
        with runtime.using(here), here.database.transaction():
            made = identity.make_link(
                self.organisation.id,
                reader.customer.id,
                reader.document.lineage_id,
                reader.document.id,
                email=reader.customer.email or "",
                name=reader.customer.name,
                language="en",
            )
            return capability.url(self.house.url, made.id)

    def ask(self, level: Level, primary: Method, secondary: Method | None = None) -> None:
        """Let it hold, without anybody at the settings."""
        values = {"proof_level": level, "proof_primary": primary, "proof_secondary": secondary}
        self._change(
            update(Organisation).where(Organisation.id == self.organisation.id).values(values)
        )

    def idle_for(self, minutes: int) -> None:
        """Let nobody have done anything since they proved who they are."""
        seen_at = clock.now() - timedelta(minutes=minutes)
        self._change(update(LoginSession).values(proof_seen_at=seen_at))

    def _change(self, statement: Any) -> None:
        with runtime.using(self.house.here), self.house.here.database.transaction():
            session().execute(statement)


def founded(house: House, slug: str) -> Asker:
    """Found an organisation that asks nothing yet."""
    with runtime.using(house.here), house.here.database.transaction():
        own = cast.found(slug, f"Haus {slug.title()}", base_url=house.url)
        texting.connect(own)
        admin = cast.member(own, "Eva Egli", MemberRole.ADMINISTRATOR)
        private = _reader(own, 1, CustomerKind.PRIVATE, "Rosa Frei", {**HOME, **_mobile()})
        business = _reader(own, 2, CustomerKind.BUSINESS, f"Frei {slug} AG", {**HOME, **_mobile()})
        unknown = _reader(own, 3, CustomerKind.PRIVATE, "Udo Unbekannt", {"country": "CH"})
        rosa = organisations.add_contact(
            private.customer,
            factories.BY,
            email=f"rosa@{slug}.example",
            name="Rosa Frei",
            language=None,
        )
        for person in (admin, rosa):
            identity.set_password(person, house.password)
        return Asker(house, slug, own, admin.email, private, business, unknown, rosa)


def _mobile() -> dict[str, str]:
    return {"mobile": f"+4179{next(_mobiles)}"}


def _reader(
    own: Organisation, place: int, kind: CustomerKind, name: str, known: Mapping[str, str]
) -> Reader:
    customer = organisations.add_customer(
        own.id,
        factories.BY,
        number=f"{own.slug}-{place}",
        kind=kind,
        name=name,
        email=f"post{place}@{own.slug}.example",
        **known,
    )
    content = f"<Invoice>{customer.id}</Invoice>".encode()
    said = factories.einvoice(
        f"R-{customer.number}", buyer=customer.name, customer_number=customer.number
    )
    document = factories.take_in(own.id, said, content=content)
    (file,) = files_of(document)
    return Reader(customer, document, file.id, content)
