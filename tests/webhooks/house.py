"""A house with an endpoint, something to tell, and the hands that do the work of the outbox."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from app.access.principal import Principal
from app.core import clock, journal, outbox
from app.core.db import session
from app.core.journal import Actor
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.organisations.rules import MemberRole
from app.webhooks.actions import endpoints
from app.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import EVENT_NAMES
from jobs import runner
from tests import cast, factories

RUTH = Actor("person", "ruth", "Ruth Keller")


@dataclass(frozen=True)
class House:
    """Who is there."""

    id: str
    anna: Principal
    endpoint_id: str
    secret: str
    document_id: str
    customer_id: str


def open_house(url: str, events: list[str] | None = None) -> House:
    """Make the house in the transaction that is open."""
    house = cast.found("lindenhof", "Haus Lindenhof")
    anna = cast.administrator(cast.member(house, "Anna Amsler", MemberRole.ADMINISTRATOR))
    keller = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
    document = factories.invoice_for(keller, "2026-0412")
    endpoint, secret = endpoints.add(anna, url, "Accounting", events or list(EVENT_NAMES))
    session().flush()
    return House(house.id, anna, endpoint.id, secret, document.id, keller.id)


def open_in(here: Runtime, url: str, events: list[str] | None = None) -> House:
    """Make the house in a transaction of its own, with nothing left to be done."""
    with here.database.transaction():
        house = open_house(url, events)
    with here.database.transaction():
        for one in session().scalars(select(Promise)):
            session().delete(one)
    return house


def happen(here: Runtime, house: House, name: str = "quote.accepted", **data: object) -> str:
    """Let something happen to the document, and return the id of its entry."""
    with here.database.transaction():
        return journal.announce(
            name,
            RUTH,
            organisation_id=house.id,
            about=("document", house.document_id),
            version=1,
            **data,
        ).id


def work(
    here: Runtime, at: datetime | None = None, *, is_private: bool = True, only: str = ""
) -> int:
    """Do what is due at a moment, everything or `only` one task; returns how much it was."""
    settings = replace(here.settings, outbound_private=is_private)
    inside, done = replace(here, settings=settings), 0
    with clock.standing_at(at or clock.now()):
        while due := _due(here, only):
            done += sum(runner.run(inside, one) for one in due)
    return done


def _due(here: Runtime, only: str) -> list[str]:
    with here.database.reading():
        found = outbox.due(100)
        tasks = {one: session().get_one(Promise, one).task for one in found}
    return [one for one in found if not only or tasks[one] == only]


def told(here: Runtime) -> list[WebhookDelivery]:
    """Return all deliveries, the oldest first."""
    with here.database.reading() as opened:
        return list(opened.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def tries(here: Runtime) -> list[WebhookAttempt]:
    """Return all tries, in their order."""
    with here.database.reading() as opened:
        order = (WebhookAttempt.delivery_id, WebhookAttempt.position)
        return list(opened.scalars(select(WebhookAttempt).order_by(*order)))


def mine(house: House) -> WebhookEndpoint:
    """Return the endpoint, in the transaction that is open."""
    return session().get_one(WebhookEndpoint, house.endpoint_id)


def one_delivery() -> WebhookDelivery:
    """Return the only delivery, in the transaction that is open."""
    return session().scalars(select(WebhookDelivery)).one()


def endpoint_of(here: Runtime, house: House) -> WebhookEndpoint:
    """Return the endpoint as it is now."""
    with here.database.reading() as opened:
        return opened.get_one(WebhookEndpoint, house.endpoint_id)
