"""Change how safely customers reach their documents."""

from typing import Any

from sqlalchemy import update

from app.access.principal import Principal
from app.core import journal
from app.core.db import session
from app.organisations.models import Organisation


def change(house: Organisation, who: Principal, values: dict[str, Any]) -> bool:
    """Change columns of an organisation together; False where somebody changed one meanwhile.

    What each was and is goes into the journal: who loosened something is found there.
    """
    former = {name: getattr(house, name) for name in values}
    changed = sorted(name for name, value in values.items() if former[name] != value)
    if not changed:
        return True
    as_before = (
        getattr(Organisation, name).is_not_distinct_from(value) for name, value in former.items()
    )
    written = session().execute(
        update(Organisation)
        .where(Organisation.id == house.id, *as_before)
        .values(values)
        .returning(Organisation.id)
        .execution_options(synchronize_session=False)
    )
    if written.first() is None:
        return False
    session().refresh(house)
    journal.record(
        "portal.security_changed",
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        before={name: former[name] for name in changed},
        after={name: values[name] for name in changed},
    )
    return True
