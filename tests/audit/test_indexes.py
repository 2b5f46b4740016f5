"""Whatever the journal is narrowed to, a page of it comes from an index, on both databases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import insert, text

from app.access.grants import Role
from app.access.principal import Principal
from app.audit import queries
from app.audit.queries import Filters
from app.core import clock, ids
from app.core.db import session
from app.core.journal import Entry
from app.core.runtime import Runtime
from tests import databases
from tests.both import installation
from tests.cast import found
from tests.laws.test_queries import explained

MANY = 8_000
NAMES = ("document.opened", "document.published", "person.signed_in")


@pytest.fixture(scope="module", params=databases.kinds())
def here(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Runtime]:
    """A house with a long journal; these lines have no seals."""
    with installation(request.param, tmp_path_factory.mktemp("journal")) as one:
        with one.database.transaction() as opened:
            house = found("lindenhof", "Haus Lindenhof").id
            opened.flush()
            rows = [line(number, house) for number in range(MANY)]
            opened.execute(insert(Entry), rows)
        with one.database.transaction() as opened:
            opened.execute(text("ANALYZE"))
        yield one


def line(number: int, organisation_id: str) -> dict[str, object]:
    return {
        "id": ids.new(),
        "at": clock.now(),
        "organisation_id": organisation_id,
        "name": "document.rare" if number == 7 else NAMES[number % 3],
        "actor_kind": "person",
        "actor_id": f"actor-{number % 50}",
        "actor_name": "Anna",
        "object_kind": "document",
        "object_id": f"object-{number % 500}",
        "version": None,
        "data": {},
    }


def test_pages_come_from_an_index(here: Runtime) -> None:
    with here.database.reading() as opened:
        house = opened.scalar(text("SELECT id FROM organisation"))
        middle = opened.scalar(
            text(f"SELECT id FROM journal_entry ORDER BY id LIMIT 1 OFFSET {MANY // 2}")
        )
    olga = Principal(role=Role.AUDITOR, id="olga", organisation_id=str(house))
    for filters, expected in (
        (Filters(), 26),
        (Filters(names=NAMES), 26),
        (Filters(names=("document.rare",)), 1),
        (Filters(actor="actor-3"), 26),
        (Filters(actor="actor-3", names=NAMES), 26),
        (Filters(actor="actor-3", names=("document.rare",)), 0),
        (Filters(thing="document", things=("object-5", "object-6")), 26),
        (Filters(thing="document", things=("object-5",), names=NAMES), 16),
        (Filters(first=middle), 26),
        (Filters(end=middle, actor="actor-3"), 26),
    ):
        with here.database.reading(), explained(session().connection()) as plans:
            lines = queries.page(olga, filters, None, back=False, limit=26)
        assert len(lines) == expected, filters
        for step in (step for plan in plans for step in plan):
            assert "Seq Scan on journal_entry" not in step, plans
            assert not step.strip().startswith("SCAN journal_entry"), plans
    with here.database.reading(), explained(session().connection()) as plans:
        assert queries.names(olga) == sorted({*NAMES, "document.rare", "organisation.founded"})
