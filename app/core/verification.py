"""Whether the chain of the journal is whole: looked at in slices, the first broken place is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, func, select

from app.core import chain
from app.core.chain import BEGINNING, INSTALLATION, Head, Seal
from app.core.db import Database, session
from app.core.journal import Entry

SLICE = 5_000
"""Lines that are looked at in one transaction."""

Pair = tuple[Seal, Entry | None]


@dataclass
class Walk:
    """How far one chain was looked at."""

    organisation_id: str
    sequence: int = 0
    hash: str = BEGINNING
    broken: str | None = None
    """The first broken place, in a sentence."""
    wanted: set[str] = field(default_factory=set)
    """Heads that were written down elsewhere and not met yet."""


def heads() -> list[Head]:
    """Return the newest seal of every chain, by organisation."""
    return list(session().scalars(select(Head).order_by(Head.organisation_id)))


def seal_of(entry_id: str) -> Seal | None:
    """Return the seal of one line."""
    return session().scalar(select(Seal).where(Seal.entry_id == entry_id))


def verify(database: Database, walk: Walk, told: Callable[[int], None]) -> Walk:
    """Walk along a whole chain and back over its lines; `told` hears how many were looked at so far."""
    with database.reading():
        head, last = _end_of(walk.organisation_id)
    while walk.broken is None and walk.sequence < head.sequence:
        with database.reading():
            _follow(walk, _slice(walk, head.sequence))
        told(walk.sequence)
    if walk.broken is None and last != head.sequence:
        walk.broken = f"The head says {head.sequence}, the last seal is {last}."
    if walk.broken is None and walk.hash != head.hash:
        walk.broken = f"The chain ends at {walk.sequence} with another seal than its head has."
    if walk.broken is None:
        walk.broken = _unsealed(database, walk.organisation_id)
    return walk


def _end_of(organisation_id: str) -> tuple[Head, int]:
    """Return the head of a chain, and the place of its last seal."""
    mine = Seal.organisation_id == organisation_id
    last = select(func.max(Seal.sequence)).where(mine).scalar_subquery()
    # In one statement: lines may be written meanwhile.
    both = select(Head, last).where(Head.organisation_id == organisation_id)
    found = session().execute(both).one_or_none()
    if found is None:
        return Head(sequence=0, hash=BEGINNING), session().scalar(select(last)) or 0
    return found[0], found[1] or 0


def _slice(walk: Walk, last: int) -> Sequence[Pair]:
    pairs = (
        select(Seal, Entry)
        .outerjoin(Entry, Entry.id == Seal.entry_id)
        .where(
            Seal.organisation_id == walk.organisation_id,
            Seal.sequence > walk.sequence,
            Seal.sequence <= last,
        )
    )
    found = session().execute(pairs.order_by(Seal.sequence).limit(SLICE))
    return [(seal, entry) for seal, entry in found]


def _follow(walk: Walk, pairs: Sequence[Pair]) -> None:
    """Go on by the next seals, up to the first that is not right."""
    if not pairs:
        walk.broken = f"After {walk.sequence} the seals end too early."
    for seal, entry in pairs:
        place = f"Line {seal.sequence} ({seal.entry_id})"
        if seal.sequence != walk.sequence + 1:
            walk.broken = f"Between {walk.sequence} and {seal.sequence} seals are missing."
        elif entry is None:
            walk.broken = f"{place} was removed: only its seal is left."
        elif chain.link(walk.hash, chain.row(entry)) != seal.hash:
            walk.broken = f"{place} or its seal was changed: they do not fit together."
        if walk.broken is not None:
            return
        walk.sequence, walk.hash = seal.sequence, seal.hash
        walk.wanted.discard(seal.hash)


def _unsealed(database: Database, organisation_id: str) -> str | None:
    """Name the first line that stands in no chain or in another's; None where there is none."""
    after, owner = "", organisation_id or None
    mine = and_(Seal.entry_id == Entry.id, Seal.organisation_id == organisation_id)
    of_chain = Entry.organisation_id == owner if owner else Entry.organisation_id.is_(None)
    while True:
        rows = select(Entry.id, Seal.sequence).outerjoin(Seal, mine)
        rows = rows.where(of_chain, Entry.id > after).order_by(Entry.id).limit(SLICE)
        with database.reading():
            found: Sequence[Any] = session().execute(rows).all()
        for entry_id, sequence in found:
            if sequence is None:
                return f"Line {entry_id} has no seal: it was written past the chain."
        if len(found) < SLICE:
            return None
        after = found[-1][0]


def name_of(organisation_id: str, slug: str | None) -> str:
    """Return what a chain is called on a terminal."""
    return slug or ("(installation)" if organisation_id == INSTALLATION else organisation_id)
