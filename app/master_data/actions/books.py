"""Taking accepted changes to the organisation's own books: each once, in one batch."""

from sqlalchemy import func, select, update

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.master_data import queries, rules
from app.master_data.models import DataBatch, DataChange


def take(who: Principal) -> DataBatch:
    """Put all accepted changes that no batch has yet into one; raises `Refused` where there are none."""
    one = DataBatch(
        id=ids.new(),
        organisation_id=who.organisation_id,
        by_name=who.name[:200],
        created_at=clock.now(),
        total=0,
    )
    session().add(one)
    session().flush()
    some = queries.fresh(who.organisation_id).order_by(DataChange.id).limit(rules.MOST_IN_BATCH)
    session().execute(
        update(DataChange)
        # Asked again of each row: another batch may have taken it since it was found.
        .where(DataChange.id.in_(some), DataChange.batch_id.is_(None))
        .values(batch_id=one.id)
        .execution_options(synchronize_session=False)
    )
    taken = select(func.count()).where(
        DataChange.organisation_id == who.organisation_id, DataChange.batch_id == one.id
    )
    one.total = session().scalar(taken) or 0
    if not one.total:
        raise Refused(_("There is nothing new to export. Earlier exports stand in the list."))
    journal.record(
        "customer.changes_exported",
        who.actor,
        organisation_id=who.organisation_id,
        about=("data_batch", one.id),
        changes=one.total,
    )
    return one
