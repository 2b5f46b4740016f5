from datetime import timedelta

import pytest
from sqlalchemy import event

from app.core import clock
from app.core.db import session
from app.core.runtime import Runtime
from app.master_data import queries
from app.master_data.actions import changing
from app.organisations import actions as organisations
from app.organisations.rules.own_data import Field, values_of
from tests.master_data.conftest import IBAN, House, asked_in


def test_what_waits_stands_before_what_was_decided(house: House) -> None:
    iban, _street = house.propose(house.ruth, iban=IBAN, street="Bergstrasse 1")
    for number in range(queries.SHOWN + 5):
        house.propose(house.ruth, city=f"Town {number}")
    found = queries.own(house.lena)
    assert len(found) == queries.SHOWN
    assert found[0].change.id == iban.change.id


def test_the_queue_walks_forth_and_back_from_the_oldest(house: House) -> None:
    waits = house.propose(house.ruth, iban=IBAN, vat_id="DE136695976", name="Ruth Neu")
    order = [one.change.id for one in waits]
    first = queries.queue(house.ben, None, back=False, limit=2)
    rest = queries.queue(house.ben, first[-1].change.id, back=False, limit=2)
    assert [one.change.id for one in [*first, *rest]] == order
    back = queries.queue(house.ben, rest[0].change.id, back=True, limit=2)
    assert [one.change.id for one in back] == order[:2]
    assert queries.waiting(house.ben) == 3
    assert (queries.queue(house.ruth, None, back=False, limit=2), queries.waiting(house.ruth)) == (
        [],
        0,
    )


def test_a_count_stops_where_nobody_needs_to_know(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.propose(house.ruth, iban=IBAN, vat_id="DE136695976", name="Ruth Neu")
    monkeypatch.setattr(queries, "MANY", 2)
    assert queries.waiting(house.ben) == 2


def test_whom_the_organisation_let_in_is_independent(house: House) -> None:
    assert queries.decider(house.lena).is_independent
    asked_in(house, house.lena.id, "Ruth Keller")
    assert not queries.decider(house.lena).is_independent
    assert queries.decider(house.ben).is_staff


def test_the_journal_says_where_values_come_from(house: House) -> None:
    house.propose(house.ruth, street="Bergstrasse 1")
    organisations.change_customer(
        house.keller,
        house.ben,
        number="K-1",
        **{field.value: value for field, value in values_of(house.keller).items()}
        | {"city": "Bern"},
    )
    (iban,) = house.propose(house.ruth, iban=IBAN)
    changing.accept(iban, house.ben)
    house.session.flush()
    found = queries.origins(house.keller)
    assert (found[Field.STREET].by, found[Field.IBAN].by) == ("Ruth Keller", "Ruth Keller")
    assert (found[Field.CITY].by, found[Field.NAME].by) == ("", "")
    assert found[Field.CITY].at > found[Field.NAME].at


def test_who_may_not_change_data_is_not_asked_about_them(house: House) -> None:
    house.keller.created_at = clock.now() - timedelta(days=400)
    house.session.flush()
    found = queries.asked(house.ruth).nudge
    assert found is not None
    assert (found.at, found.is_confirmed) == (house.keller.created_at, False)
    assert queries.asked(house.ben).nudge is None
    organisations.confirm_data(house.keller, house.lena)
    house.session.flush()
    assert queries.asked(house.ruth).nudge is None


def plan(here: Runtime, statement: str, values: object) -> str:
    word = "EXPLAIN QUERY PLAN " if here.database.is_sqlite else "EXPLAIN "
    cursor = session().connection().connection.cursor()
    cursor.execute(word + statement, values)
    return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_queue_and_counts_are_read_from_their_indexes(here: Runtime, house: House) -> None:
    if not here.database.is_sqlite:
        house.session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
    asked: list[tuple[str, object]] = []

    def note(
        _connection: object, _cursor: object, statement: str, values: object, *_: object
    ) -> None:
        asked.append((statement, values))

    connection = house.session.connection()
    event.listen(connection, "before_cursor_execute", note)
    queries.queue(house.ben, None, back=False, limit=26)
    queries.waiting(house.ben)
    queries.unexported(house.ben)
    event.remove(connection, "before_cursor_execute", note)
    wanted = ("ix_data_change_queue", "ix_data_change_queue", "ix_data_change_fresh")
    for (statement, values), index in zip(asked, wanted, strict=True):
        assert index in plan(here, statement, values)
