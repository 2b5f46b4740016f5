"""A PDF that was made outlives the change of its table; a stamp goes where nobody knows stamps."""

from pathlib import Path

from alembic import command
from sqlalchemy import select

from app.acceptance.actions import answering
from app.commands import migrations
from app.core import runtime
from app.documents.models import Document
from app.organisations.models import Organisation
from app.organisations.rules import Asked
from app.renditions.actions import wishes
from app.renditions.models import Rendition
from app.renditions.rules import Form
from tests import cast, databases
from tests.acceptance.quotes import contact_of, quote_for
from tests.installation import build

BEFORE = "0011"


def test_it_loses_no_rendition_and_no_document(tmp_path: Path) -> None:
    url = databases.fresh_database(databases.chosen(), tmp_path)
    here = build(tmp_path, database_url=url)
    with runtime.using(here):
        with here.database.transaction() as session:
            keller = cast.customer(cast.found("one", "One"), "K-1", "Ruth", "ruth@one.example")
            session.flush()
            quote = quote_for(keller)
            wishes.wish_sheet(quote.id)
            answering.accept(quote, contact_of(keller, cast.contact(keller, "Ruth K")), "Ruth")
            wishes.wish_stamp(quote.id)
            made = {one.form: one.id for one in session.scalars(select(Rendition))}
        assert set(made) == {Form.PDF, Form.STAMPED}
        here.database.engine.dispose()
        command.downgrade(migrations(url), BEFORE)
        command.upgrade(migrations(url), "head")
        with here.database.reading() as session:
            (left,) = session.scalars(select(Rendition))
            assert (left.id, left.form, left.answer_id) == (made[Form.PDF], Form.PDF, "")
            again = session.get_one(Document, quote.id)
            assert (again.number, again.answer) == (quote.number, None)
            (house,) = session.scalars(select(Organisation))
            asked = (house.quote_order_number, house.quote_cost_centre)
            assert asked == (Asked.OPTIONAL, Asked.NEVER)
        here.database.engine.dispose()
    databases.drop_database(url)
