"""Every look-up of intakes and their files."""

from sqlalchemy import (
    ColumnElement,
    false,
    func,
    select,
)

from app.access.principal import Principal
from app.core.db import session
from app.intake.models import (
    Intake,
    IntakeItem,
    ItemState,
)


def intake(who: Principal, intake_id: str) -> Intake | None:
    """Return one intake, for staff."""
    rows = select(Intake).where(
        Intake.id == intake_id, Intake.organisation_id == who.organisation_id
    )
    return session().scalar(rows.where(_staff_only(who)))


def intakes(who: Principal, limit: int) -> list[Intake]:
    """Return the newest intakes."""
    rows = select(Intake).where(Intake.organisation_id == who.organisation_id, _staff_only(who))
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


def items_of(intake_id: str, limit: int = 200) -> list[IntakeItem]:
    """Return an intake's files, those that need somebody first."""
    rows = select(IntakeItem).where(IntakeItem.intake_id == intake_id)
    urgent = IntakeItem.state.in_([ItemState.HELD, ItemState.FAILED])
    order = (urgent.desc(), IntakeItem.position)
    return list(session().scalars(rows.order_by(*order).limit(limit)))


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


def _staff_only(who: Principal) -> ColumnElement[bool]:
    return ~false() if who.is_staff else false()
