"""Many at once: an endpoint is told once, has one secret, and is one of ten."""

import pytest
from sqlalchemy import func, select

from app.core import journal
from app.core.db import session
from app.core.errors import Refused
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.webhooks import queries, rules
from app.webhooks.actions import attempts, deliveries, endpoints
from app.webhooks.channels.calling import Sending
from app.webhooks.models import WebhookAttempt, WebhookDelivery
from app.webhooks.rules import Outcome
from jobs import reactions
from tests.races.together import THREADS, together
from tests.webhooks.house import House, happen, mine, one_delivery, open_in

URL = "https://hooks.example/kontor"


@pytest.fixture
def house(here: Runtime) -> House:
    return open_in(here, URL)


def count(what: type[WebhookDelivery] | type[WebhookAttempt]) -> int:
    return session().scalar(select(func.count()).select_from(what)) or 0


def test_twenty_reactions_make_one_delivery(here: Runtime, house: House) -> None:
    entry = happen(here, house)
    together(here, THREADS, lambda _: reactions.react(entry))
    with here.database.reading():
        assert count(WebhookDelivery) == 1
        sends = select(func.count()).where(Promise.task == deliveries.SEND)
        assert session().scalar(sends) == 1


def test_twenty_that_begin_leave_one_open_try(here: Runtime, house: House) -> None:
    entry = happen(here, house)
    with here.database.transaction():
        reactions.react(entry)
        delivery_id = one_delivery().id
    begun = together(here, THREADS, lambda _: attempts.begin(delivery_id))
    found = [one for one in begun if isinstance(one, Sending)]
    with here.database.reading():
        tries = queries.attempts_of(delivery_id)
        assert one_delivery().tries == len(tries) == len(found) >= 1
        assert {one.position for one in found} == {one.position for one in tries}
        assert [one.outcome for one in tries] == [None] + [Outcome.LOST] * (len(tries) - 1)


def test_twenty_new_secrets_are_one(here: Runtime, house: House) -> None:
    made = together(here, THREADS, lambda _: endpoints.rotate(mine(house), house.anna, 1))
    assert len(made) == 1
    with here.database.reading():
        assert mine(house).secret_number == 2


def test_of_twenty_more_endpoints_nine_are_taken(here: Runtime, house: House) -> None:
    together(here, THREADS, lambda _: endpoints.add(house.anna, URL, "", ["document.opened"]))
    with here.database.reading():
        assert queries.how_many(house.id) == rules.MOST_ENDPOINTS


def test_twenty_removals_are_one(here: Runtime, house: House) -> None:
    together(here, THREADS, lambda _: endpoints.remove(mine(house), house.anna))
    with here.database.reading():
        lines = journal.about("webhook", house.endpoint_id)
        assert [line.name for line in lines] == ["webhook.removed", "webhook.added"]


def test_one_more_is_refused(here: Runtime, house: House) -> None:
    together(here, 9, lambda _: endpoints.add(house.anna, URL, "", ["document.opened"]))
    with here.database.transaction(), pytest.raises(Refused):
        endpoints.add(house.anna, URL, "", ["document.opened"])
