"""How one house of the demonstration makes sure who reads its files, with a family and an access letter."""

from typing import Final

from sqlalchemy import select

from app.access.grants import Role
from app.access.principal import Principal
from app.access.proof import Level, Method
from app.access_letters import actions as letters
from app.core import ids
from app.core.db import session
from app.notices.rules import Addressee
from app.organisations import actions as organisations
from app.organisations.models import Customer, Organisation
from app.portal.actions import security

WHO_SHOWS_IT: Final = "brandt"
MAIN: Final = "70001"
BELOW: Final = "70009"
"""The number of the customer whose documents the main customer sees, too."""
WITHOUT_MAIL: Final = "70007"
"""The number of the customer who gets a letter on paper."""


def ask_for_proofs(house: Organisation) -> None:
    """Let a house that was founded just now ask for a code by SMS, or for an address, before files."""
    if house.slug != WHO_SHOWS_IT:
        return
    who = Principal(role=Role.ADMINISTRATOR, id=house.id, name="Kontor", organisation_id=house.id)
    asked = {
        "proof_level": Level.SENSITIVE,
        "proof_primary": Method.SMS,
        "proof_secondary": Method.ADDRESS,
    }
    security.change(house, who, asked)
    organisations.put_below(_customer(house, BELOW), _customer(house, MAIN), who)
    reader = _customer(house, WITHOUT_MAIL)
    to = Addressee(reader.email or "", reader.name, reader.language)
    letters.make(house, reader, to, None, who, letter_id=ids.new())


def _customer(house: Organisation, number: str) -> Customer:
    mine = Customer.organisation_id == house.id
    return session().scalars(select(Customer).where(mine, Customer.number == number)).one()
