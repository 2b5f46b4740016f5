"""One try from its beginning to what came of it, and what that means for the endpoint."""

import random
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from app.core import clock, journal
from app.core.db import session
from app.webhooks import queries, rules
from app.webhooks.actions import telling
from app.webhooks.actions.endpoints import note
from app.webhooks.channels.calling import Result, Sending
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import EndpointState, Outcome, State

JITTER = 0.1
"""The part of a pause that chance adds: what failed together does not come back together."""


def begin(delivery_id: str) -> Sending | None:
    """Open a try; None where there is nothing to send any more.

    Committed before the network is touched. A try that is still open belongs to a worker that died.
    """
    found = queries.by_id(delivery_id)
    if found is None or found[0].state is not State.WAITING:
        return None
    delivery, endpoint = found
    if endpoint.state is not EndpointState.ACTIVE:
        _move(delivery_id, state=State.SKIPPED, next_at=None, settled_at=clock.now())
        return None
    position = delivery.tries + 1
    if _move(delivery_id, delivery.tries, tries=position, next_at=None) is None:
        return None
    _close(delivery_id, None, outcome=Outcome.LOST)
    session().add(
        WebhookAttempt(
            delivery_id=delivery_id, position=position, started_at=clock.now(), answer=""
        )
    )
    newest = endpoint.secret_number
    has_two = rules.old_secret_until(endpoint.rotated_at, clock.now()) is not None
    numbers = (newest, newest - 1) if has_two else (newest,)
    return Sending(
        delivery_id, endpoint.id, position, endpoint.url, delivery.body.encode(), numbers
    )


def finish(sending: Sending, result: Result) -> bool | timedelta:
    """Write down what a try came to; returns the pause before the next one, False where none is due."""
    _close(
        sending.delivery_id,
        sending.position,
        outcome=result.outcome,
        status=result.status,
        milliseconds=result.milliseconds,
        answer=result.answer,
    )
    if result.is_success:
        # Also where another try is under way: whoever says that it arrived is believed.
        _move(sending.delivery_id, state=State.DELIVERED, next_at=None, settled_at=clock.now())
        _forgive(sending.endpoint_id)
        return False
    if result.status == rules.GONE:
        _fail(sending.delivery_id)
        _shut(sending.endpoint_id, EndpointState.GONE)
        return False
    pause = _put_off(sending)
    _count_failure(sending.endpoint_id)
    return pause


def give_up(delivery_id: str) -> None:
    """Say that it was tried often enough."""
    _fail(delivery_id)


def _put_off(sending: Sending) -> bool | timedelta:
    """Count a failure; only the newest try decides, an older one has been overtaken."""
    failures = _move(sending.delivery_id, sending.position, failures=WebhookDelivery.failures + 1)
    if failures is None:
        return False
    pause = rules.pause_after(failures)
    if pause is None:
        _fail(sending.delivery_id)
        return False
    pause *= 1 + random.uniform(0, JITTER)  # noqa: S311 - no secret
    _move(sending.delivery_id, next_at=clock.now() + pause)
    return pause


def _fail(delivery_id: str) -> None:
    _move(delivery_id, state=State.FAILED, next_at=None, settled_at=clock.now())


def _move(delivery_id: str, position: int | None = None, **values: Any) -> int | None:
    """Change a delivery that waits and return its failures; None where it does not wait any more."""
    newest = [] if position is None else [WebhookDelivery.tries == position]
    moved = (
        update(WebhookDelivery)
        .where(WebhookDelivery.id == delivery_id, WebhookDelivery.state == State.WAITING, *newest)
        .values(**values)
        .returning(WebhookDelivery.failures)
        .execution_options(synchronize_session=False)
    )
    return session().scalar(moved)


def _close(delivery_id: str, position: int | None, **values: Any) -> None:
    """Complete one try, or all that are still open."""
    which = (
        WebhookAttempt.outcome.is_(None)
        if position is None
        else WebhookAttempt.position == position
    )
    session().execute(
        update(WebhookAttempt)
        .where(WebhookAttempt.delivery_id == delivery_id, which)
        .values(finished_at=clock.now(), **values)
        .execution_options(synchronize_session=False)
    )


def _forgive(endpoint_id: str) -> None:
    session().execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.failing_since.is_not(None))
        .values(failing_since=None)
        .execution_options(synchronize_session=False)
    )


def _count_failure(endpoint_id: str) -> None:
    """Note since when it has only failed, and pause it where that is long enough."""
    now = clock.now()
    session().execute(
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.failing_since.is_(None))
        .values(failing_since=now)
        .execution_options(synchronize_session=False)
    )
    endpoint = session().get_one(WebhookEndpoint, endpoint_id, populate_existing=True)
    since = endpoint.failing_since
    if since is not None and rules.has_failed_enough(since, now):
        _shut(endpoint_id, EndpointState.PAUSED)


def _shut(endpoint_id: str, state: EndpointState) -> None:
    """Stop telling an endpoint anything, and tell the administrators; once."""
    shut = (
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint_id, WebhookEndpoint.state == EndpointState.ACTIVE)
        .values(state=state)
        .returning(WebhookEndpoint.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(shut).first() is None:
        return
    endpoint = session().get_one(WebhookEndpoint, endpoint_id, populate_existing=True)
    entry = note(f"webhook.{state.value}", endpoint, journal.SYSTEM)
    telling.tell_administrators(endpoint, entry.id)
