"""What administrators decide about endpoints."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import update

from app.access.principal import Principal
from app.core import clock, ids, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.languages import gettext as _
from app.organisations import queries as organisations
from app.webhooks import queries, rules
from app.webhooks.channels import signing
from app.webhooks.models import WebhookEndpoint
from app.webhooks.rules import EndpointState


def add(
    who: Principal, url: str, description: str, events: Iterable[str]
) -> tuple[WebhookEndpoint, str]:
    """Add an endpoint and return it with its secret, which nobody can see again.

    Raises `Refused` where the organisation has as many as it may.
    """
    organisations.hold_organisation(who.organisation_id)
    if queries.how_many(who.organisation_id) >= rules.MOST_ENDPOINTS:
        raise Refused(
            _(
                "There are %(count)s webhooks already. Remove one that is not needed any more.",
                count=rules.MOST_ENDPOINTS,
            )
        )
    endpoint = WebhookEndpoint(
        id=ids.new(),
        organisation_id=who.organisation_id,
        url=url,
        description=description,
        events=sorted(events),
        state=EndpointState.ACTIVE,
        secret_number=1,
        created_by=who.id,
        created_at=clock.now(),
    )
    session().add(endpoint)
    note("webhook.added", endpoint, who.actor, events=endpoint.events)
    return endpoint, signing.secret(endpoint.id, 1)


def change(
    endpoint: WebhookEndpoint,
    who: Principal,
    *,
    url: str,
    description: str,
    events: Iterable[str],
    is_active: bool,
) -> None:
    """Change an endpoint; switching on one that was paused, off or gone forgives its failures."""
    values = {"url": url, "description": description, "events": sorted(events)}
    changed = [name for name, value in values.items() if getattr(endpoint, name) != value]
    for name in changed:
        setattr(endpoint, name, values[name])
    if _switch(endpoint, is_active):
        changed.append("state")
    if changed:
        note("webhook.changed", endpoint, who.actor, fields=sorted(changed))


def _switch(endpoint: WebhookEndpoint, is_active: bool) -> bool:
    """Switch on, or off; what is not active stays what it is when it is not to be."""
    target = EndpointState.ACTIVE if is_active else EndpointState.OFF
    sources = set(EndpointState) - {target} if is_active else {EndpointState.ACTIVE}
    values = {"state": target} | ({"failing_since": None} if is_active else {})
    session().flush()
    switched = (
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint.id, WebhookEndpoint.state.in_(sources))
        .values(**values)
        .returning(WebhookEndpoint.id)
        .execution_options(synchronize_session=False)
    )
    is_switched = session().execute(switched).first() is not None
    session().refresh(endpoint)
    return is_switched


def rotate(endpoint: WebhookEndpoint, who: Principal, shown: int) -> str:
    """Make a new secret and return it; the one before stays good for `rules.OLD_SECRET`.

    `shown` counts the secret that was good when it was asked for: a double click must not take away
    one that nobody has replaced yet. Raises `Refused`.
    """
    rotated = (
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint.id, WebhookEndpoint.secret_number == shown)
        .values(secret_number=shown + 1, rotated_at=clock.now())
        .returning(WebhookEndpoint.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(rotated).first() is None:
        raise Refused(
            _(
                "The secret was changed just now. Open the webhook again before changing it once more."
            )
        )
    session().refresh(endpoint)
    note("webhook.secret_changed", endpoint, who.actor)
    return signing.secret(endpoint.id, endpoint.secret_number)


def remove(endpoint: WebhookEndpoint, who: Principal) -> None:
    """Take an endpoint away: it is told nothing from now on. Twice is harmless."""
    removed = (
        update(WebhookEndpoint)
        .where(WebhookEndpoint.id == endpoint.id, WebhookEndpoint.removed_at.is_(None))
        .values(removed_at=clock.now(), state=EndpointState.OFF)
        .returning(WebhookEndpoint.id)
        .execution_options(synchronize_session=False)
    )
    if session().execute(removed).first() is not None:
        note("webhook.removed", endpoint, who.actor)


def note(name: str, endpoint: WebhookEndpoint, by: journal.Actor, **data: Any) -> journal.Entry:
    """Write one line about an endpoint."""
    return journal.record(
        name,
        by,
        organisation_id=endpoint.organisation_id,
        about=("webhook", endpoint.id),
        host=rules.host_of(endpoint.url),
        **data,
    )
