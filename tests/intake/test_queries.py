"""What is known already, asked of the own house only."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.intake import queries
from app.intake.actions import tables
from app.intake.queries import tables as table_queries
from app.intake.rules import mapping
from app.intake.rules.outlook import Known
from app.organisations.models import Customer, Organisation
from tests import cast
from tests.factories import einvoice, take_in
from tests.intake.packs import brought, csv, letter, letters, row


def staff(of: Organisation) -> Principal:
    return Principal(role=Role.STAFF, id="staff", organisation_id=of.id)


@pytest.mark.parametrize("parameters", [1, 30_000])
def test_what_is_known_is_known_in_one_house_only(
    house: Organisation,
    keller: Customer,
    session: Session,
    monkeypatch: pytest.MonkeyPatch,
    parameters: int,
) -> None:
    """In one statement, or in one for each sign where there are too many values."""
    monkeypatch.setattr(table_queries, "PARAMETERS", parameters)
    other = cast.found("brandt", "Brandt GmbH")
    for number in ("B-1", "B-2"):
        cast.customer(other, number, "Lena Neu", None)
    take_in(house.id, einvoice(), content=letter("A"))
    rows = csv(row("A"), row("B", "B-1"), row("C", "", "Ruth Keller"), row("D", "", "Lena Neu"))
    good = tables.planned(brought(house.id, rows, letters(*"ABCD"))).good
    here, there = queries.known(house.id, good), queries.known(other.id, good)
    assert [line.entry.sha256 in here.bytes for line in good if line.entry] == [
        True,
        False,
        False,
        False,
    ]
    assert here.signs == {("number", "K-1"), ("name", "ruth keller")}
    # Two customers are called Lena Neu there: the name fits none.
    assert (there.bytes, there.signs) == (frozenset(), {("number", "B-1")})
    assert queries.known(house.id, []) == Known()


def test_a_draft_is_there_for_seven_days(house: Organisation, session: Session) -> None:
    table = brought(house.id)
    assert queries.table(staff(house), table.id) is table
    assert queries.drafts(staff(house), 10) == [table]
    table.created_at -= mapping.DRAFT_LIFE + timedelta(minutes=1)
    session.flush()
    assert queries.table(staff(house), table.id) is None
    assert queries.drafts(staff(house), 10) == []
    tables.start(table, tables.planned(table).good, cast.BY, creates_customers=False)
    assert queries.table(staff(house), table.id) is table


def test_a_name_fits_one_customer_or_none(house: Organisation, keller: Customer) -> None:
    assert queries.customer_named(house.id, "RUTH KELLER") is keller
    cast.customer(house, "K-2", "Ruth Keller", None)
    assert queries.customer_named(house.id, "Ruth Keller") is None
