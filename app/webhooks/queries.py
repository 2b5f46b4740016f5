"""Every look-up of endpoints, deliveries and tries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, false, func, select

from app.access.principal import Principal
from app.core.db import session
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import MISSED, EndpointState, State

LISTENING = (EndpointState.ACTIVE, EndpointState.PAUSED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the log of an endpoint is narrowed to; None means not narrowed."""

    state: State | None = None
    event: str | None = None


def visible(who: Principal) -> Select[WebhookEndpoint]:
    """Return the endpoints that exist for a principal: those of its organisation, for its own people."""
    return select(WebhookEndpoint).where(
        WebhookEndpoint.organisation_id == who.organisation_id,
        WebhookEndpoint.removed_at.is_(None),
        ~false() if who.is_staff else false(),
    )


def all_of(who: Principal) -> list[WebhookEndpoint]:
    """Return the endpoints of the principal's organisation, the oldest first."""
    return list(session().scalars(visible(who).order_by(WebhookEndpoint.id)))


def one(who: Principal, webhook_id: str) -> WebhookEndpoint | None:
    """Return one endpoint that exists for a principal."""
    return session().scalar(visible(who).where(WebhookEndpoint.id == webhook_id))


def delivery(
    who: Principal, webhook_id: str, delivery_id: str
) -> tuple[WebhookEndpoint, WebhookDelivery] | None:
    """Return one delivery of one endpoint, with the endpoint."""
    rows = visible(who).join(WebhookDelivery, WebhookDelivery.endpoint_id == WebhookEndpoint.id)
    rows = rows.where(WebhookEndpoint.id == webhook_id, WebhookDelivery.id == delivery_id)
    found = session().execute(rows.add_columns(WebhookDelivery)).one_or_none()
    return None if found is None else (found[0], found[1])


def by_id(delivery_id: str) -> tuple[WebhookDelivery, WebhookEndpoint] | None:
    """Return a delivery and its endpoint; for jobs."""
    rows = select(WebhookDelivery, WebhookEndpoint).join(
        WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id
    )
    found = session().execute(rows.where(WebhookDelivery.id == delivery_id)).one_or_none()
    return None if found is None else (found[0], found[1])


def how_many(organisation_id: str) -> int:
    """Return how many endpoints a tenant has."""
    rows = select(func.count()).where(
        WebhookEndpoint.organisation_id == organisation_id, WebhookEndpoint.removed_at.is_(None)
    )
    return session().scalar(rows) or 0


def listening(organisation_id: str, event: str) -> list[WebhookEndpoint]:
    """Return the endpoints of a tenant that want to hear about an event, the paused ones too."""
    rows = select(WebhookEndpoint).where(
        WebhookEndpoint.organisation_id == organisation_id,
        WebhookEndpoint.removed_at.is_(None),
        WebhookEndpoint.state.in_(LISTENING),
    )
    found = session().scalars(rows.order_by(WebhookEndpoint.id))
    return [endpoint for endpoint in found if event in endpoint.events]


def page(
    endpoint_id: str, filters: Filters, cursor: str | None, *, back: bool, limit: int
) -> list[WebhookDelivery]:
    """Return at most `limit` deliveries, newest first, beyond the keyset `cursor` (an id)."""
    rows = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint_id)
    if filters.state is not None:
        rows = rows.where(WebhookDelivery.state == filters.state)
    if filters.event is not None:
        rows = rows.where(WebhookDelivery.event == filters.event)
    if cursor is not None:
        beyond = WebhookDelivery.id > cursor if back else WebhookDelivery.id < cursor
        rows = rows.where(beyond)
    order = WebhookDelivery.id.asc() if back else WebhookDelivery.id.desc()
    found = list(session().scalars(rows.order_by(order).limit(limit)))
    return found[::-1] if back else found


def attempts_of(delivery_id: str) -> list[WebhookAttempt]:
    """Return every try of a delivery, the newest first."""
    rows = select(WebhookAttempt).where(WebhookAttempt.delivery_id == delivery_id)
    return list(session().scalars(rows.order_by(WebhookAttempt.position.desc())))


def missed(endpoint_id: str, first: str, limit: int) -> list[str]:
    """Return the ids, from `first` on, of deliveries that never arrived, the oldest first."""
    found: list[str] = []
    for state in MISSED:
        rows = select(WebhookDelivery.id).where(
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.state == state,
            WebhookDelivery.id >= first,
        )
        found += session().scalars(rows.order_by(WebhookDelivery.id).limit(limit))
    return sorted(found)[:limit]


def expired(moment: datetime, limit: int) -> list[str]:
    """Return the ids of deliveries made before `moment`, for housekeeping."""
    rows = select(WebhookDelivery.id).where(WebhookDelivery.created_at < moment)
    return list(session().scalars(rows.order_by(WebhookDelivery.created_at).limit(limit)))
