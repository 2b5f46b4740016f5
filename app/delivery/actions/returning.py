"""What an organisation wants where mails come back."""

from app.access.principal import Principal
from app.core import journal
from app.core.db import insert, session
from app.delivery.models import BouncePolicy, DeliverySettings
from app.organisations.models import Organisation


def choose_policy(house: Organisation, who: Principal, policy: BouncePolicy) -> None:
    """Choose what follows where an address is wrong for good (PY-28)."""
    row = insert(DeliverySettings).values(
        organisation_id=house.id, fallback=[], bounce_policy=policy
    )
    keyed = [DeliverySettings.organisation_id]
    session().execute(
        row.on_conflict_do_update(index_elements=keyed, set_={"bounce_policy": policy})
    )
    session().expire_all()
    journal.record(
        "delivery.returns_changed",
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        policy=policy.value,
    )
