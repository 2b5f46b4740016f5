"""Let go everything that is held, in slices: what a person saw in the forecast, and nothing newer (B2-14)."""

from typing import Final

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.delivery.actions.releasing import let_go
from app.delivery.models import DeliveryRelease, Dispatch
from app.delivery.queries.dispatches import Filters
from app.delivery.queries.releases import Forecast, held, kept, restored
from app.organisations.models import Organisation

SLICE: Final = 200
RELEASE = "delivery.release"


def start(
    house: Organisation, who: Principal, *, filters: Filters, newest: str, found: Forecast
) -> DeliveryRelease:
    """Let go what is held up to the dispatch `newest`; raises `Refused` where nothing is."""
    if not found.total:
        raise Refused(_("Nothing waits to be released any more."))
    release = DeliveryRelease(
        id=ids.new(),
        organisation_id=house.id,
        filters=kept(filters),
        newest=newest,
        after="",
        total=found.total,
        released=0,
        left=0,
        asked_by=who.id,
        asked_by_name=who.name[:200],
        asked_at=clock.now(),
    )
    session().add(release)
    session().flush()
    _promise(release)
    journal.record(
        "delivery.release_started",
        who.actor,
        organisation_id=house.id,
        about=("organisation", house.id),
        total=found.total,
    )
    return release


def _promise(release: DeliveryRelease) -> None:
    key = f"release-held:{release.id}:{release.after}"
    outbox.promise(RELEASE, organisation_id=release.organisation_id, key=key, release=release.id)


def go_on(release: str) -> None:
    """Let the next slice go; run twice, it goes on where it is."""
    found = session().get(DeliveryRelease, release)
    if found is None or found.finished_at is not None:
        return
    rows = held(found.organisation_id, restored(found.filters), found.newest).where(
        Dispatch.id > found.after
    )
    some = list(session().scalars(rows.order_by(Dispatch.id).limit(SLICE)))
    by = journal.Actor("person", found.asked_by, found.asked_by_name)
    went = sum(let_go(one, by) for one in some)
    values: dict[str, object] = {
        "released": DeliveryRelease.released + went,
        "left": DeliveryRelease.left + len(some) - went,
    }
    if len(some) < SLICE:
        values["finished_at"] = clock.now()
    if some:
        values["after"] = some[-1].id
    same = DeliveryRelease.after == found.after
    changed = update(DeliveryRelease).where(DeliveryRelease.id == found.id, same)
    session().execute(changed.values(values).execution_options(synchronize_session=False))
    session().refresh(found)
    if found.finished_at is None:
        _promise(found)
