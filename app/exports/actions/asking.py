"""Asking for an export, writing down what became of it, and forgetting it."""

from datetime import timedelta

from sqlalchemy import update

from app.access.principal import Principal
from app.access.rights import Action
from app.core import clock, ids, journal, languages, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.queries import Filters
from app.documents.rules.listing import Order
from app.documents.rules.plain import to_plain
from app.exports import queries, rules
from app.exports.models import Export
from app.exports.rules import Format, State

MAKE = "exports.make"
FORGET = "exports.forget"

PATIENCE = timedelta(minutes=1)
"""What a page makes while one waits is left to a job after this time: then the page is gone."""
SWEPT = 500
"""Exports that one sweep forgets."""


def ask(who: Principal, filters: Filters, order: Order, kind: Format, *, is_small: bool) -> Export:
    """Ask for an export and promise to make it; raises `Refused` while two others are being made."""
    if queries.under_way(who.id) >= rules.MOST_AT_ONCE:
        raise Refused(
            _(
                "%(count)s of your exports are still being made. Wait until one is ready.",
                count=rules.MOST_AT_ONCE,
            )
        )
    one = _asked(who, filters, order, kind)
    session().add(one)
    session().flush()
    outbox.promise(
        MAKE,
        organisation_id=who.organisation_id,
        key=promise_key(one.id),
        delay=PATIENCE if is_small else timedelta(0),
        export=one.id,
    )
    journal.record(
        "export.asked",
        who.actor,
        organisation_id=who.organisation_id,
        about=("export", one.id),
        format=kind.value,
    )
    return one


def _asked(who: Principal, filters: Filters, order: Order, kind: Format) -> Export:
    assert who.role is not None
    now = clock.now()
    return Export(
        id=ids.new(),
        organisation_id=who.organisation_id,
        person_id=who.id,
        role=who.role,
        customer_id=who.customer_id,
        kinds=None if who.is_staff else sorted(who.rights.kinds(Action.VIEW)),
        format=kind,
        state=State.WAITING,
        filters=to_plain(filters),
        sort=order.sort.value,
        direction=order.direction.value,
        language=languages.current(),
        done=0,
        created_at=now,
        expires_at=now + rules.KEPT,
    )


def promise_key(export_id: str) -> str:
    """Return the key under which making an export is promised."""
    return f"export:{export_id}"


def begin(export_id: str, total: int) -> None:
    """Write down how many rows an export will have, and that it is being made from now on."""
    _change(export_id, total=total, done=0, started_at=clock.now())


def go_on(export_id: str, done: int) -> None:
    """Write down how many rows an export has so far."""
    _change(export_id, done=done)


def finish(export_id: str, rows: int, size: int, by: journal.Actor) -> bool:
    """Write down that the file lies in the storage; False where somebody else has before."""
    if not _change(export_id, state=State.DONE, total=rows, done=rows, size=size):
        return False
    _note("export.made", export_id, by, rows=rows)
    return True


def give_up(export_id: str, by: journal.Actor) -> None:
    """Write down that the file could not be made, after several tries."""
    if _change(export_id, state=State.FAILED):
        _note("export.failed", export_id, by)


def note_download(one: Export, by: journal.Actor) -> None:
    """Write down that somebody took the file away."""
    _note("export.downloaded", one.id, by, rows=one.total or 0)


def sweep() -> None:
    """Forget exports whose time is over, and promise to remove their files."""
    for one in queries.expired(clock.now(), SWEPT):
        outbox.promise(
            FORGET,
            organisation_id=one.organisation_id,
            key=f"export-file:{one.id}",
            organisation=one.organisation_id,
            export=one.id,
        )
        session().delete(one)


def _note(name: str, export_id: str, by: journal.Actor, rows: int = 0) -> None:
    one = queries.by_id(export_id)
    assert one is not None
    journal.record(
        name, by, organisation_id=one.organisation_id, about=("export", export_id), rows=rows
    )


def _change(export_id: str, **values: object) -> bool:
    """Change an export that is still waited for; False where it is made, or given up."""
    changed = session().execute(
        update(Export)
        .where(Export.id == export_id, Export.state == State.WAITING)
        .values(**values)
        .returning(Export.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None
