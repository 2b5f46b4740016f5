"""What reading the journal leaves behind, and what is forgotten of it in time."""

from datetime import timedelta

from app.access.principal import Principal
from app.audit.rules import INSTALLATION_DAYS
from app.core import clock, journal
from app.core.chain import INSTALLATION
from app.identity import actions as identity
from app.organisations import queries as organisations

AT_ONCE = 20_000
"""Lines of one organisation whose origin is forgotten in one turn of the housekeeping."""


def take_along(who: Principal, filters: dict[str, str]) -> None:
    """Note that somebody takes the journal along as a table, narrowed by `filters`."""
    journal.record(
        "audit.exported",
        who.actor,
        organisation_id=who.organisation_id,
        about=("organisation", who.organisation_id),
        filters=filters,
    )


def forget_origins() -> None:
    """Forget from which addresses and browsers things were done longer ago than each house keeps it."""
    now = clock.now()
    journal.forget_origins(INSTALLATION, now - timedelta(days=INSTALLATION_DAYS), AT_ONCE)
    for house in organisations.all_organisations():
        until = now - timedelta(days=house.origin_days)
        journal.forget_origins(house.id, until, AT_ONCE)
        identity.forget_addresses(house.id, until)
