"""The log of an endpoint reads from indexes, however long it is."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import insert, text

from app.core import clock, ids, journal
from app.core.db import session
from app.core.runtime import Runtime
from app.webhooks import queries
from app.webhooks.models import WebhookDelivery
from app.webhooks.queries import Filters
from app.webhooks.rules import EVENT_NAMES, State
from tests import databases
from tests.both import installation
from tests.laws.test_queries import explained
from tests.webhooks.house import House, open_house

MANY = 20_000


@pytest.fixture(scope="module", params=databases.kinds())
def many(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Runtime, House]]:
    """An endpoint that was told a lot."""
    with installation(request.param, tmp_path_factory.mktemp("many")) as here:
        with here.database.transaction():
            house = open_house("https://hooks.example/")
            fill(house)
        with here.database.transaction():
            session().execute(text("ANALYZE"))
        yield here, house


def fill(house: House) -> None:
    now, names = clock.now(), list(EVENT_NAMES)
    entries = [ids.new() for _number in range(MANY)]
    common = {"organisation_id": house.id, "object_id": house.document_id, "data": {}}
    common |= {"actor_kind": "system", "actor_id": "kontor", "actor_name": "Kontor", "version": 1}
    session().execute(
        insert(journal.Entry),
        [
            {"id": entry, "at": now, "name": names[0], "object_kind": "document", **common}
            for entry in entries
        ],
    )
    session().execute(
        insert(WebhookDelivery),
        [
            {
                "id": ids.new(),
                "organisation_id": house.id,
                "endpoint_id": house.endpoint_id,
                "entry_id": entry,
                "event": names[number % len(names)],
                "body": "{}",
                "state": list(State)[number % 7 % 4],
                "tries": 1,
                "failures": 0,
                "created_at": now - timedelta(minutes=number),
            }
            for number, entry in enumerate(entries)
        ],
    )


def wrong(plans: list[list[str]]) -> list[str]:
    return [
        line
        for plan in plans
        for line in plan
        if "Seq Scan on webhook_delivery" in line
        or line.strip().startswith("SCAN webhook_delivery")
        or "USE TEMP B-TREE FOR ORDER BY" in line
    ]


def test_every_filter_and_both_directions_have_an_index(many: tuple[Runtime, House]) -> None:
    here, house = many
    tried = 0
    for state, event, back in product((None, *State), (None, "comment.added"), (False, True)):
        filters = Filters(state, event)
        with here.database.reading():
            first = queries.page(house.endpoint_id, filters, None, back=False, limit=26)
        with here.database.reading() as opened, explained(opened.connection()) as plans:
            found = queries.page(house.endpoint_id, filters, first[-1].id, back=back, limit=26)
        assert wrong(plans) == [], plans
        assert {state or one.state for one in found} == {one.state for one in found}
        assert {event or one.event for one in found} == {one.event for one in found}
        tried += 1
    assert tried == 20


def test_pages_together_show_every_message_once(many: tuple[Runtime, House]) -> None:
    here, house = many
    seen: list[str] = []
    filters = Filters(State.FAILED, "comment.added")
    with here.database.reading():
        cursor = None
        while rows := queries.page(house.endpoint_id, filters, cursor, back=False, limit=100):
            seen += [row.id for row in rows]
            cursor = rows[-1].id
        before = queries.page(house.endpoint_id, filters, seen[10], back=True, limit=10)
    assert [row.id for row in before] == seen[:10]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) > 100


def test_what_housekeeping_and_replays_ask_for_has_an_index(many: tuple[Runtime, House]) -> None:
    here, house = many
    with here.database.reading() as opened, explained(opened.connection()) as plans:
        old = queries.expired(clock.now() - timedelta(days=10), 100)
        missed = queries.missed(house.endpoint_id, "0" * 26, 100)
    assert wrong(plans) == [], plans
    assert len(old) == len(missed) == 100
    assert missed == sorted(missed)
