from flask import Flask

from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.web import installation
from tests import cast, factories


def test_what_is_ready_is_released_by_a_command(app: Flask) -> None:
    here = installation.of(app)
    with here.database.transaction():
        house = cast.found("lindenhof", "Haus Lindenhof", publishes_at_once=False)
        keller = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
        invoice = factories.invoice_for(keller, "R-1")
        said = factories.einvoice("Q-1", buyer=keller.name, customer_number=keller.number)
        quote = factories.take_in(house.id, said, kind=Kind.QUOTE)
    run = app.test_cli_runner().invoke
    one = run(args=["release", "--organisation", "lindenhof", "--kind", "quote"])
    assert (one.exit_code, "1 published" in one.output) == (0, True)
    with here.database.reading() as session:
        states = [session.get_one(Document, each.id).state for each in (invoice, quote)]
    assert states == [State.READY, State.PUBLISHED]
    assert run(args=["release", "--organisation", "nobody"]).exit_code == 1
    again = run(args=["release", "--organisation", "lindenhof", "--kind", "quote"])
    assert "No document is ready any more" in again.output
