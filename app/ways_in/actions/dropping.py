"""Taking in what was dropped: claimed by rename, stored, put on record once, settled by rename.

Every step can be done again: the id in the claimed file's name is the key of its row, so that a
relay that takes over from a dead one, or works beside another, never takes a file in twice.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import update

from app.core import clock, journal, languages
from app.core.db import insert, session
from app.core.runtime import current
from app.documents.actions import keeping
from app.documents.actions.keeping import Stored
from app.intake import queries as intakes
from app.intake.actions import taking
from app.intake.models import ItemState, Source
from app.organisations.models import Organisation
from app.ways_in import queries
from app.ways_in.channels import drop_folder
from app.ways_in.channels.drop_folder import Claimed
from app.ways_in.formats import report
from app.ways_in.models import DroppedFile
from app.ways_in.queries import Outcome
from app.ways_in.rules.dropping import Place, Refusal

BY: Final = journal.Actor("job", "ways_in.drop_folder", "Kontor")
PLACES: Final = {ItemState.TAKEN_IN: Place.DONE, ItemState.HELD: Place.HELD}
"""Where a file goes by the state of its item; whatever else came of it has failed."""

TOGETHER: Final = 100
"""Files that are taken in together: one intake, one transaction."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed file whose bytes are stored, or why they are not."""

    claimed: Claimed
    stored: Stored | None
    refusal: Refusal | None = None


def take_in(organisation: Organisation, folder: Path) -> None:
    """Take in what lies in `work/` and is on no record yet; opens its own transactions."""
    here = current()
    found = drop_folder.claimed(folder)
    with here.database.reading():
        known = queries.known_drops([one.id for one in found])
    new = [one for one in found if one.id not in known][:TOGETHER]
    taken = [one for one in (_stored(organisation.id, each) for each in new) if one is not None]
    if taken:
        with here.database.transaction():
            record(organisation.id, taken)


def _stored(organisation_id: str, one: Claimed) -> Taken | None:
    """Store a file's bytes while no transaction is open; None where another relay moved it on."""
    content = drop_folder.read(one.path, current().settings.document_limit)
    if content is None:
        return None
    if isinstance(content, Refusal):
        return Taken(one, None, content)
    return Taken(one, keeping.store(organisation_id, one.name, content))


def record(organisation_id: str, taken: Sequence[Taken]) -> None:
    """Put files on record and begin an intake of them; what is on record already is left out."""
    new = [one for one in taken if _is_new(organisation_id, one)]
    stored = [one for one in new if one.stored is not None]
    if stored:
        files = [one.stored for one in stored if one.stored is not None]
        intake = taking.start(
            organisation_id, BY, files, creates_customers=False, source=Source.DROP_FOLDER
        )
        session().flush()
        for one, item_id in zip(stored, intakes.waiting_items(intake.id), strict=True):
            session().get_one(DroppedFile, one.claimed.id).item_id = item_id
    for one in new:
        if one.refusal is not None:
            journal.record(
                "drop_folder.refused",
                BY,
                organisation_id=organisation_id,
                about=("organisation", organisation_id),
                file=one.claimed.name,
                why=one.refusal.value,
            )


def _is_new(organisation_id: str, one: Taken) -> bool:
    row = insert(DroppedFile).values(
        id=one.claimed.id,
        organisation_id=organisation_id,
        name=one.claimed.name[:200],
        size=one.stored.size if one.stored else 0,
        refusal=one.refusal,
        created_at=clock.now(),
    )
    new = session().execute(row.on_conflict_do_nothing().returning(DroppedFile.id)).first()
    return new is not None


def settle(root: Path) -> None:
    """Move files whose result is known to where their senders look; opens its own transactions."""
    here = current()
    with here.database.reading():
        houses = {one.id: one for one in queries.organisations()}
        known = queries.settled_drops(TOGETHER)
    for dropped, outcome in known:
        house = houses[dropped.organisation_id]
        try:
            place = _put(root / house.slug, house, dropped, outcome)
        except OSError as error:
            logger.warning("a dropped file cannot be moved: %s", error.strerror)
            continue
        with here.database.transaction():
            note_settled(dropped, place)


def _put(folder: Path, house: Organisation, dropped: DroppedFile, outcome: Outcome | None) -> Place:
    with languages.speaking(house.language, house.country, house.timezone):
        if outcome is None:
            place = Place.FAILED
            reports = report.refusal(dropped.name, Refusal(dropped.refusal or "unreadable"))
        else:
            place = PLACES.get(outcome.state, Place.FAILED)
            reports = report.reports(outcome, house.name, house.base_url)
    path = folder / Place.WORK / f"{dropped.id}{drop_folder.SEPARATOR}{dropped.name}"
    needed = {} if place is Place.DONE else reports
    drop_folder.settle(Claimed(dropped.id, dropped.name, path), place, needed)
    return place


def note_settled(dropped: DroppedFile, place: Place) -> None:
    """Note that a file lies where its sender looks, once."""
    change = update(DroppedFile).where(
        DroppedFile.id == dropped.id, DroppedFile.settled_at.is_(None)
    )
    noted = change.values(settled_at=clock.now()).returning(DroppedFile.id)
    if session().execute(noted.execution_options(synchronize_session=False)).first() is None:
        return
    journal.record(
        "drop_folder.settled",
        BY,
        organisation_id=dropped.organisation_id,
        about=("organisation", dropped.organisation_id),
        file=dropped.name,
        place=place.value,
    )
