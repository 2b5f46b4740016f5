"""Every look-up of step-up: the latest code, and what somebody may prove with at present."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.access.principal import Principal
from app.access.proof import Method
from app.core import clock, lockouts
from app.core.db import session
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import proving
from app.sms import queries as sms
from app.sms.models import TextMessage
from app.sms.rules.life import State
from app.step_up import rules
from app.step_up.models import TextedCode
from app.step_up.rules import Obstacle, Offer

LOST = frozenset({State.FAILED, State.EXPIRED})


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody may prove with, and how far a code by text message has come."""

    offer: Offer
    customer: Customer
    code: TextedCode | None
    text: TextMessage | None
    locked_until: datetime | None = None
    """Until when a method is locked that would do otherwise."""

    @property
    def is_coming(self) -> bool:
        """True while it may still be heard whether the text message arrives."""
        return self.text is not None and self.text.state in (State.QUEUED, State.SENT)


def latest_code(session_id: str, purpose: str) -> TextedCode | None:
    """Return the code that a session asked for last and may still be answered."""
    rows = select(TextedCode).where(
        TextedCode.session_id == session_id,
        TextedCode.purpose == purpose,
        TextedCode.ended_at.is_(None),
        TextedCode.expires_at > clock.now(),
    )
    return session().scalar(rows.order_by(TextedCode.id.desc()).limit(1))


def standing(
    who: Principal, house: Organisation, network: str, wish: Method | None = None
) -> Standing | None:
    """Return what a customer's person may prove with; None for who stands for no customer."""
    customer = organisations.own_customer(who)
    if customer is None:
        return None
    code = latest_code(who.session_id, rules.FOR_PROOF)
    text = sms.by_id(code.text_id) if code is not None and code.text_id else None
    obstacles = _obstacles(house, customer)
    if code is not None and (text is None or text.state in LOST):
        obstacles.setdefault(Method.SMS, Obstacle.UNDELIVERED)
    locks = _locks(who, customer, network)
    obstacles |= {one: Obstacle.LOCKED for one in locks if one not in obstacles}
    offer = rules.offer(house.proof_primary, house.proof_secondary, obstacles, wish)
    until = [locks[one] for one, why in offer.reasons if why is Obstacle.LOCKED]
    return Standing(offer, customer, code, text, min(until, default=None))


def _locks(who: Principal, customer: Customer, network: str) -> dict[Method, datetime]:
    """Return the methods that are locked, and until when."""
    keys = {
        method: rules.keys(method, (who.actor.kind, who.id), customer.id, network)
        for method in Method
    }
    found = lockouts.locks([key for of_method in keys.values() for key in of_method])
    ends = {
        method: [found[key] for key in of_method if key in found]
        for method, of_method in keys.items()
    }
    return {method: max(until) for method, until in ends.items() if until}


def _obstacles(house: Organisation, customer: Customer) -> dict[Method, Obstacle]:
    possible = proving.possible(
        customer.postcode, customer.street, customer.country, customer.mobile
    )
    if Method.SMS in possible and not sms.can_text(house):
        possible -= {Method.SMS}
    return {method: Obstacle.IMPOSSIBLE for method in Method if method not in possible}
