"""Hand a message over, at most once: begun on record, and what is not known is never done again."""

from datetime import timedelta
from typing import Any

from sqlalchemy import delete, update

from app.core import clock, sealing
from app.core.db import session
from app.organisations import queries as organisations
from app.sms import queries
from app.sms.models import SmsSettings, TextMessage
from app.sms.providers.order import Account, Order, Outcome, Result
from app.sms.rules import life
from app.sms.rules.life import Gateway, State

AFTER = {
    Outcome.ACCEPTED: State.SENT,
    Outcome.PERMANENT: State.FAILED,
    Outcome.UNKNOWN: State.UNCERTAIN,
}
"""What the gateway said → what became of the message; anything else is tried again."""
SWEPT = 500
"""Messages that one turn of the housekeeping takes."""


def begin(message_id: str) -> Order | None:
    """Open the attempt; None where there is nothing to hand over any more.

    Committed before the gateway is touched. An attempt that is open already belongs to a worker that
    died: nobody knows whether the message went out, so it does not go out again.
    """
    message = queries.by_id(message_id)
    if message is None or message.state is not State.QUEUED:
        return None
    if message.attempted_at is not None:
        move(message_id, State.UNCERTAIN)
        return None
    if message.valid_until <= clock.now():
        move(message_id, State.EXPIRED)
        return None
    settings = queries.settings_of(message.organisation_id)
    is_open = settings is not None and settings.is_open_for(message.purpose)
    if settings is None or not is_open or message.text is None:
        move(message_id, State.FAILED, code="switched_off")
        return None
    begun = _attempt(message_id, None, attempted_at=clock.now(), tries=message.tries + 1)
    return _order(message, settings, message.text) if begun else None


def finish(order: Order, result: Result) -> bool | timedelta:
    """Write down what came of it; returns the pause before another try, False where there is none."""
    if result.outcome is Outcome.TEMPORARY:
        return _put_off(order, result)
    said = {"code": result.code, "answer": result.answer}
    state = AFTER[result.outcome]
    if state is State.SENT:
        move(order.message_id, state, sent_at=clock.now(), **said)
        _name(order.message_id, result.reference)
    else:
        move(order.message_id, state, **said)
    return False


def give_up(message_id: str) -> None:
    """Say that it was tried often enough."""
    move(message_id, State.FAILED)


def move(message_id: str, state: State, **values: Any) -> bool:
    """Move a message forward and forget its text; False where it is there, or further, already."""
    done = {} if state in (State.SENT, State.UNCERTAIN) else {"done_at": clock.now()}
    moved = (
        update(TextMessage)
        .where(TextMessage.id == message_id, TextMessage.state.in_(life.sources(state)))
        .values(state=state, text=None, **done, **values)
        .returning(TextMessage.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(moved).first() is not None


def sweep() -> None:
    """Expire what nobody handed over in time, and forget what is old."""
    now = clock.now()
    for message_id in queries.overdue(now - timedelta(hours=1), SWEPT):
        message = queries.by_id(message_id)
        is_open = message is not None and message.attempted_at is not None
        move(message_id, State.UNCERTAIN if is_open else State.EXPIRED)
    session().execute(delete(TextMessage).where(TextMessage.created_at < now - life.KEPT_FOR))


def _put_off(order: Order, result: Result) -> bool | timedelta:
    pause = life.pause_after(order.position)
    if clock.now() + pause >= order.valid_until:
        move(order.message_id, State.EXPIRED, code=result.code, answer=result.answer)
        return False
    said = {"code": result.code, "answer": result.answer}
    return pause if _attempt(order.message_id, order.position, attempted_at=None, **said) else False


def _attempt(message_id: str, position: int | None, **values: Any) -> bool:
    """Open an attempt where none is open, or close the one at `position`."""
    which = (
        TextMessage.attempted_at.is_(None) if position is None else TextMessage.tries == position
    )
    changed = (
        update(TextMessage)
        .where(TextMessage.id == message_id, TextMessage.state == State.QUEUED, which)
        .values(**values)
        .returning(TextMessage.id)
        .execution_options(synchronize_session=False)
    )
    return session().execute(changed).first() is not None


def _name(message_id: str, reference: str) -> None:
    """Keep what the gateway calls a message, also where its receipt was faster than its answer."""
    session().execute(
        update(TextMessage)
        .where(TextMessage.id == message_id)
        .values(provider_ref=reference or None)
        .execution_options(synchronize_session=False)
    )


def _order(message: TextMessage, settings: SmsSettings, sealed: str) -> Order:
    house = organisations.organisation_by_id(message.organisation_id)
    hook = f"{house.base_url}/hooks/sms/{message.provider.value}/{house.id}"
    about = f"?message={message.id}" if message.provider is Gateway.TWILIO else ""
    return Order(
        message_id=message.id,
        position=message.tries,
        gateway=message.provider,
        number=message.number,
        text=sealing.unseal(sealed),
        valid_until=message.valid_until,
        receipt_url=hook + about,
        account=account_of(settings),
    )


def account_of(settings: SmsSettings) -> Account:
    """Return how the gateway is reached and knows us, with the secret still sealed."""
    return Account(
        sender=settings.sender,
        name=settings.account,
        sealed_secret=settings.sealed_secret or "",
        url=settings.url,
        authentication=settings.authentication,
        template=settings.template,
        reference_path=settings.reference_path,
    )
