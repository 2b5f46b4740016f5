"""Deciding on a request, once: by an administrator, or by platform support in their place (B2-06, B2-07)."""

from datetime import date

from sqlalchemy import update

from app.core import clock, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import actions as organisations
from app.organisations.models import Customer
from app.sign_up import queries
from app.sign_up.actions import telling
from app.sign_up.actions.lines import note
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State


def approve(
    one: AccessRequest,
    customer: Customer,
    by: journal.Actor,
    *,
    rights: frozenset[str],
    ends_on: date | None,
) -> None:
    """Let somebody in for a customer, with just these rights; none at all is possible.

    Raises `Refused` where somebody else has decided, or where the address has a login by now (B2-03).
    """
    _admit(one, customer, by, rights=rights, ends_on=ends_on)
    note(
        "access_request.approved",
        by,
        one.organisation_id,
        one.id,
        customer=customer.id,
        who=one.name,
    )


def approve_by_support(
    one: AccessRequest,
    customer: Customer,
    supporter: str,
    reason: str,
    *,
    rights: frozenset[str],
) -> None:
    """Do the same in an administrator's place; the administrators are told who did it, and why."""
    by = _supporter(supporter, reason)
    _admit(one, customer, by, rights=rights, ends_on=None)
    one.reason = reason
    note(
        "access_request.approved_by_support",
        by,
        one.organisation_id,
        one.id,
        customer=customer.id,
        who=one.name,
        reason=reason,
    )
    telling.tell_of_support(queries.house_of(one), one, by, reason)


def refuse(one: AccessRequest, by: journal.Actor, reason: str, *, is_told: bool) -> None:
    """Refuse a request; the reason is mailed where `is_told`. Raises `Refused` where it was decided on."""
    _decide(one, State.REFUSED, by, reason)
    note("access_request.refused", by, one.organisation_id, one.id, who=one.name, reason=reason)
    telling.say_refused(queries.house_of(one), one, reason if is_told else "")


def refuse_by_support(one: AccessRequest, supporter: str, reason: str) -> None:
    """Do the same in an administrator's place; the reason goes to the administrators only."""
    by = _supporter(supporter, reason)
    refuse(one, by, reason, is_told=False)
    telling.tell_of_support(queries.house_of(one), one, by, reason)


def _supporter(name: str, reason: str) -> journal.Actor:
    """Return platform support as the journal names it; raises `Refused` where it says not who or why."""
    if not name.strip() or not reason.strip():
        raise Refused(_("Whoever decides in an administrator’s place says who they are, and why."))
    return journal.Actor("support", "flask", name.strip())


def _admit(
    one: AccessRequest,
    customer: Customer,
    by: journal.Actor,
    *,
    rights: frozenset[str],
    ends_on: date | None,
) -> None:
    if customer.organisation_id != one.organisation_id:
        raise Refused(_("This customer belongs to another organisation."))
    _decide(one, State.APPROVED, by, "")
    person = organisations.admit(
        customer,
        by,
        email=one.email,
        name=one.name,
        language=one.language,
        rights=rights,
        ends_on=ends_on,
    )
    one.person_id, one.customer_id = person.id, customer.id
    telling.say_approved(queries.house_of(one), one, customer, has_rights=bool(rights))


def _decide(one: AccessRequest, state: State, by: journal.Actor, reason: str) -> None:
    """Take a request off the queue: whoever comes second finds that it was decided on."""
    moved = session().execute(
        update(AccessRequest)
        .where(AccessRequest.id == one.id, AccessRequest.state == State.WAITING)
        .values(state=state, decided_at=clock.now(), decided_by=by.name[:200], reason=reason[:500])
        .returning(AccessRequest.id)
    )
    if moved.first() is None:
        raise Refused(_("Somebody has decided on this request already."))
