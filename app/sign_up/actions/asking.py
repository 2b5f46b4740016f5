"""Asking for access, and confirming that one reads the mail of one's address.

Whoever asks gets the same answer for every address, after the same work: who has it already is looked
up later, by a job, and told to nobody but its owner (B2-08).
"""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from app.core import clock, counters, ids, journal, outbox, tokens
from app.core.db import session
from app.core.errors import Missing, Refused
from app.core.languages import gettext as _
from app.identity import actions as identity
from app.identity import queries as people
from app.identity import rules as identity_rules
from app.organisations.models import Organisation
from app.sign_up import proofs, queries, rules
from app.sign_up.actions import telling
from app.sign_up.actions.lines import note
from app.sign_up.models import AccessRequest
from app.sign_up.rules import State

ANSWER = "sign_up.answer"
"""The promise to write to an address that was typed."""
TELL = "sign_up.tell_administrators"


def ask(
    house: Organisation, *, email: str, name: str, language: str, reference: str, message: str
) -> None:
    """Take a request; nobody but the address's owner learns what becomes of it.

    Raises `Refused` for a role mailbox (B2-04), and where too much comes from one network or for one
    organisation.
    """
    email, now, request_id = identity_rules.normal_email(email), clock.now(), ids.new()
    identity.refuse_role_mailbox(email)
    _refuse_flood(house)
    session().add(
        AccessRequest(
            id=request_id,
            organisation_id=house.id,
            email=email,
            name=name,
            language=language,
            reference=reference,
            message=message,
            token_hash=tokens.fingerprint(proofs.token(request_id)),
            state=State.ASKED,
            created_at=now,
        )
    )
    session().flush()
    note("access_request.asked", journal.SYSTEM, house.id, request_id)
    outbox.promise(ANSWER, organisation_id=house.id, priority=1, request=request_id)


def _refuse_flood(house: Organisation) -> None:
    network = f"sign-up:{journal.sender_address()}"
    if not counters.allow(network, rules.PER_NETWORK, rules.NETWORK_WINDOW):
        raise Refused(_("Too many requests came from your network. Try again in an hour."))
    if not counters.allow(f"sign-up-house:{house.id}", rules.PER_HOUSE, rules.HOUSE_WINDOW):
        raise Refused(
            _(
                "Too many people asked %(organisation)s for access today. Try again tomorrow.",
                organisation=house.name,
            )
        )


def answer(request: str) -> None:
    """Write to the address that was typed: how to confirm, or that there is nothing to ask for."""
    one = queries.by_id(request)
    if one is None or one.state is not State.ASKED:
        return
    house = queries.house_of(one)
    known = people.person_by_email(one.email)
    mailed = f"sign-up-mail:{one.email}"
    if not house.guests_welcome or not counters.allow(
        mailed, rules.PER_ADDRESS, rules.ADDRESS_WINDOW
    ):
        return
    if known is not None:
        telling.say_there_is_a_login(house, one, known)
    elif queries.is_waiting(house.id, one.email):
        telling.say_it_waits(house, one)
    else:
        telling.ask_to_confirm(house, one)
        return
    # Nobody can confirm it: what was typed by a stranger about somebody is not kept.
    forget(one)


def confirm(token: str) -> Organisation:
    """Put a request before the administrators and return whose; confirmed twice it is the same.

    Of two requests from one address the second adds nothing, and is forgotten. Raises `Missing` where
    it is over.
    """
    one = queries.by_token(token)
    if one is None or not queries.can_confirm(one):
        raise Missing
    house = queries.house_of(one)
    if one.state is not State.ASKED:
        return house
    _promise_to_tell(house)
    if queries.is_waiting(house.id, one.email):
        forget(one)
        return house
    try:
        with session().begin_nested():
            is_first = _move_on(one)
    except IntegrityError:
        # Another one from this address was confirmed at this very moment.
        forget(one)
        return house
    if is_first:
        by = journal.Actor("guest", one.id, one.name)
        note("access_request.confirmed", by, house.id, one.id)
    return house


def _move_on(one: AccessRequest) -> bool:
    moved = session().execute(
        update(AccessRequest)
        .where(AccessRequest.id == one.id, AccessRequest.state == State.ASKED)
        .values(state=State.WAITING, confirmed_at=clock.now())
        .returning(AccessRequest.id)
    )
    return moved.first() is not None


def forget(one: AccessRequest) -> bool:
    """Remove a request that nobody has confirmed; False where somebody did so meanwhile."""
    gone = session().execute(
        delete(AccessRequest)
        .where(AccessRequest.id == one.id, AccessRequest.state == State.ASKED)
        .returning(AccessRequest.id)
        .execution_options(synchronize_session=False)
    )
    return gone.first() is not None


def _promise_to_tell(house: Organisation) -> None:
    """Have the administrators told: at once, or when an hour has passed since they were."""
    told = house.guests_told_at
    delay = timedelta(0) if told is None else told + rules.TOLD_EVERY - clock.now()
    outbox.promise(
        TELL,
        organisation_id=house.id,
        key=f"{TELL}:{house.id}",
        delay=max(delay, timedelta(0)),
        house=house.id,
    )
