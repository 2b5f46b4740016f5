"""Which customers could not prove who they are, out of one index (PY-07)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Select, exists, func, literal, select, tuple_, union_all

from app.access.principal import Principal
from app.access.proof import Method
from app.core.db import session
from app.identity.models import Person
from app.organisations.models import Contact, Customer, Member
from app.organisations.queries.houses import staff_only
from app.organisations.rules import CustomerKind
from app.organisations.rules.provable import METHODS, Provable, beyond

ENOUGH: Final = 1000
"""Customers are counted this far: beyond it nobody needs the exact number."""

Place = tuple[str, str]
"""Where a page begins or ends: name, id."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who can be asked for what, of all customers of an organisation; one SELECT."""

    has_mobile: bool
    has_address: bool
    beyond: int
    """How many could prove nothing; at most `ENOUGH` + 1."""


def reach(who: Principal, methods: frozenset[Method], kinds: Sequence[CustomerKind]) -> Reach:
    """Return how far `methods` reach among customers of `kinds`."""
    questions = [
        *(
            _first(who, word).with_only_columns(literal(word.value), literal(1))
            for word in Provable
        ),
        _counted(who, methods, kinds),
    ]
    parts = [select(*part.subquery().c) for part in questions]
    rows = [(name, number) for name, number in session().execute(union_all(*parts))]
    there = {Provable(name) for name, _one in rows if name}
    return Reach(
        has_mobile=any(Method.SMS in METHODS[word] for word in there),
        has_address=any(Method.ADDRESS in METHODS[word] for word in there),
        beyond=next(number for name, number in rows if not name),
    )


def lack_factor(who: Principal) -> tuple[bool, bool]:
    """Say whether somebody who works here, and some customer's person, has no second factor yet."""
    lacking = Person.has_factor.is_(False) & Person.disabled_at.is_(None)
    members = exists().where(
        Member.organisation_id == who.organisation_id, Member.person_id == Person.id, lacking
    )
    contacts = exists().where(
        Contact.organisation_id == who.organisation_id,
        Contact.person_id == Person.id,
        Contact.ended_at.is_(None),
        lacking,
    )
    row = session().execute(select(members, contacts)).one()
    return bool(row[0]), bool(row[1])


def _first(who: Principal, word: Provable) -> Select[Customer]:
    return _of(who, word).limit(1)


def _counted(
    who: Principal, methods: frozenset[Method], kinds: Sequence[CustomerKind]
) -> Select[str, int]:
    some = [
        _of(who, word, kind).with_only_columns(Customer.id).limit(ENOUGH + 1)
        for word in beyond(methods)
        for kind in kinds
    ]
    if not some:
        return select(literal(""), literal(0))
    ids = union_all(*(select(part.subquery().c.id) for part in some)).limit(ENOUGH + 1).subquery()
    return select(literal(""), func.count(ids.c.id))


def unreachable(
    who: Principal,
    methods: frozenset[Method],
    kinds: Sequence[CustomerKind],
    cursor: Place | None,
    *,
    back: bool,
    limit: int,
) -> list[Customer]:
    """Return at most `limit` customers who could prove nothing, by name beyond a keyset `cursor`."""
    place = tuple_(Customer.name_sort, Customer.id)
    order = (Customer.name_sort, Customer.id)
    order = tuple(one.desc() for one in order) if back else order  # type: ignore[assignment]
    parts = []
    for word in beyond(methods):
        for kind in kinds:
            rows = _of(who, word, kind).with_only_columns(Customer.id)
            if cursor is not None:
                rows = rows.where(place < cursor if back else place > cursor)
            # The index holds one word and one kind in the order of names: a few lists are merged.
            parts.append(select(rows.order_by(*order).limit(limit).subquery().c.id))
    if not parts:
        return []
    found = select(Customer).where(Customer.id.in_(union_all(*parts))).order_by(*order)
    customers = list(session().scalars(found.limit(limit)))
    return customers[::-1] if back else customers


def _of(who: Principal, word: Provable, kind: CustomerKind | None = None) -> Select[Customer]:
    rows = select(Customer).where(
        Customer.organisation_id == who.organisation_id, Customer.provable == word, staff_only(who)
    )
    return rows if kind is None else rows.where(Customer.kind == kind)
