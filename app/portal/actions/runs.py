"""One value for all customers, and back again: two statements each, however many there are."""

from sqlalchemy import ColumnElement, func, insert, literal, select, update

from app.access.principal import Principal
from app.core import clock, journal
from app.core.db import insert as insert_once
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import queries as organisations
from app.organisations.models import Customer
from app.organisations.rules.portal import Access
from app.portal.models import PortalRun, PortalRunItem


def apply(run_id: str, access: Access, who: Principal) -> int | None:
    """Give all customers of the house a value; None where this run was done before.

    Returns how many had another one. Raises `Refused` where none has.
    """
    # One run after the other: each has to write down what the one before left.
    organisations.hold_organisation(who.organisation_id)
    row = insert_once(PortalRun).values(
        id=run_id,
        organisation_id=who.organisation_id,
        access=access,
        by_name=who.name[:200],
        created_at=clock.now(),
        customers=0,
    )
    if session().execute(row.on_conflict_do_nothing().returning(PortalRun.id)).first() is None:
        return None
    count = _write_down(run_id, access, who.organisation_id)
    if not count:
        raise Refused(_("Every customer has this value already. Nothing was changed."))
    changed = update(Customer).where(_is_in(run_id)).values(portal=access)
    session().execute(changed.execution_options(synchronize_session=False))
    session().execute(update(PortalRun).where(PortalRun.id == run_id).values(customers=count))
    _note("portal.applied", who, access=access.value, customers=count)
    return count


def _write_down(run_id: str, access: Access, organisation_id: str) -> int:
    """Write down who has another value, and which; returns how many.

    Where two write at once the rows are held: whoever changes one of these customers waits.
    """
    differing = (
        select(literal(run_id), Customer.id, Customer.portal)
        .where(Customer.organisation_id == organisation_id, Customer.portal != access)
        .with_for_update()
    )
    names = ["run_id", "customer_id", "former"]
    session().execute(insert(PortalRunItem).from_select(names, differing))
    # Counted: not every driver says how many rows such an INSERT wrote.
    rows = select(func.count()).where(PortalRunItem.run_id == run_id)
    return session().scalar(rows) or 0


def undo(run: PortalRun, who: Principal) -> int:
    """Give those who still have the run's value theirs back, and return how many.

    Raises `Refused` where the run was undone before.
    """
    organisations.hold_organisation(run.organisation_id)
    undone = session().execute(
        update(PortalRun)
        .where(PortalRun.id == run.id, PortalRun.undone_at.is_(None))
        .values(undone_at=clock.now(), undone_by=who.name[:200])
        .returning(PortalRun.id)
        .execution_options(synchronize_session=False)
    )
    if undone.first() is None:
        raise Refused(_("This was undone already. Nothing was changed."))
    former = (
        select(PortalRunItem.former)
        .where(PortalRunItem.run_id == run.id, PortalRunItem.customer_id == Customer.id)
        .scalar_subquery()
    )
    back = update(Customer).where(Customer.portal == run.access, _is_in(run.id))
    restored: int = (
        session()
        .execute(back.values(portal=former).execution_options(synchronize_session=False))
        .rowcount  # type: ignore[attr-defined]
    )
    session().execute(update(PortalRun).where(PortalRun.id == run.id).values(restored=restored))
    _note("portal.undone", who, access=run.access.value, customers=restored)
    return restored


def _is_in(run_id: str) -> ColumnElement[bool]:
    return Customer.id.in_(select(PortalRunItem.customer_id).where(PortalRunItem.run_id == run_id))


def _note(name: str, who: Principal, **data: str | int) -> None:
    about = ("organisation", who.organisation_id)
    journal.record(
        name, who.actor, organisation_id=who.organisation_id, about=about, version=None, **data
    )
