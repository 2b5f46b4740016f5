"""How an organisation is paid: the provider's key, and what is allowed."""

from app.access.principal import Principal
from app.core import journal, sealing
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations.models import Organisation
from app.payments import queries
from app.payments.models import PaymentSettings


def change(
    house: Organisation, who: Principal, *, key: str, is_on: bool, allows_parts: bool
) -> None:
    """Change how an organisation is paid; an empty key keeps the one before. Raises `Refused`."""
    found = queries.settings_of(house.id)
    if found is None:
        found = PaymentSettings(organisation_id=house.id, key_ending="")
        session().add(found)
    if key:
        found.sealed_key, found.key_ending = sealing.seal(key), key[-4:]
    if is_on and found.sealed_key is None:
        raise Refused(_("Enter the key of your payment provider first."))
    found.is_on, found.allows_parts = is_on, allows_parts
    journal.record(
        "payments.settings_changed",
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        is_on=is_on,
        new_key=bool(key),
    )


def key_of(organisation_id: str) -> str:
    """Return the provider's key, open; raises `Refused` where there is none."""
    found = queries.settings_of(organisation_id)
    if found is None or found.sealed_key is None:
        raise Refused(_("Enter the key of your payment provider first."))
    return sealing.unseal(found.sealed_key)
