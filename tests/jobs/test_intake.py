"""What is promised for tables has its job, and old drafts are swept with the rest."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.intake.actions import unpacking
from app.intake.models import IntakeTable
from app.intake.rules import mapping
from jobs import housekeeping, intake
from jobs.register import JOBS
from tests import cast
from tests.intake.packs import brought


def test_unpacking_is_registered_under_its_name() -> None:
    assert JOBS[unpacking.UNPACK] is intake.UNPACK


def test_housekeeping_forgets_old_drafts(session: Session) -> None:
    table = brought(cast.found("lindenhof", "Haus Lindenhof").id)
    table.created_at -= mapping.DRAFT_LIFE + timedelta(days=1)
    session.flush()
    housekeeping.SWEEP.action()
    session.expire_all()
    assert session.get(IntakeTable, table.id) is None
