"""Asking for a bundle, writing down what became of it, and forgetting it."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, update

from app.access.principal import Principal
from app.bundles import queries, rules
from app.bundles.models import Bundle, BundleDocument
from app.bundles.rules import Pattern, Reason, State
from app.core import clock, ids, journal, languages, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.queries import Filters
from app.documents.rules.plain import to_plain

MAKE = "bundles.make"
FORGET = "bundles.forget"
SWEPT = 500
"""Bundles that one sweep forgets."""


def ask(
    who: Principal,
    filters: Filters,
    chosen: Sequence[str],
    pattern: Pattern,
    *,
    with_internal: bool,
) -> Bundle:
    """Ask for a bundle and promise to make it; raises `Refused` while two others are being made.

    Internal files go along for staff only, whoever asks for them.
    """
    if queries.under_way(who.id) >= rules.MOST_AT_ONCE:
        most = rules.MOST_AT_ONCE
        raise Refused(
            _(
                "%(count)s of your ZIP files are still being made. Wait until one is ready.",
                count=most,
            )
        )
    one = _asked(who, filters, chosen, pattern, with_internal=with_internal and who.is_staff)
    session().add(one)
    session().flush()
    key = promise_key(one.id)
    outbox.promise(MAKE, organisation_id=who.organisation_id, key=key, bundle=one.id)
    _record("bundle.asked", one, who.actor, len(chosen) or None)
    return one


def _asked(
    who: Principal,
    filters: Filters,
    chosen: Sequence[str],
    pattern: Pattern,
    *,
    with_internal: bool,
) -> Bundle:
    assert who.role is not None
    now = clock.now()
    return Bundle(
        id=ids.new(),
        organisation_id=who.organisation_id,
        person_id=who.id,
        person_name=who.name[:200],
        role=who.role,
        customer_id=who.customer_id,
        filters=to_plain(filters),
        chosen=list(chosen),
        pattern=pattern,
        with_internal=with_internal,
        language=languages.current(),
        state=State.WAITING,
        done=0,
        created_at=now,
        expires_at=now + rules.KEPT,
    )


def promise_key(bundle_id: str) -> str:
    """Return the key under which making a bundle is promised."""
    return f"bundle:{bundle_id}"


def begin(bundle_id: str, total: int) -> None:
    """Write down how many documents a bundle will have, and that it is being made from now on."""
    _change(bundle_id, total=total, done=0, started_at=clock.now())


def go_on(bundle_id: str, done: int) -> None:
    """Write down how many documents a bundle has so far."""
    _change(bundle_id, done=done)


def finish(bundle_id: str, documents: Sequence[str], size: int, by: journal.Actor) -> bool:
    """Write down that the archive lies in the storage; False where somebody else has before."""
    count = len(documents)
    if not _change(bundle_id, state=State.DONE, total=count, done=count, size=size):
        return False
    rows = [{"bundle_id": bundle_id, "document_id": document} for document in documents]
    session().execute(insert(BundleDocument), rows)
    _note("bundle.made", bundle_id, by)
    return True


def fail(bundle_id: str, reason: Reason, by: journal.Actor) -> None:
    """Write down why there is no archive."""
    if _change(bundle_id, state=State.FAILED, reason=reason):
        _note("bundle.failed", bundle_id, by)


def note_download(one: Bundle, by: journal.Actor) -> None:
    """Write down that somebody took the archive away."""
    _record("bundle.downloaded", one, by, one.done)


def sweep() -> None:
    """Forget bundles whose time is over, and promise to remove their archives."""
    for one in queries.expired(clock.now(), SWEPT):
        outbox.promise(
            FORGET,
            organisation_id=one.organisation_id,
            key=f"bundle-file:{one.id}",
            organisation=one.organisation_id,
            bundle=one.id,
        )
        _record("bundle.expired", one, journal.SYSTEM, one.done)
        session().execute(delete(BundleDocument).where(BundleDocument.bundle_id == one.id))
        session().delete(one)


def _note(name: str, bundle_id: str, by: journal.Actor) -> None:
    one = queries.by_id(bundle_id)
    assert one is not None
    session().refresh(one)
    _record(name, one, by, one.done)


def _record(name: str, one: Bundle, by: journal.Actor, documents: int | None) -> None:
    journal.record(
        name,
        by,
        organisation_id=one.organisation_id,
        about=("bundle", one.id),
        documents=documents,
        bytes=one.size,
        person=one.person_name,
    )


def _change(bundle_id: str, **values: object) -> bool:
    """Change a bundle that is still waited for; False where it is made, or given up."""
    changed = session().execute(
        update(Bundle)
        .where(Bundle.id == bundle_id, Bundle.state == State.WAITING)
        .values(**values)
        .returning(Bundle.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None
