"""What documents of before need for the lists of today is filled in as the intake would have."""

from pathlib import Path

from alembic import command
from sqlalchemy import select

from app.commands import migrations
from app.core import runtime
from app.core.runtime import Runtime
from app.documents.models import DealtCurrency, Document, FileWord
from tests import cast, databases, factories
from tests.installation import build

BEFORE = "0003"


def filled(here: Runtime) -> list[list[tuple[object, ...]]]:
    """Return what the migration writes."""
    with here.database.reading() as session:
        asked = (
            select(Document.id, Document.order_number, Document.order_sort).order_by(Document.id),
            select(FileWord.__table__).order_by(FileWord.document_id, FileWord.word),
            select(DealtCurrency.__table__).order_by(DealtCurrency.currency),
        )
        return [[tuple(row) for row in session.execute(one)] for one in asked]


def test_it_writes_what_the_intake_writes(tmp_path: Path) -> None:
    url = databases.fresh_database(databases.chosen(), tmp_path)
    here = build(tmp_path, database_url=url)
    with runtime.using(here):
        with here.database.transaction():
            house = cast.found("lindenhof", "Haus Lindenhof")
            keller = cast.customer(house, "K-1", "Ruth Keller", None)
            factories.invoice_for(keller, "R-1", currency="EUR")
            said = factories.einvoice("R-2", buyer="Unknown")
            factories.take_in(house.id, factories.ordered(said, " PO-Ä/7 "))
            factories.take_in(house.id, None, content=b"%PDF-")
        by_intake = filled(here)
        here.database.engine.dispose()
        command.downgrade(migrations(url), BEFORE)
        command.upgrade(migrations(url), "head")
        assert filled(here) == by_intake
        orders, words, currencies = by_intake
        assert [row[1:] for row in orders] == [(None, None), ("PO-Ä/7", "po-ä/7"), (None, None)]
        assert {row[1] for row in words} == {"invoice"}
        assert len(words) == 3
        assert [row[1] for row in currencies] == ["CHF", "EUR"]
        here.database.engine.dispose()
    databases.drop_database(url)
