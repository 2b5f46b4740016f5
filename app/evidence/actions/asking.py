"""Asking for an evidence pack, writing down what became of it, and forgetting it."""

from typing import Any

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal, outbox
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.models import Document
from app.evidence import queries, rules
from app.evidence.models import EvidencePack
from app.evidence.rules import Reason, State

MAKE = "evidence.make"
FORGET = "evidence.forget"
SWEPT = 500
"""Packs that one sweep forgets."""


def ask(who: Principal, document: Document, *, with_internal: bool) -> EvidencePack:
    """Ask for a pack and promise to make it; raises `Refused` while two others are being made."""
    if queries.under_way(who.id) >= rules.MOST_AT_ONCE:
        most = rules.MOST_AT_ONCE
        raise Refused(
            _(
                "%(count)s of your evidence packs are still being made. Wait until one is ready.",
                count=most,
            )
        )
    now = clock.now()
    one = EvidencePack(
        id=ids.new(),
        organisation_id=document.organisation_id,
        document_id=document.id,
        lineage_id=document.lineage_id,
        number=document.number,
        person_id=who.id,
        person_name=who.name[:200],
        with_internal=with_internal,
        state=State.WAITING,
        done=0,
        created_at=now,
        expires_at=now + rules.KEPT,
    )
    session().add(one)
    session().flush()
    key = f"evidence:{one.id}"
    outbox.promise(MAKE, organisation_id=who.organisation_id, key=key, pack=one.id)
    _record("evidence.asked", one, who.actor, internal=with_internal)
    return one


def begin(pack_id: str, total: int) -> None:
    """Write down how many files a pack will have, and that it is being made from now on."""
    _change(pack_id, total=total, done=0, started_at=clock.now())


def go_on(pack_id: str, done: int) -> None:
    """Write down how many files a pack has so far."""
    _change(pack_id, done=done)


def finish(pack_id: str, files: int, size: int, sha256: str, by: journal.Actor) -> bool:
    """Write down that the ZIP lies in the storage; False where somebody else has before."""
    values = {"total": files, "done": files, "size": size, "sha256": sha256}
    if not _change(pack_id, state=State.DONE, **values):
        return False
    _note("evidence.made", pack_id, by, files=files, bytes=size, sha256=sha256)
    return True


def fail(pack_id: str, reason: Reason, detail: str, by: journal.Actor) -> None:
    """Write down why there is no ZIP, and which file that is about."""
    if _change(pack_id, state=State.FAILED, reason=reason, detail=detail[:200]):
        _note("evidence.failed", pack_id, by, reason=reason.value, detail=detail[:200])


def note_download(one: EvidencePack, by: journal.Actor) -> None:
    """Write down that somebody took the ZIP away."""
    _record("evidence.downloaded", one, by, sha256=one.sha256)


def sweep() -> None:
    """Forget packs whose time is over, and promise to remove their ZIPs."""
    for one in queries.expired(clock.now(), SWEPT):
        outbox.promise(
            FORGET,
            organisation_id=one.organisation_id,
            key=f"evidence-file:{one.id}",
            organisation=one.organisation_id,
            pack=one.id,
        )
        _record("evidence.expired", one, journal.SYSTEM, sha256=one.sha256)
        session().delete(one)


def _note(name: str, pack_id: str, by: journal.Actor, **data: Any) -> None:
    one = queries.by_id(pack_id)
    assert one is not None
    _record(name, one, by, **data)


def _record(name: str, one: EvidencePack, by: journal.Actor, **data: Any) -> None:
    # About the pack, not about the document: a pack would change what the next one holds.
    journal.record(
        name,
        by,
        organisation_id=one.organisation_id,
        about=("evidence", one.id),
        document=one.document_id,
        number=one.number,
        **data,
    )


def _change(pack_id: str, **values: object) -> bool:
    """Change a pack that is still waited for; False where it is made, or given up."""
    changed = session().execute(
        update(EvidencePack)
        .where(EvidencePack.id == pack_id, EvidencePack.state == State.WAITING)
        .values(**values)
        .returning(EvidencePack.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None
