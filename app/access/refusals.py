"""What the door refuses to people who are known is in the journal, once a minute each (ASVS 16.3.2)."""

from datetime import timedelta
from typing import Final

from app.access.grants import Can, Role
from app.access.principal import Principal
from app.core import counters, journal
from app.web import transaction

EVERY: Final = timedelta(minutes=1)


def note(who: Principal, permission: Can, endpoint: str) -> None:
    """Note that somebody asked for what they may not, whatever becomes of the request."""
    transaction.regardless(lambda: _write(who, permission, endpoint))


def _write(who: Principal, permission: Can, endpoint: str) -> None:
    by = who.through or who.actor
    if not counters.allow(f"refused:{by.id}:{endpoint}", 1, EVERY):
        return
    kind = {Role.GUEST: "link", Role.API_KEY: "api_key"}.get(who.role or Role.STAFF, "person")
    journal.record(
        "permission.refused",
        by,
        organisation_id=who.organisation_id,
        about=(kind, who.id),
        permission=permission.value,
        endpoint=endpoint,
    )
