"""Reminders of the demonstration: Lindenhof has them proposed, and spares nobody."""

from decimal import Decimal
from typing import Final

from app.access.grants import Role
from app.access.principal import Principal
from app.dunning import queries
from app.dunning.actions import deciding
from app.dunning.rules import Collecting, Mode
from app.dunning.rules.interest import DayCount
from app.dunning.rules.levels import Level
from app.organisations.models import Organisation

HOUSE: Final = "lindenhof"
LEVELS: Final = (
    Level(1, 10),
    Level(2, 14, fee=2000, payment_days=10),
    Level(3, 14, fee=4000, interest=Decimal(5), payment_days=5),
)


def propose(organisation: Organisation) -> None:
    """Let a house have its reminders proposed, unless somebody has decided otherwise since."""
    if organisation.slug != HOUSE or queries.settings_of(organisation.id) is not None:
        return
    deciding.change(
        organisation,
        Principal(Role.ADMINISTRATOR, "demo", "Kontor", organisation.id),
        is_on=True,
        mode=Mode.PROPOSE,
        collecting=Collecting.CUSTOMER,
        by_default=True,
        hour=7,
        prefix="M-",
        day_count=DayCount.ACTUAL_365,
        levels=[level.to_json() for level in LEVELS],
    )
