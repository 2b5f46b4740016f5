"""The timetable's look for steps whose time has come: out of an index, slice by slice."""

from datetime import datetime
from typing import Final

from app.core import clock, outbox
from app.ladders import queries

STEP = "ladders.step"
LOOK = "ladders.go_on"
SLICE: Final = 500


def look(after: str = "") -> None:
    """Promise every step that is due; where there are more than a slice, go on after it."""
    found = queries.due(clock.now(), _place(after), SLICE)
    for _due_at, climb_id, organisation_id in found:
        key = f"climb:{climb_id}"
        outbox.promise(STEP, organisation_id=organisation_id, key=key, priority=6, climb=climb_id)
    if len(found) == SLICE:
        due_at, climb_id, _organisation_id = found[-1]
        outbox.promise(LOOK, after=f"{due_at.isoformat()}~{climb_id}")


def _place(after: str) -> queries.Place | None:
    if not after:
        return None
    moment, climb_id = after.split("~")
    return datetime.fromisoformat(moment), climb_id
