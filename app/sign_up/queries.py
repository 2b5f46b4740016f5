"""Every look-up of requests for access, and of the customers that they may be for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Label, Select, func, literal, or_, select, union_all

from app.access.grants import Can
from app.access.principal import Principal
from app.core import clock, tokens
from app.core.db import session
from app.documents.models import Document
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.queries.houses import staff_only
from app.sign_up import rules
from app.sign_up.models import AccessRequest
from app.sign_up.rules import Sign, State

PROPOSED = 5
"""Customers proposed for one sign, at most."""
MANY = 100
"""A count stops here: of more, nobody needs to know how many."""
TOLD_OF = 10
"""Requests that one mail to the administrators names."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A customer that somebody may belong to, and why it is thought so."""

    customer: Customer
    signs: tuple[Sign, ...]


def house_by_code(typed: str) -> Organisation | None:
    """Return the organisation that takes requests under its short name, or under its code."""
    code = rules.normal_code(typed)
    rows = select(Organisation).where(
        Organisation.guests_welcome, or_(Organisation.slug == code, Organisation.guest_code == code)
    )
    # Whoever runs the installation gives short names: a code never stands in the way of one.
    found = sorted(session().scalars(rows), key=lambda house: house.slug != code)
    return found[0] if found else None


def is_code_taken(house: Organisation, code: str) -> bool:
    """Say whether another organisation is reached by a code."""
    is_theirs = or_(Organisation.slug == code, Organisation.guest_code == code)
    rows = select(Organisation.id).where(is_theirs, Organisation.id != house.id)
    return session().scalar(rows.limit(1)) is not None


def by_id(request_id: str) -> AccessRequest | None:
    """Return a request; for jobs and commands."""
    return session().get(AccessRequest, request_id)


def by_token(token: str) -> AccessRequest | None:
    """Return the request that a token was mailed for, whatever has become of it."""
    rows = select(AccessRequest).where(AccessRequest.token_hash == tokens.fingerprint(token))
    return session().scalar(rows)


def can_confirm(one: AccessRequest) -> bool:
    """Say whether a request can be confirmed, or was and is not decided on yet."""
    if one.state is State.WAITING:
        return True
    is_new = clock.now() - one.created_at < rules.CONFIRM_WITHIN
    return one.state is State.ASKED and is_new and house_of(one).guests_welcome


def is_waiting(organisation_id: str, email: str) -> bool:
    """Say whether an organisation is to decide on a request from an address."""
    rows = select(AccessRequest.id).where(
        AccessRequest.organisation_id == organisation_id,
        AccessRequest.email == email,
        AccessRequest.state == State.WAITING,
    )
    return session().scalar(rows.limit(1)) is not None


def one(who: Principal, request_id: str) -> AccessRequest | None:
    """Return a request that somebody has confirmed, for those who work for the organisation."""
    rows = _confirmed(who.organisation_id).where(AccessRequest.id == request_id, staff_only(who))
    return session().scalar(rows)


def listed(
    who: Principal, state: State, cursor: str | None, *, back: bool, limit: int
) -> list[AccessRequest]:
    """Return at most `limit` requests in a state beyond the keyset `cursor` (an id).

    Those that wait come oldest first, all others newest first.
    """
    rows = _confirmed(who.organisation_id).where(AccessRequest.state == state, staff_only(who))
    is_rising = (state is State.WAITING) != back
    if cursor is not None:
        beyond = AccessRequest.id > cursor if is_rising else AccessRequest.id < cursor
        rows = rows.where(beyond)
    order = AccessRequest.id if is_rising else AccessRequest.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def waiting(organisation_id: str, since: datetime | None = None) -> list[AccessRequest]:
    """Return requests that wait, confirmed after `since`; the oldest, and one more than a mail names."""
    rows = _confirmed(organisation_id).where(AccessRequest.state == State.WAITING)
    if since is not None:
        rows = rows.where(AccessRequest.confirmed_at > since)
    return list(session().scalars(rows.order_by(AccessRequest.id).limit(TOLD_OF + 1)))


def waiting_count(who: Principal) -> int:
    """Return how many requests wait for somebody's decision, `MANY` at most; nobody else asks."""
    if not who.may(Can.ADMIT_GUESTS):
        return 0
    rows = _confirmed(who.organisation_id).where(AccessRequest.state == State.WAITING)
    few = rows.with_only_columns(AccessRequest.id).limit(MANY).subquery()
    return session().scalar(select(func.count()).select_from(few)) or 0


def over(state: State, until: datetime, limit: int) -> list[AccessRequest]:
    """Return at most `limit` requests in a state that were made before `until`."""
    rows = select(AccessRequest).where(
        AccessRequest.state == state, AccessRequest.created_at <= until
    )
    return list(session().scalars(rows.order_by(AccessRequest.created_at).limit(limit)))


def proposals(one: AccessRequest) -> list[Proposal]:
    """Return the customers that somebody may belong to, those with most signs first; one SELECT."""
    parts = (part.order_by("customer_id").limit(PROPOSED).subquery() for part in _signs(one))
    found = union_all(*(select(part) for part in parts)).subquery()
    rows = select(Customer, found.c.sign).join(found, found.c.customer_id == Customer.id)
    signs: dict[str, list[Sign]] = {}
    customers: dict[str, Customer] = {}
    for customer, sign in session().execute(rows):
        customers[customer.id] = customer
        signs.setdefault(customer.id, []).append(Sign(sign))
    all_ = [Proposal(customers[key], tuple(sorted(set(own)))) for key, own in signs.items()]
    return sorted(all_, key=lambda found: (-len(found.signs), found.customer.name_sort))


def _signs(one: AccessRequest) -> Sequence[Select[Any, str]]:
    """Return a list of customers for each sign; each is looked up in its own index."""
    claimed = rules.claims(one.reference)
    numbers = {spelled for claim in claimed for spelled in (claim, claim.upper())}
    sorts = {claim.lower() for claim in claimed}
    own = Customer.organisation_id == one.organisation_id
    customers = select(Customer.id.label("customer_id"))
    documents = select(Document.customer_id.label("customer_id"))
    return (
        customers.add_columns(_sign(Sign.EMAIL)).where(own, Customer.email == one.email),
        customers.add_columns(_sign(Sign.NUMBER)).where(own, Customer.number.in_(numbers)),
        documents.add_columns(_sign(Sign.DOCUMENT))
        .where(
            Document.organisation_id == one.organisation_id,
            Document.is_current,
            Document.number_sort.in_(sorts),
            Document.customer_id.is_not(None),
        )
        .distinct(),
    )


def _sign(sign: Sign) -> Label[str]:
    return literal(sign.value).label("sign")


def house_of(one: AccessRequest) -> Organisation:
    """Return the organisation that is asked."""
    return organisations.organisation_by_id(one.organisation_id)


def _confirmed(organisation_id: str) -> Select[AccessRequest]:
    """Return an organisation's requests but those that nobody has confirmed: they may be a joke."""
    return select(AccessRequest).where(
        AccessRequest.organisation_id == organisation_id, AccessRequest.state != State.ASKED
    )
