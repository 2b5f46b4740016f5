"""A ladder and a climb of the cast's own, for the laws and the pages."""

from app.access.grants import Role
from app.access.principal import Principal
from app.core.db import session
from app.documents.rules.kinds import Kind
from app.ladders import queries
from app.ladders.actions import climbing, deciding
from app.ladders.models import Climb, Ladder
from app.ladders.rules import Group
from app.ladders.rules.steps import PROPOSED
from tests.cast import Cast


def ladder_for(cast: Cast) -> Ladder:
    """Add the proposed ladder for the house's invoices, switched on."""
    who = Principal(Role.ADMINISTRATOR, cast.anna.id, "Anna", cast.lindenhof.id)
    made = deciding.add(cast.lindenhof, who, Kind.INVOICE.value, Group.ALL)
    deciding.change(made, who, is_on=True, steps=PROPOSED)
    session().flush()
    return made


def climb_for(cast: Cast) -> Climb:
    """Put the cast's invoice on it."""
    ladder_for(cast)
    climbing.begin(cast.invoice.id)
    (found,) = queries.running_of(cast.invoice.id)
    return found
