"""The whole corpus through the real command: published, or held with findings that say why."""

from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select

from app.core.errors import Invalid
from app.core.money import Money
from app.documents import queries
from app.documents.models import Content, Document
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.intake.models import Intake, IntakeItem, ItemState
from app.web import installation
from tests import corpus
from tests.cast import Cast

pytestmark = pytest.mark.skipif(
    not corpus.einvoices(), reason="the corpus is not beside the project"
)

ARGUMENTS = ["import", "--organisation", "lindenhof", "--create-customers"]


def test_every_file_is_published_or_held_with_the_reason(app: Flask, cast: Cast) -> None:
    files = corpus.einvoices()
    before = cast.lindenhof.id
    result = app.test_cli_runner().invoke(args=[*ARGUMENTS, *map(str, files)])
    # 1 says that some are held; a crash would be something else.
    assert result.exit_code == 1, result.output
    with installation.of(app).database.reading() as session:
        newest = session.scalars(
            select(Intake).where(Intake.organisation_id == before).order_by(Intake.id.desc())
        ).first()
        assert newest is not None
        items = session.scalars(select(IntakeItem).where(IntakeItem.intake_id == newest.id)).all()
        assert len(items) == len(files) > 80
        states = Counter(item.state for item in items)
        assert states[ItemState.WAITING] == states[ItemState.FAILED] == 0
        assert states[ItemState.TAKEN_IN] >= 25
        for item in items:
            document = session.get_one(Document, item.document_id)
            content = session.get_one(Content, document.id)
            check(item, document, content)


def check(item: IntakeItem, document: Document, content: Content) -> None:
    """What was published says what its e-invoice says; what was held says why."""
    replaced = document.state is State.DISCARDED and document.superseded_by
    if document.state is State.HELD or replaced:
        findings = queries.findings_of(content)
        assert findings, item.name
        assert all(one.rule and one.text() for one in findings), item.name
        return
    # A later file of the same number and date may have made a second version of either kind.
    assert document.state in (State.PUBLISHED, State.SUPERSEDED), item.name
    einvoice = queries.einvoice_of(content)
    assert einvoice is not None
    assert document.kind in (Kind.INVOICE, Kind.CREDIT_NOTE)
    assert document.number == einvoice.number != ""
    assert document.issue_date == einvoice.issue_date is not None
    assert document.customer_id is not None
    assert (document.seller_name, document.buyer_name) == (
        einvoice.seller.name[:200],
        einvoice.buyer.name[:200],
    )
    assert document.total == money(einvoice.totals.with_vat, einvoice.currency)
    assert document.payable == money(einvoice.totals.due, einvoice.currency)


def money(amount: object, currency: str) -> Money | None:
    """Return the amount as money, None where there is none."""
    try:
        return None if amount is None else Money.of(amount, currency)  # type: ignore[arg-type]
    except Invalid:
        return None


def test_the_same_files_again_are_nothing_new(app: Flask, cast: Cast) -> None:
    files = list(map(str, corpus.cen_ubl()[:5]))
    runner = app.test_cli_runner()
    runner.invoke(args=[*ARGUMENTS, *files])
    result = runner.invoke(args=[*ARGUMENTS, *files])
    assert result.exit_code == 0
    assert f"{len(files)} known" in result.output


def test_other_kinds_are_published_and_the_rest_is_held(app: Flask, cast: Cast) -> None:
    files = corpus.oasis_others()
    if not files:
        pytest.skip("these corpora are not here")
    result = app.test_cli_runner().invoke(args=[*ARGUMENTS, *map(str, files)])
    assert result.exit_code == 1, result.output
    with installation.of(app).database.reading() as session:
        rows = session.execute(
            select(Document.kind, Document.state, Content.syntax, Content.einvoice)
            .join(Content, Content.document_id == Document.id)
            .where(Document.organisation_id == cast.lindenhof.id, Content.syntax != "ubl_invoice")
        ).all()
    assert len(rows) == len(files)
    shown = Counter(row.kind for row in rows if row.state is State.PUBLISHED)
    held = Counter(row.syntax for row in rows if row.state is State.HELD)
    # One number is sent four times by the same seller: only its last version stays published.
    assert shown[Kind.DELIVERY_NOTE] == 1
    assert shown[Kind.ORDER_CONFIRMATION] >= 2
    assert held["ubl_quotation"] == 2
    assert held["ubl_reminder"] == 1
    assert all(row.einvoice for row in rows if row.syntax != "other_xml")
