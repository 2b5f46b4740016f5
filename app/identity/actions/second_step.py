"""The second step of signing in: who has a second factor is not in before it is shown (PY-34)."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, update

from app.core import clock, ids
from app.core.db import session
from app.identity import queries, rules
from app.identity.actions.devices import meet
from app.identity.actions.sessions import Browser, open_session
from app.identity.models import Person, SecondStep
from app.identity.rules import Proof


@dataclass(frozen=True, slots=True)
class Inside:
    """Somebody is in; the cookie carries `token` from now on."""

    token: str


@dataclass(frozen=True, slots=True)
class Halfway:
    """Somebody has to show a second factor; the cookie carries `step_id`, signed, until they have."""

    step_id: str


Came = Inside | Halfway
"""How far somebody came with what they showed first."""


def admit(person: Person, first: Proof, browser: Browser) -> Came:
    """Let somebody in who has proved the first thing, or have them prove the second."""
    if not person.has_factor or rules.is_two_factors((first,)):
        return Inside(let_in(person, (first,), browser))
    now = clock.now()
    step = SecondStep(
        id=ids.new(),
        person_id=person.id,
        first=first,
        created_at=now,
        expires_at=now + rules.SECOND_STEP_LIFE,
        tries=0,
    )
    session().add(step)
    return Halfway(step.id)


def try_step(step_id: str) -> str | None:
    """Count a try of the second step and return whose it is.

    None where it is over, was taken already, or was tried too often.
    """
    tried = (
        update(SecondStep)
        .where(*_is_live(step_id), SecondStep.tries < rules.SECOND_STEP_TRIES)
        .values(tries=SecondStep.tries + 1)
        .returning(SecondStep.person_id)
    )
    return session().scalar(tried)


def take_step(step_id: str, second: Proof, browser: Browser) -> str | None:
    """Return the token of a session for whoever has shown `second` just now; once for each step."""
    taken = session().execute(
        update(SecondStep)
        .where(*_is_live(step_id))
        .values(used_at=clock.now())
        .returning(SecondStep.person_id, SecondStep.first)
    )
    found = taken.one_or_none()
    person = queries.person_by_id(found.person_id) if found is not None else None
    if found is None or person is None or person.disabled_at is not None:
        return None
    return let_in(person, (found.first, second), browser)


def let_in(person: Person, proofs: tuple[Proof, ...], browser: Browser) -> str:
    """Return the token of a new session; whoever comes in a browser never seen hears of it by mail.

    Who proved two things has proved more than a step-up asks for (decision 0009).
    """
    meet(person, browser)
    return open_session(browser, person, proofs=proofs)


def _is_live(step_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        SecondStep.id == step_id,
        SecondStep.used_at.is_(None),
        SecondStep.expires_at > clock.now(),
    )
