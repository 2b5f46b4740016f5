"""Forgetting somebody: at once what nothing holds, later what the law holds, and again after a restore."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, func, literal, select, update

from app.access.principal import Principal
from app.core import clock, ids, journal, outbox
from app.core.db import Base, insert, session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.documents.models import File
from app.organisations import queries as organisations
from app.privacy import queries
from app.privacy.models import Erasure
from app.privacy.rules import Fate, Subject, SubjectKind, Treatment, held_until, is_held
from app.privacy.rules.register import TREATMENTS

FORGET_FILE = "privacy.forget_file"
SWEPT = 50
"""People whose documents one sweep lets go."""


def erase(subject: Subject, who: Principal) -> Erasure:
    """Forget somebody; raises `Refused` for oneself and for who runs the organisation alone.

    Twice is harmless. What the law holds goes when its time is over, see `let_go`.
    """
    if subject.kind is SubjectKind.PERSON:
        _refuse_person(subject, who)
    house = organisations.organisation_by_id(subject.organisation_id)
    assert house is not None
    now, until = clock.now(), held_until(house.country, queries.newest_issue(subject))
    row = insert(Erasure).values(
        id=ids.new(),
        organisation_id=subject.organisation_id,
        subject_kind=subject.kind,
        subject_id=subject.id,
        by_name=who.name[:200],
        created_at=now,
        held_until=until,
    )
    session().execute(row.on_conflict_do_nothing())
    done = queries.erasure(subject)
    assert done is not None
    _forget(subject, now, held=False)
    journal.record(
        "privacy.erased",
        who.actor,
        organisation_id=subject.organisation_id,
        about=(subject.kind.value, subject.id),
        held_until=until.isoformat() if until else None,
    )
    if not is_held(clock.today(house.timezone), until):
        finish(done, subject)
    return done


def _refuse_person(subject: Subject, who: Principal) -> None:
    one = queries.person(who, subject.id)
    if subject.id == who.id:
        raise Refused(_("You cannot erase yourself. Ask another administrator."))
    if one is not None and queries.is_last_administrator(one):
        raise Refused(
            _("Nobody else runs this organisation. Make somebody an administrator first.")
        )


def finish(one: Erasure, subject: Subject) -> None:
    """Let go of what was held, the bytes of files included."""
    for sha256 in _own_files(subject):
        outbox.promise(
            FORGET_FILE,
            organisation_id=subject.organisation_id,
            key=f"erased:{subject.organisation_id}:{sha256}",
            organisation=subject.organisation_id,
            file=sha256,
        )
    _forget(subject, clock.now(), held=True)
    one.finished_at = clock.now()
    journal.record(
        "privacy.let_go",
        journal.SYSTEM,
        organisation_id=subject.organisation_id,
        about=(subject.kind.value, subject.id),
    )


def let_go() -> None:
    """Let go of everybody's documents whose time is over; for housekeeping."""
    for one in queries.due(clock.now().date(), SWEPT):
        found = queries.by_id(one.subject_kind, one.subject_id)
        if found is not None:
            finish(one, found[0])


def again() -> int:
    """Forget everybody again who was forgotten before: a backup may have brought them back."""
    everybody = queries.all_erasures()
    for one in everybody:
        found = queries.by_id(one.subject_kind, one.subject_id)
        if found is not None:
            _forget(found[0], clock.now(), held=False)
            if one.finished_at is not None:
                _forget(found[0], clock.now(), held=True)
    return len(everybody)


def _forget(subject: Subject, now: datetime, *, held: bool) -> None:
    for name, treatment in TREATMENTS.items():
        fate = treatment.after if held else treatment.fate
        if fate is None or fate is Fate.HELD:
            continue
        table, condition = Base.metadata.tables[name], queries.condition(name, subject)
        if fate is Fate.DELETED:
            session().execute(delete(table).where(condition))
        elif fate is Fate.BLANKED:
            session().execute(update(table).where(condition).values(_blank(table, treatment, now)))
    session().expire_all()


def _blank(table: Table, treatment: Treatment, now: datetime) -> dict[str, Any]:
    return {
        column: _value(table.c[column], table, value, now)
        for column, value in treatment.blank.items()
    }


def _value(column: Column[Any], table: Table, value: object, now: datetime) -> object:
    if value == "{now}":
        return func.coalesce(column, now)
    if isinstance(value, str) and "{id}" in value:
        before, after = value.split("{id}")
        return literal(before) + table.c.id + literal(after)
    return value


def _own_files(subject: Subject) -> list[str]:
    """Return the names of stored files that no document of anybody else has too."""
    mine = {file.sha256 for _number, file in queries.files(subject)}
    own_ids = {file.id for _number, file in queries.files(subject)}
    if not mine:
        return []
    shared = select(File.sha256).where(
        File.organisation_id == subject.organisation_id,
        File.sha256.in_(mine),
        File.id.not_in(own_ids),
    )
    return sorted(mine - set(session().scalars(shared)))
