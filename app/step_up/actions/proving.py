"""Answering: every try is counted before it is compared, and locks what it has to lock.

What is locked is the link or the person, the network and the customer's method: never a whole
customer, never an organisation. Nothing is raised, so that what was counted stays counted.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import update

from app.access.principal import Principal
from app.access.proof import Method
from app.core import clock, journal, lockouts
from app.core.db import session
from app.identity import actions as identity
from app.organisations.models import Customer, Organisation
from app.sms import actions as sms
from app.step_up import proofs, queries, rules
from app.step_up.actions import telling
from app.step_up.models import TextedCode
from app.step_up.rules import Answer, Outcome


def answer_address(
    who: Principal,
    house: Organisation,
    customer: Customer,
    network: str,
    postcode: str,
    number: str,
) -> Answer:
    """Prove by postcode and house number; one wrong is as wrong as both."""

    def is_right() -> bool:
        return proofs.is_address(
            postcode, number, customer.postcode, customer.street, customer.country
        )

    return _try(Method.ADDRESS, who, house, customer, network, is_right)


def answer_code(
    who: Principal, house: Organisation, customer: Customer, network: str, typed: str
) -> Answer:
    """Prove by the code that this session was sent last; it is good once."""
    return _try(
        Method.SMS, who, house, customer, network, lambda: _use(who.session_id, typed) is not None
    )


def _use(session_id: str, typed: str) -> str | None:
    """Use up the session's code where it is the one that was typed; return its id."""
    found = queries.latest_code(session_id, rules.FOR_PROOF)
    code_id, text_id = (found.id, found.text_id) if found else ("", None)
    is_right = proofs.is_code(typed, code_id, session_id, rules.FOR_PROOF)
    live = (
        TextedCode.id == code_id,
        TextedCode.ended_at.is_(None),
        TextedCode.expires_at > clock.now(),
        TextedCode.tries < rules.TRIES,
    )
    # Counted whether right or wrong; whoever used it is the only one.
    ended = {"ended_at": clock.now()} if is_right else {}
    used = session().execute(
        update(TextedCode)
        .where(*live)
        .values(tries=TextedCode.tries + 1, **ended)
        .returning(TextedCode.id)
        .execution_options(synchronize_session=False)
    )
    if used.first() is None or not is_right:
        return None
    if text_id is not None:
        sms.note_used(text_id)
    return code_id


def _try(
    method: Method,
    who: Principal,
    house: Organisation,
    customer: Customer,
    network: str,
    is_right: Callable[[], bool],
) -> Answer:
    keys = rules.keys(method, (who.actor.kind, who.id), customer.id, network)
    tries = _admitted(keys)
    if tries is None:
        return Answer(Outcome.LOCKED, locked_until=max(lockouts.locks(keys).values()))
    if not is_right():
        return _failed(method, who, house, customer, tries)
    own, shared, customers = keys
    lockouts.succeed(own)
    lockouts.forgive(shared, rules.TRIES_PER_NETWORK)
    lockouts.succeed(customers)
    token = identity.prove(who.session_id)
    _note("proof.given", who, customer, method)
    return Answer(Outcome.RIGHT, token)


def _admitted(keys: Sequence[str]) -> list[lockouts.Try] | None:
    """Count a try of everything that a wrong one locks; None where one of them is locked already."""
    own, shared, customers = keys
    limits = ((own, rules.TRIES), (shared, rules.TRIES_PER_NETWORK), (customers, rules.TRIES))
    tries = []
    for key, limit in limits:
        found = lockouts.admit(key, limit, rules.WAITS)
        if found is None:
            return None
        tries.append(found)
    return tries


def _failed(
    method: Method,
    who: Principal,
    house: Organisation,
    customer: Customer,
    tries: Sequence[lockouts.Try],
) -> Answer:
    _note("proof.failed", who, customer, method)
    telling.count_failure(house)
    locks = [one.locked_until for one in tries if one.locked_until is not None]
    if not locks:
        return Answer(Outcome.WRONG)
    _note("proof.locked", who, customer, method)
    telling.tell_of_lock(house, customer, max(locks))
    return Answer(Outcome.WRONG, locked_until=max(locks))


def _note(name: str, who: Principal, customer: Customer, method: Method) -> None:
    journal.record(
        name,
        who.actor,
        organisation_id=customer.organisation_id,
        about=("customer", customer.id),
        method=method.value,
    )
