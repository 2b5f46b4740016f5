"""Every look-up of intakes and their files."""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, false, func, select, union_all

from app.access.principal import Principal
from app.core.db import session
from app.core.progress import Progress, WorkState
from app.intake.models import Intake, IntakeItem, ItemState


def intake(who: Principal, intake_id: str) -> Intake | None:
    """Return one intake, for staff."""
    rows = select(Intake).where(
        Intake.id == intake_id, Intake.organisation_id == who.organisation_id
    )
    return session().scalar(rows.where(staff_only(who)))


def intakes(who: Principal, limit: int) -> list[Intake]:
    """Return the newest intakes."""
    rows = select(Intake).where(Intake.organisation_id == who.organisation_id, staff_only(who))
    return list(session().scalars(rows.order_by(Intake.id.desc()).limit(limit)))


def item_by_id(item_id: str) -> tuple[Intake, IntakeItem] | None:
    """Return one file of an intake with its intake; for jobs."""
    row = (
        session()
        .execute(
            select(Intake, IntakeItem)
            .join(IntakeItem, IntakeItem.intake_id == Intake.id)
            .where(IntakeItem.id == item_id)
        )
        .one_or_none()
    )
    return None if row is None else (row.Intake, row.IntakeItem)


def waiting_item(item_id: str) -> tuple[Intake, IntakeItem] | None:
    """Return a file that waits with its intake, and keep others from settling it; for actions."""
    row = (
        session()
        .execute(
            select(Intake, IntakeItem)
            .join(IntakeItem, IntakeItem.intake_id == Intake.id)
            .where(IntakeItem.id == item_id, IntakeItem.state == ItemState.WAITING)
            .with_for_update(of=IntakeItem)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    return None if row is None else (row.Intake, row.IntakeItem)


def item(who: Principal, intake_id: str, item_id: str) -> tuple[Intake, IntakeItem] | None:
    """Return one file of an intake, for staff."""
    batch = intake(who, intake_id)
    found = session().get(IntakeItem, item_id) if batch is not None else None
    if batch is None or found is None or found.intake_id != batch.id:
        return None
    return batch, found


def items(
    intake_id: str, state: ItemState | None, cursor: int | None, *, back: bool, limit: int
) -> list[IntakeItem]:
    """Return at most `limit` files of an intake in order, beyond a position; perhaps of one state."""
    rows = select(IntakeItem).where(IntakeItem.intake_id == intake_id)
    if state is not None:
        rows = rows.where(IntakeItem.state == state)
    if cursor is not None:
        rows = rows.where(IntakeItem.position < cursor if back else IntakeItem.position > cursor)
    order = IntakeItem.position.desc() if back else IntakeItem.position.asc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def promised_items(intake_id: str, limit: int) -> list[str]:
    """Return the ids of files that wait and whose turn it is, in order."""
    rows = select(IntakeItem.id).where(
        IntakeItem.intake_id == intake_id,
        IntakeItem.state == ItemState.WAITING,
        IntakeItem.is_promised.is_(True),
    )
    return list(session().scalars(rows.order_by(IntakeItem.position).limit(limit)))


def waiting_items(intake_id: str) -> list[str]:
    """Return the ids of an intake's files that nobody has taken in yet, in order."""
    rows = select(IntakeItem.id).where(
        IntakeItem.intake_id == intake_id, IntakeItem.state == ItemState.WAITING
    )
    return list(session().scalars(rows.order_by(IntakeItem.position)))


def progress_of(intake_id: str) -> dict[ItemState, int]:
    """Return how many files of an intake are in which state."""
    rows = (
        select(IntakeItem.state, func.count())
        .where(IntakeItem.intake_id == intake_id)
        .group_by(IntakeItem.state)
    )
    counts = dict.fromkeys(ItemState, 0)
    counts.update({row[0]: row[1] for row in session().execute(rows)})
    return counts


def progress(one: Intake, counts: Mapping[ItemState, int]) -> Progress:
    """Return how far an intake is, from its files by state."""
    return Progress(
        total=one.total,
        done=one.total - counts[ItemState.WAITING],
        failed=counts[ItemState.FAILED] + counts[ItemState.QUARANTINED],
        since=one.resumed_at or one.created_at,
        is_stopped=one.state is WorkState.STOPPED,
        before=one.done_before,
    )


def at_work(who: Principal, limit: int) -> list[tuple[Intake, Progress]]:
    """Return the newest intakes that are not finished, with how far each is; one SELECT."""
    newest = [
        select(Intake.id)
        .where(Intake.organisation_id == who.organisation_id, Intake.state == state)
        .order_by(Intake.id.desc())
        .limit(limit)
        .subquery()
        for state in (WorkState.RUNNING, WorkState.STOPPED)
    ]
    ids = union_all(*(select(each.c.id) for each in newest))
    rows = (
        select(Intake, IntakeItem.state, func.count())
        .join(IntakeItem, IntakeItem.intake_id == Intake.id)
        .where(Intake.id.in_(ids), staff_only(who))
        .group_by(Intake.id, IntakeItem.state)
    )
    counted: dict[Intake, dict[ItemState, int]] = {}
    for one, state, count in session().execute(rows):
        counted.setdefault(one, dict.fromkeys(ItemState, 0))[state] = count
    newest_first = sorted(counted, key=lambda one: one.id, reverse=True)
    return [(one, progress(one, counted[one])) for one in newest_first[:limit]]


def staff_only(who: Principal) -> ColumnElement[bool]:
    """Return the condition that the principal works for the organisation."""
    return ~false() if who.is_staff else false()
