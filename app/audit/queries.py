"""Every look-up of the journal by auditors: pages from an index whatever they are narrowed to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, literal, select, union_all

from app.access.principal import Principal
from app.core.chain import Seal
from app.core.db import session
from app.core.journal import Entry, Origin
from app.documents.models import Document
from app.identity.models import Person
from app.organisations.models import Customer

MOST_THINGS = 50
"""Things with the same number that a filter means: versions of one document."""

Line = tuple[Entry, Origin | None]
Sealed = tuple[Entry, Origin | None, Seal | None]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the journal is narrowed to; None means not narrowed."""

    names: Sequence[str] | None = None
    actor: str | None = None
    """The id of who did it."""
    thing: str | None = None
    """A kind of things; `things` are ids of that kind."""
    things: Sequence[str] = ()
    first: str | None = None
    """The smallest id that is meant."""
    end: str | None = None
    """The smallest id that is not meant any more."""


def visible(who: Principal) -> ColumnElement[bool]:
    """Say which lines exist for a principal: those of its organisation, for its own people."""
    mine = Entry.organisation_id == who.organisation_id
    return mine if who.is_staff else false()


def names(who: Principal) -> list[str]:
    """Return every name of an event that occurs, each found by one step in the index."""
    first = select(func.min(Entry.name).label("name")).where(visible(who))
    found = first.cte("found", recursive=True)
    following = (
        select(func.min(Entry.name))
        .where(visible(who), Entry.name > found.c.name)
        .correlate(found)
        .scalar_subquery()
    )
    every = found.union_all(select(following).where(found.c.name.is_not(None)))
    rows = session().scalars(select(every.c.name).where(every.c.name.is_not(None)))
    return sorted(rows)


def page(
    who: Principal, filters: Filters, cursor: str | None, *, back: bool, limit: int
) -> list[Line]:
    """Return at most `limit` lines, newest first, beyond the keyset `cursor` (an id)."""
    order = Entry.id.asc() if back else Entry.id.desc()
    beyond = [] if cursor is None else [Entry.id > cursor if back else Entry.id < cursor]
    rows = select(Entry.id).where(visible(who), *beyond, *_narrowed(filters))
    if filters.thing is not None and filters.things:
        branches = [rows.where(Entry.object_id == one) for one in filters.things]
        meant = [] if filters.names is None else [Entry.name.in_(filters.names)]
        branches = [one.where(*meant) for one in branches]
    elif filters.names is not None:
        branches = [rows.where(Entry.name == name) for name in filters.names]
    else:
        branches = [rows]
    # Each from its own stretch of an index, a page's worth; then the first of them all.
    parts = [select(one.order_by(order).limit(limit).subquery().c.id) for one in branches]
    if not parts:
        return []
    ids = union_all(*parts).subquery()
    found = _with_origin(Entry.id.in_(select(ids.c.id))).order_by(order).limit(limit)
    lines = [(entry, origin) for entry, origin in session().execute(found)]
    return lines[::-1] if back else lines


def _narrowed(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.actor is not None:
        conditions.append(Entry.actor_id == filters.actor)
    if filters.thing is not None:
        conditions.append(Entry.object_kind == filters.thing)
    if filters.first is not None:
        conditions.append(Entry.id >= filters.first)
    if filters.end is not None:
        conditions.append(Entry.id < filters.end)
    return conditions


def _with_origin(which: ColumnElement[bool]) -> Select[Any, Any]:
    return select(Entry, Origin).outerjoin(Origin, Origin.entry_id == Entry.id).where(which)


def one(who: Principal, entry_id: str) -> Sealed | None:
    """Return one line that exists for a principal, where it came from, and its seal."""
    rows = _with_origin(visible(who)).outerjoin(Seal, Seal.entry_id == Entry.id)
    found = session().execute(rows.add_columns(Seal).where(Entry.id == entry_id)).one_or_none()
    return None if found is None else (found[0], found[1], found[2])


def seals(entry_ids: Iterable[str]) -> dict[str, Seal]:
    """Return the seals of lines by their ids."""
    found = session().scalars(select(Seal).where(Seal.entry_id.in_(list(entry_ids))))
    return {seal.entry_id: seal for seal in found}


def person_named(who: Principal, typed: str) -> str | None:
    """Return the id of the person with an e-mail address; what is no address is an id itself."""
    if "@" not in typed:
        return typed
    rows = select(Person.id).where(
        Person.email == typed.lower(), Person.organisation_id == who.organisation_id
    )
    return session().scalar(rows)


def things_named(who: Principal, thing: str, typed: str) -> list[str]:
    """Return the ids that a number means: a document's, with its versions, or a customer's; or the id."""
    if thing == "document":
        rows = select(Document.id).where(
            Document.organisation_id == who.organisation_id,
            Document.is_current.in_((True, False)),
            Document.number_sort == typed.lower()[:100],
        )
    elif thing == "customer":
        rows = select(Customer.id).where(
            Customer.organisation_id == who.organisation_id, Customer.number == typed
        )
    elif thing == "person" and "@" in typed:
        found = person_named(who, typed)
        return [found] if found else []
    else:
        return [typed]
    return list(session().scalars(rows.limit(MOST_THINGS))) or [typed]


def labels(who: Principal, lines: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """Return (kind, id) → what people call it, of the things that lines are about."""
    told = {
        "document": (Document.id, Document.number, Document.organisation_id),
        "customer": (Customer.id, Customer.name, Customer.organisation_id),
        "person": (Person.id, Person.name, Person.organisation_id),
    }
    ids = {kind: {one.object_id for one in lines if one.object_kind == kind} for kind in told}
    parts = [
        select(literal(kind).label("kind"), key.label("id"), label.label("label")).where(
            owner == who.organisation_id, key.in_(sorted(ids[kind]))
        )
        for kind, (key, label, owner) in told.items()
        if ids[kind]
    ]
    if not parts:
        return {}
    return {(kind, key): label for kind, key, label in session().execute(union_all(*parts))}
