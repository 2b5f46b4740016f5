"""Every look-up of changes of customers' data, and of the batches that take them to the books."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, literal_column, select

from app.access.grants import Can
from app.access.principal import Principal
from app.access.rights import Action
from app.core import clock
from app.core.db import session
from app.core.journal import Entry
from app.master_data import rules
from app.master_data.models import DataBatch, DataChange, DataProposal
from app.master_data.rules import Decider, Line
from app.organisations.models import Contact, Customer
from app.organisations.rules.own_data import Field

MANY = 100
"""A count stops here: of more, nobody needs to know how many."""
SHOWN = 30
"""Changes that a customer sees of its own at once; what waits comes first."""
LOOKED_AT = 200
"""Lines of the journal that are asked where values come from."""


WAITS = DataChange.state == literal_column("'waiting'")
ACCEPTED = DataChange.state == literal_column("'accepted'")
"""Written out: an index of some rows serves who says the very words that it was made with."""


@dataclass(frozen=True, slots=True)
class Nudge:
    """Since when a customer's data stand as they are, and whether somebody of it has said so."""

    at: datetime
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """One field that somebody wants changed, with all that surrounds it."""

    change: DataChange
    proposal: DataProposal
    customer: Customer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a contact is asked to do about its customer's data."""

    nudge: Nudge | None
    """Where they were last confirmed long ago."""
    to_decide: list[Proposed]
    """Another one's changes that wait for this one's decision, the oldest first."""


def visible(who: Principal) -> Select[DataChange, DataProposal, Customer]:
    """Return the changes that exist for a principal: staff's all, a contact's own; a guest's none."""
    rows = (
        select(DataChange, DataProposal, Customer)
        .join(DataProposal, DataProposal.id == DataChange.proposal_id)
        .join(Customer, Customer.id == DataChange.customer_id)
        .where(DataChange.organisation_id == who.organisation_id)
    )
    if who.is_staff:
        return rows
    is_theirs = who.rights.allow(Action.CHANGE_DATA) and not who.is_guest
    return rows.where(DataChange.customer_id == who.customer_id if is_theirs else false())


def one(who: Principal, change_id: str) -> Proposed | None:
    """Return one change."""
    row = session().execute(visible(who).where(DataChange.id == change_id)).one_or_none()
    return None if row is None else Proposed(*row)


def proposal(who: Principal, proposal_id: str) -> list[Proposed] | None:
    """Return all that was proposed at once, for staff."""
    rows = visible(who).where(DataChange.proposal_id == proposal_id, _staff_only(who))
    return _found(rows.order_by(DataChange.id)) or None


def queue(who: Principal, cursor: str | None, *, back: bool, limit: int) -> list[Proposed]:
    """Return at most `limit` changes that wait, the oldest first, beyond the keyset `cursor` (an id)."""
    rows = visible(who).where(WAITS, _staff_only(who))
    if cursor is not None:
        rows = rows.where(DataChange.id < cursor if back else DataChange.id > cursor)
    order = DataChange.id.desc() if back else DataChange.id.asc()
    found = _found(rows.order_by(order).limit(limit))
    return found[::-1] if back else found


def waiting(who: Principal) -> int:
    """Return how many changes wait for a decision, `MANY` at most."""
    rows = select(DataChange.id).where(
        DataChange.organisation_id == who.organisation_id,
        WAITS,
        _staff_only(who),
    )
    return _count(rows)


def unexported(who: Principal) -> int:
    """Return how many accepted changes no batch has taken yet, `MANY` at most."""
    return _count(fresh(who.organisation_id).where(_staff_only(who)))


def fresh(organisation_id: str) -> Select[str]:
    """Return the ids of accepted changes that no batch has taken yet."""
    return select(DataChange.id).where(
        DataChange.organisation_id == organisation_id,
        ACCEPTED,
        DataChange.batch_id.is_(None),
    )


def of_customer(who: Principal, customer_id: str) -> list[Proposed]:
    """Return what waits of one customer, the oldest first."""
    rows = visible(who).where(DataChange.customer_id == customer_id, WAITS)
    return _found(rows.order_by(DataChange.id))


def own(who: Principal) -> list[Proposed]:
    """Return what a contact's customer wanted changed: what waits first, then the newest."""
    rows = visible(who).where(DataChange.customer_id == who.customer_id)
    return _found(rows.order_by(WAITS.desc(), DataChange.id.desc()).limit(SHOWN))


def decider(who: Principal) -> Decider:
    """Return a principal as the rule about decisions sees them."""
    rows = select(Contact.invited_by).where(
        Contact.person_id == who.id, Contact.organisation_id == who.organisation_id
    )
    found = None if who.is_staff else session().execute(rows).one_or_none()
    return Decider(who.id, who.is_staff, found is not None and found.invited_by is None)


def asked(who: Principal) -> Asked:
    """Return what a contact is asked about its customer's data, in one SELECT (K-06, K-11)."""
    if not who.may(Can.CHANGE_OWN_DATA):
        return Asked(None, [])
    waits = and_(DataChange.customer_id == Customer.id, WAITS)
    rows = (
        select(Customer, DataChange, DataProposal, Contact.invited_by)
        .join(Contact, Contact.customer_id == Customer.id)
        .outerjoin(DataChange, waits)
        .outerjoin(DataProposal, DataProposal.id == DataChange.proposal_id)
        .where(Customer.id == who.customer_id, Customer.organisation_id == who.organisation_id)
        .where(Contact.person_id == who.id, Contact.organisation_id == who.organisation_id)
        .order_by(DataChange.id)
    )
    found = session().execute(rows).all()
    if not found:
        return Asked(None, [])
    decider = Decider(who.id, who.is_staff, found[0].invited_by is None)
    proposed = [Proposed(row[1], row[2], row[0]) for row in found if row[1] is not None]
    mine = [
        one for one in proposed if rules.may_decide(one.change.risk, one.proposal.by_id, decider)
    ]
    return Asked(_nudge(found[0][0]), mine)


def _nudge(customer: Customer) -> Nudge | None:
    last = customer.confirmed_at or customer.created_at
    is_stale = rules.is_stale(last, clock.now())
    return Nudge(last, customer.confirmed_at is not None) if is_stale else None


def origins(customer: Customer) -> Mapping[Field, Line]:
    """Return where each of a customer's values comes from, by the newest lines of its journal."""
    rows = (
        select(Entry)
        .where(
            Entry.object_kind == "customer",
            Entry.object_id == customer.id,
            Entry.name.in_(("customer.added", "customer.changed", "customer.change_accepted")),
        )
        .order_by(Entry.id.desc())
        .limit(LOOKED_AT)
    )
    first = Line(customer.created_at, "", None)
    return rules.origins([*(_line(entry) for entry in session().scalars(rows)), first])


def _line(entry: Entry) -> Line:
    if entry.name == "customer.added":
        return Line(entry.at, "", None)
    if entry.name == "customer.changed":
        return Line(entry.at, "", entry.data.get("fields", ()))
    return Line(entry.at, entry.data.get("proposed_by", ""), (entry.data.get("field", ""),))


def batches(who: Principal, cursor: str | None, *, back: bool, limit: int) -> list[DataBatch]:
    """Return at most `limit` batches, the newest first, beyond the keyset `cursor` (an id)."""
    rows = select(DataBatch).where(
        DataBatch.organisation_id == who.organisation_id, _staff_only(who)
    )
    if cursor is not None:
        rows = rows.where(DataBatch.id > cursor if back else DataBatch.id < cursor)
    order = DataBatch.id.asc() if back else DataBatch.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def batch(who: Principal, batch_id: str) -> DataBatch | None:
    """Return one batch, for staff."""
    rows = select(DataBatch).where(
        DataBatch.id == batch_id, DataBatch.organisation_id == who.organisation_id
    )
    return session().scalar(rows.where(_staff_only(who)))


def lines(who: Principal, of: DataBatch) -> list[Proposed]:
    """Return the changes of a batch in the order in which they were proposed."""
    rows = visible(who).where(DataChange.batch_id == of.id)
    return _found(rows.order_by(DataChange.id))


def _found(rows: Select[DataChange, DataProposal, Customer]) -> list[Proposed]:
    return [Proposed(*row) for row in session().execute(rows)]


def _count(rows: Select[str]) -> int:
    few = rows.order_by(DataChange.id).limit(MANY).subquery()
    return session().scalar(select(func.count()).select_from(few)) or 0


def _staff_only(who: Principal) -> ColumnElement[bool]:
    return ~false() if who.is_staff else false()
