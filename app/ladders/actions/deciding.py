"""What an organisation wants: its ladders, whose holidays count, what its reminder mails say."""

from collections.abc import Mapping, Sequence

from sqlalchemy import delete

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.ladders.models import Ladder, LadderSettings
from app.ladders.rules import Group
from app.ladders.rules.steps import PROPOSED, Step
from app.organisations.models import Organisation

CHANGED = "ladder.changed"


def add(
    house: Organisation, who: Principal, kind: str, group: Group, steps: Sequence[Step] = PROPOSED
) -> Ladder:
    """Add a ladder with steps, switched off; raises `Refused` where there is one already."""
    ladder_id = ids.new()
    row = insert(Ladder).values(
        id=ladder_id,
        organisation_id=house.id,
        kind=kind,
        customers=group,
        is_on=False,
        steps=[step.to_json() for step in steps],
        changed_at=clock.now(),
    )
    made = session().execute(row.on_conflict_do_nothing().returning(Ladder.id)).first()
    if made is None:
        raise Refused(_("There is a ladder for them already. Change that one."))
    found = session().get_one(Ladder, ladder_id)
    _note("ladder.added", house.id, who.actor, found)
    return found


def change(ladder: Ladder, who: Principal, *, is_on: bool, steps: Sequence[Step]) -> None:
    """Change a ladder; climbs that have begun keep the steps that they began with."""
    ladder.is_on, ladder.changed_at = is_on, clock.now()
    ladder.steps = [step.to_json() for step in steps]
    _note(CHANGED, ladder.organisation_id, who.actor, ladder)


def remove(ladder: Ladder, who: Principal) -> None:
    """Remove a ladder; climbs that have begun go on."""
    gone = delete(Ladder).where(Ladder.id == ladder.id).returning(Ladder.id)
    if session().execute(gone.execution_options(synchronize_session=False)).first() is not None:
        _note("ladder.removed", ladder.organisation_id, who.actor, ladder)
        session().expunge(ladder)


def settle(
    house: Organisation, who: Principal, *, subdivision: str, texts: Mapping[str, str]
) -> None:
    """Change whose holidays count and what reminder mails say, by language."""
    found = session().get(LadderSettings, house.id)
    if found is None:
        found = LadderSettings(organisation_id=house.id)
        session().add(found)
    found.subdivision = subdivision
    found.texts = {language: text for language, text in texts.items() if text}
    journal.record(
        "ladder.settings_changed",
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        languages=sorted(found.texts),
    )


def _note(name: str, organisation_id: str, by: journal.Actor, ladder: Ladder) -> None:
    journal.record(
        name,
        by,
        organisation_id=organisation_id,
        about=("organisation", organisation_id),
        kind=ladder.kind,
        customers=ladder.customers.value,
        is_on=ladder.is_on,
        steps=len(ladder.steps),
    )
