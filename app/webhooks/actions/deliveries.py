"""What is told to whom: deliveries made, sent again, and forgotten."""

from datetime import datetime

from sqlalchemy import delete, update

from app.access.principal import Principal
from app.core import clock, ids, outbox
from app.core.db import insert, session
from app.core.errors import Refused
from app.core.journal import Entry
from app.core.languages import gettext as _
from app.documents import queries as documents
from app.documents.models import Document
from app.organisations import queries as organisations
from app.organisations.models import Customer
from app.webhooks import queries, rules
from app.webhooks.actions.endpoints import note
from app.webhooks.formats import event
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import EndpointState, State

SEND = "webhooks.send"
SWEPT_AT_ONCE = 5_000


def tell(entry: Entry) -> None:
    """Promise to tell an entry of the journal to every endpoint that wants to hear it, once."""
    if entry.organisation_id is None:
        return
    endpoints = queries.listening(entry.organisation_id, entry.name)
    if not endpoints:
        return
    house = organisations.organisation_by_id(entry.organisation_id)
    body = event.body(entry, house, _thing(entry))
    for endpoint in endpoints:
        _deliver(endpoint, entry, body)


def _thing(entry: Entry) -> Document | Customer | None:
    if entry.object_kind == "document":
        return documents.by_id(entry.object_id)
    if entry.object_kind == "customer":
        return organisations.customer_by_id(entry.object_id)
    return None


def _deliver(endpoint: WebhookEndpoint, entry: Entry, body: str) -> str | None:
    """Make a delivery; None where there is one. While the endpoint is paused it is only kept."""
    now, is_sent = clock.now(), endpoint.state is EndpointState.ACTIVE
    row = insert(WebhookDelivery).values(
        id=ids.new(),
        organisation_id=endpoint.organisation_id,
        endpoint_id=endpoint.id,
        entry_id=entry.id,
        event=entry.name,
        body=body,
        state=State.WAITING if is_sent else State.SKIPPED,
        tries=0,
        failures=0,
        next_at=now if is_sent else None,
        created_at=now,
    )
    made = session().scalar(row.on_conflict_do_nothing().returning(WebhookDelivery.id))
    if made is not None and is_sent:
        promise(made, endpoint.organisation_id)
    return made


def promise(delivery_id: str, organisation_id: str) -> None:
    """Promise to send a delivery, now; where it is promised already, it is hastened."""
    key = f"webhook:{delivery_id}"
    outbox.promise(SEND, organisation_id=organisation_id, key=key, priority=7, delivery=delivery_id)
    outbox.hasten(key)


def send_test(endpoint: WebhookEndpoint, who: Principal) -> str:
    """Send an event that means nothing, and return its delivery's id; raises `Refused`."""
    _refuse_unless_active(endpoint)
    entry = note(rules.TEST, endpoint, who.actor)
    session().flush()
    house = organisations.organisation_by_id(endpoint.organisation_id)
    made = _deliver(endpoint, entry, event.body(entry, house, None))
    assert made is not None
    return made


def replay(endpoint: WebhookEndpoint, delivery: WebhookDelivery, who: Principal) -> None:
    """Send a delivery again, with the same id and all its tries; raises `Refused`."""
    _refuse_unless_active(endpoint)
    _again([delivery.id], endpoint)
    note("webhook.replayed", endpoint, who.actor, count=1)
    session().refresh(delivery)


def replay_missed(endpoint: WebhookEndpoint, since: datetime, who: Principal) -> tuple[int, bool]:
    """Send again what never arrived since a moment, the oldest first, at most `MOST_REPLAYED`.

    Returns how many, and whether there are more. Raises `Refused`.
    """
    _refuse_unless_active(endpoint)
    found = queries.missed(endpoint.id, ids.first_of(since), rules.MOST_REPLAYED + 1)
    some = found[: rules.MOST_REPLAYED]
    if some:
        _again(some, endpoint)
        note("webhook.replayed", endpoint, who.actor, count=len(some))
    return len(some), len(found) > len(some)


def _again(delivery_ids: list[str], endpoint: WebhookEndpoint) -> None:
    for delivery_id in delivery_ids:
        promise(delivery_id, endpoint.organisation_id)
    session().execute(
        update(WebhookDelivery)
        .where(
            WebhookDelivery.id.in_(delivery_ids),
            WebhookDelivery.state.in_(rules.REPLAYABLE),
        )
        .values(state=State.WAITING, failures=0, next_at=clock.now(), settled_at=None)
        .execution_options(synchronize_session=False)
    )


def _refuse_unless_active(endpoint: WebhookEndpoint) -> None:
    if endpoint.state is not EndpointState.ACTIVE:
        raise Refused(_("This webhook is not active. Switch it on first; nothing was sent."))


def sweep() -> None:
    """Forget deliveries whose time is over, with their tries."""
    old = queries.expired(clock.now() - rules.KEPT, SWEPT_AT_ONCE)
    for start in range(0, len(old), 500):
        some = old[start : start + 500]
        session().execute(delete(WebhookAttempt).where(WebhookAttempt.delivery_id.in_(some)))
        session().execute(delete(WebhookDelivery).where(WebhookDelivery.id.in_(some)))
