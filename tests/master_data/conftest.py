"""A house with a customer of two people, and the words to change its data."""

from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.master_data import queries
from app.master_data.actions import changing
from app.master_data.queries import Proposed
from app.master_data.rules import Difference
from app.notices.models import Notice
from app.organisations.models import Contact, Customer, Organisation
from app.organisations.rules import MemberRole
from app.organisations.rules.own_data import Field, values_of
from tests import cast

IBAN, OTHER_IBAN = "CH9300762011623852957", "DE89370400440532013000"


@dataclass
class House:
    """Ben works here; Ruth, who came first, and Lena are people of Keller."""

    organisation: Organisation
    keller: Customer
    ben: Principal
    ruth: Principal
    lena: Principal
    session: Session

    def propose(self, who: Principal, **wanted: str) -> list[Proposed]:
        """Let somebody want fields changed; return what became of each, by field."""
        now = values_of(self.keller)
        fields = {Field(name): value for name, value in wanted.items()}
        changes = [Difference(one, now[one], value) for one, value in fields.items()]
        changing.propose(self.keller, who, changes)
        found = {one.change.field: one for one in reversed(queries.own(self.ruth))}
        return [found[field] for field in fields]

    def told(self) -> dict[str, list[str]]:
        """Return what was mailed: address → subjects, in order."""
        letters: dict[str, list[str]] = {}
        for one in self.session.scalars(select(Notice).order_by(Notice.id)):
            letters.setdefault(one.address, []).append(one.said["subject"])
        return letters


@pytest.fixture
def house(session: Session) -> House:
    organisation = cast.found("lindenhof", "Haus Lindenhof")
    ben = cast.member(organisation, "Ben Brunner", MemberRole.STAFF)
    keller = cast.customer(organisation, "K-1", "Ruth Keller", "post@keller.example")
    ruth = cast.contact(keller, "Ruth Keller")
    session.flush()
    lena = cast.contact(keller, "Lena Keller")
    session.flush()
    return House(
        organisation,
        keller,
        cast.staff(ben),
        cast.person_of(keller, ruth),
        cast.person_of(keller, lena, Role.CONTACT),
        session,
    )


def asked_in(house: House, person_id: str, by: str) -> None:
    """Let somebody have been asked in by a person of the customer."""
    house.session.get_one(Contact, person_id).invited_by = by
    house.session.flush()
