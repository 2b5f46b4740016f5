"""Organisations of one journey alone: nobody else's documents stand in their lists."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.core import runtime
from app.documents.rules.kinds import Kind
from app.documents.rules.line import Period
from app.identity import actions as identity
from app.organisations import actions as organisations
from app.organisations.rules import MemberRole
from app.renditions.formats import ubl_other
from tests import cast, factories
from tests.api.conftest import invoice
from tests.factories import BY
from tests.journeys.house import PASSWORD, House

OPEN_UNTIL = date(2099, 12, 31)


@dataclass(frozen=True)
class Tenant:
    """An organisation that publishes at once, and its customer K-1, with two people who sign in."""

    office: str
    """Where the organisation hears of what its customers do."""
    vera: str
    """Runs it."""
    post: str
    """The customer's address: documents are mailed there."""
    gina: str
    """The customer's first contact."""
    hugo: str
    password: str = PASSWORD


def settle_in(house: House, slug: str) -> Tenant:
    """Found an organisation of the name `slug` in a house that is running."""
    one = Tenant(
        *(f"office@{slug}.example", f"vera@{slug}.example"),
        *(f"post@{slug}-ag.example", f"gina@{slug}-ag.example", f"hugo@{slug}-ag.example"),
    )
    with runtime.using(house.here), house.here.database.transaction():
        own = cast.found(slug, slug.capitalize(), base_url=house.url)
        customer = cast.customer(own, "K-1", "Kunde GmbH", one.post)
        people = [cast.member(own, "Vera Vogt", MemberRole.ADMINISTRATOR)]
        for name, email in (("Gina Graf", one.gina), ("Hugo Hess", one.hugo)):
            person = organisations.add_contact(customer, BY, email=email, name=name, language=None)
            people.append(person)
        for person in people:
            identity.set_password(person, PASSWORD)
    return one


def invoices(folder: Path, *numbers: str) -> list[Path]:
    """Write invoices over 335.11 CHF for the customer K-1."""
    files = [folder / f"{number}.xml" for number in numbers]
    for file in files:
        file.write_bytes(invoice(file.stem))
    return files


def quote(folder: Path, number: str) -> Path:
    """Write a quote over 642.24 CHF for the customer K-1."""
    said = replace(
        factories.einvoice(number, buyer="Kunde GmbH", customer_number="K-1", due=None),
        type_code="",
        payment_instructions=(),
        validity=Period(date(2026, 10, 30), OPEN_UNTIL),
    )
    file = folder / f"{number}.xml"
    file.write_bytes(ubl_other.written(said, Kind.QUOTE))
    return file
