"""What pages may ask of the database: few statements, and each list from an index."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Connection, event

from app.access.grants import Role
from app.access.principal import Principal
from app.core.runtime import Runtime
from app.documents import queries
from app.documents.queries import Filters
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.web import installation
from tests import databases
from tests.bench import stock
from tests.bench.stock import Stock
from tests.both import installation as installed
from tests.browser import Browser
from tests.cast import Cast
from tests.counting import statements

MOST = 6
MANY = 50_000
STAFF = (
    "/desk",
    "/documents",
    "/documents?q=2026",
    "/documents/{document}",
    "/documents/{held}",
    "/documents/{document}/files/{file}",
    "/documents/{document}/withdrawal",
    "/intakes",
    "/intakes/{intake}",
    "/customers",
    "/customers/{customer}",
    "/customers/{customer}/edit",
    "/deliveries",
    "/deliveries/{dispatch}",
    "/settings",
    "/settings/members",
    "/account",
)
CUSTOMER = ("/home", "/documents", "/documents/{document}", "/account")
PEOPLE = [("ben", path) for path in STAFF] + [("ruth", path) for path in CUSTOMER]
PEOPLE += [("guest", "/documents/{document}"), ("anna", "/settings/mail-in")]


@pytest.mark.parametrize(("who", "path"), PEOPLE)
def test_a_page_asks_few_questions(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], who: str, path: str
) -> None:
    address = path.format(
        document=cast.invoice.id,
        held=cast.held.id,
        file=cast.file_id,
        intake=cast.intake.id,
        customer=cast.keller.id,
        dispatch=cast.dispatch.id,
    )
    one = browser(who)
    one.client.get(address)  # a first look leaves a receipt
    with statements(installation.of(app).database.engine) as found:
        answer = one.get(address)
    assert answer.status_code == 200, address
    assert found, "nothing was counted"
    assert len(found) <= MOST, "\n\n".join(found)


@pytest.fixture(scope="module", params=databases.kinds())
def many(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Runtime, Stock]]:
    """A house with many documents, on each kind of database."""
    with installed(request.param, tmp_path_factory.mktemp("many")) as here:
        yield here, stock.build(here, MANY)


def lists(of: Stock) -> Iterator[tuple[Principal, Filters]]:
    """Every way to narrow the list, for staff and for a customer."""
    staff = Principal(role=Role.STAFF, id="staff", organisation_id=of.organisation_id)
    contact = Principal(
        role=Role.CONTACT,
        id="contact",
        organisation_id=of.organisation_id,
        customer_id=of.customer_id,
    )
    for who, kind, state, customer in product(
        (staff, contact), (None, Kind.QUOTE), (None, State.SUPERSEDED), (None, of.customer_id)
    ):
        yield who, Filters(kind=kind, state=state, customer_id=customer)
    yield staff, Filters(since=of.day, until=of.day)
    yield staff, Filters(search=of.number)
    yield staff, Filters(search="aaron", named_customers=(of.customer_id,))


def test_every_list_is_read_from_an_index(many: tuple[Runtime, Stock]) -> None:
    here, of = many
    day, document = of.deep.split("~")
    cursors = (None, (of.day.fromisoformat(day), document))
    for (who, filters), cursor, back in product(lists(of), cursors, (False, True)):
        with here.database.reading() as session, explained(session.connection()) as plans:
            queries.page(who, filters, cursor, back=back, limit=26)
        (plan,) = plans
        wrong = [line for line in plan if is_whole_table(line) or is_sort(line, filters)]
        assert wrong == [], (who.role, filters, "\n".join(plan))


def is_whole_table(line: str) -> bool:
    """Say whether a line of a plan reads all documents."""
    return "Seq Scan on document" in line or line.strip().startswith("SCAN document")


def is_sort(line: str, filters: Filters) -> bool:
    """Say whether a line sorts; a search sorts what it found, which is never much."""
    sorts = "USE TEMP B-TREE FOR ORDER BY" in line or "Sort  (" in line
    return sorts and not filters.search


@contextmanager
def explained(connection: Connection) -> Iterator[list[list[str]]]:
    """Collect the plans of the statements that run within a block."""
    word = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
    plans: list[list[str]] = []

    def explain(_connection: Any, cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            cursor.execute(word + statement, values)
            plans.append([str(row[-1]) for row in cursor.fetchall()])

    event.listen(connection, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(connection, "before_cursor_execute", explain)
