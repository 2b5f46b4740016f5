"""A table and its archive: kept, started once, unpacked slice by slice, taken in with its rows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import ids, outbox, runtime
from app.core.db import session as current_session
from app.core.errors import Refused
from app.core.journal import Entry
from app.core.outbox import Promise
from app.core.storage import address
from app.documents import queries as documents
from app.documents.models import Document, FileRole
from app.documents.rules import description
from app.documents.rules.findings import Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.life import CUSTOMER_UNKNOWN, State
from app.intake.actions import course, tables, taking, unpacking
from app.intake.models import ColumnMapping, Intake, IntakeItem, IntakeRow, IntakeTable, ItemState
from app.intake.queries import waiting_items
from app.intake.rules import mapping
from app.intake.rules.columns import Columns
from app.organisations.models import Customer, Organisation
from jobs import intake as jobs
from tests.documents.invoices import pdf, ubl
from tests.factories import BY
from tests.intake.packs import brought, csv, letter, letters, row, zipped


def begun(of: IntakeTable, *, creates_customers: bool = False) -> Intake:
    intake = tables.start(of, tables.planned(of).good, BY, creates_customers=creates_customers)
    current_session().refresh(of)
    return intake


def unpack(of: IntakeTable) -> None:
    """Unpack all slices, as jobs do."""
    while (packed := jobs.UNPACK.prepare(of.id)) is not None:
        jobs.UNPACK.settle(packed, jobs.UNPACK.perform(packed))
        current_session().refresh(of)


def take_in(of: Intake) -> list[Document]:
    """Take in all files of an intake, as jobs do."""
    for item in waiting_items(of.id):
        waiting = taking.waiting(item)
        assert waiting is not None
        taking.keep(taking.examined(waiting), BY)
    rows = (
        select(Document)
        .join(IntakeItem, IntakeItem.document_id == Document.id)
        .where(IntakeItem.intake_id == of.id)
        .order_by(IntakeItem.position)
    )
    return list(current_session().scalars(rows))


def taken_in(house: Organisation, content: bytes, archive: bytes, **how: bool) -> list[Document]:
    table = brought(house.id, content, archive)
    intake = begun(table, **how)
    unpack(table)
    return take_in(intake)


def count(session: Session, what: type) -> int:
    return session.scalar(select(func.count()).select_from(what)) or 0


def test_a_draft_keeps_what_was_read_and_makes_nothing(
    house: Organisation, session: Session
) -> None:
    table = brought(house.id)
    read, entries = tables.contents(table)
    assert [one.cells[0] for one in read.rows] == ["T-1", "T-2", "T-3"]
    assert [one.name for one in entries] == ["T-1.pdf", "T-2.pdf", "T-9.pdf"]
    assert (table.rows, table.files, table.intake_id) == (3, 3, None)
    assert count(session, Intake) == count(session, Promise) == 0


def test_a_table_is_started_once(house: Organisation, session: Session) -> None:
    table = brought(house.id)
    good = tables.planned(table).good
    begun(table)
    with pytest.raises(Refused, match="already"), session.begin_nested():
        tables.start(table, good, BY, creates_customers=False)
    with pytest.raises(Refused, match="columns stay"):
        tables.choose(table, [], Columns(), BY)
    assert (count(session, Intake), count(session, IntakeItem), count(session, Promise)) == (
        1,
        2,
        1,
    )


def test_each_action_leaves_one_line(house: Organisation, session: Session) -> None:
    begun(brought(house.id))
    names = session.scalars(select(Entry.name).order_by(Entry.id)).all()
    assert list(names)[-3:] == ["table.brought", "table.columns_chosen", "intake.started"]


def test_files_are_unpacked_slice_by_slice_and_promised_once(
    house: Organisation, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SLICE", 2)
    numbers = [f"N-{n}" for n in range(5)]
    table = brought(house.id, csv(*map(row, numbers)), letters(*numbers))
    intake = begun(table)
    first = unpacking.packed(table.id)
    assert first is not None
    assert first.names == ("N-0.pdf", "N-1.pdf")
    storage = runtime.current().storage
    assert unpacking.unpack(first) == 2
    assert storage.read(house.id, address(letter("N-1"))) == letter("N-1")
    unpacking.unpacked(first)
    # A worker whose lease ran out comes back with the same slice: nothing is promised twice.
    before = promised(session)
    unpacking.unpacked(first)
    assert promised(session) == before
    assert before.count(course.TAKE_IN) == 2
    session.refresh(table)
    unpack(table)
    assert table.unpacked == 5
    assert promised(session).count(course.TAKE_IN) == 5
    assert len(waiting_items(intake.id)) == 5


def promised(session: Session) -> list[str]:
    return list(session.scalars(select(outbox.Promise.task)))


def test_what_was_killed_while_unpacking_is_done_again_without_a_double(
    house: Organisation, keller: Customer, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files of a slice were stored, and nothing was written down: as after kill -9."""
    monkeypatch.setattr(unpacking, "SLICE", 2)
    table = brought(house.id, csv(row("A"), row("B"), row("C")), letters("A", "B", "C"))
    intake = begun(table)
    lost = unpacking.packed(table.id)
    assert lost is not None
    unpacking.unpack(lost)
    unpack(table)
    made = take_in(intake)
    assert [one.number for one in made] == ["A", "B", "C"]
    assert take_in(intake) == made
    assert count(session, Document) == 3


def test_what_cannot_be_unpacked_is_marked(
    house: Organisation, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "SLICE", 1)
    table = brought(house.id)
    begun(table)
    packed = unpacking.packed(table.id)
    assert packed is not None
    unpacking.unpack(packed)
    unpacking.unpacked(packed)
    session.refresh(table)
    jobs.UNPACK.abandon(table.id)
    states = session.scalars(select(IntakeItem.state).order_by(IntakeItem.position))
    assert list(states) == [ItemState.WAITING, ItemState.FAILED]
    jobs.UNPACK.abandon(ids.new())


def test_a_row_describes_its_pdf(house: Organisation, keller: Customer) -> None:
    (made,) = taken_in(house, csv(row("R-1", name="")), letters("R-1"))
    assert (made.kind, made.number, made.state) == (Kind.INVOICE, "R-1", State.PUBLISHED)
    assert (made.customer_id, made.buyer_name) == (keller.id, "Ruth Keller")
    assert (made.total_minor, made.payable_minor, made.currency) == (128450, 128450, "CHF")
    (finding,) = documents.findings_of(documents.content_of(made))
    assert (finding.rule, finding.severity) == (description.BY_HAND, Severity.INFORMATION)
    assert "row 2 of the table rechnungen.csv" in finding.text()
    (file,) = documents.files_of(made)
    assert (file.role, file.name, file.media_type) == (
        FileRole.ORIGINAL,
        "R-1.pdf",
        "application/pdf",
    )


def test_a_stranger_is_proposed_or_made(house: Organisation, session: Session) -> None:
    (held,) = taken_in(house, csv(row("R-1", "K-9", "Lena Neu")), letters("R-1"))
    content = documents.content_of(held)
    assert held.state is State.HELD
    assert CUSTOMER_UNKNOWN in {one.rule for one in documents.findings_of(content)}
    assert content.proposal is not None
    assert (content.proposal["number"], content.proposal["name"]) == ("K-9", "Lena Neu")
    rows = csv(row("R-2", "K-9", "Lena Neu"), row("R-3", "K-9", "Lena Neu"))
    made = taken_in(house, rows, letters("R-2", "R-3"), creates_customers=True)
    assert {one.state for one in made} == {State.PUBLISHED}
    assert session.scalars(select(Customer.number)).all() == ["K-9"]


def test_a_customer_without_number_and_mail_is_told_by_the_name(
    house: Organisation, keller: Customer, session: Session
) -> None:
    rows = [row("R-1", "", "ruth keller"), row("R-2", "", "Lena Neu"), row("R-3", "", "Lena Neu")]
    made = taken_in(house, csv(*rows), letters("R-1", "R-2", "R-3"), creates_customers=True)
    assert made[0].customer_id == keller.id
    assert made[1].customer_id == made[2].customer_id
    assert count(session, Customer) == 2


def test_a_number_that_is_not_known_is_never_overruled_by_the_name(
    house: Organisation, keller: Customer
) -> None:
    (made,) = taken_in(house, csv(row("R-1", "K-99", "Ruth Keller")), letters("R-1"))
    assert made.customer_id is None


def test_the_same_number_again_is_the_next_version(house: Organisation, keller: Customer) -> None:
    (first,) = taken_in(house, csv(row("R-1")), letters("R-1"))
    other = zipped({"R-1.pdf": letter("corrected")})
    (second,) = taken_in(house, csv(row("R-1", total="99.00")), other)
    assert (second.version, second.lineage_id) == (2, first.lineage_id)
    current_session().refresh(first)
    assert first.state is State.SUPERSEDED


def test_the_same_bytes_again_are_known(
    house: Organisation, keller: Customer, session: Session
) -> None:
    (first,) = taken_in(house, csv(row("R-1")), letters("R-1"))
    (again,) = taken_in(house, csv(row("R-2", file="R-1.pdf")), letters("R-1"))
    assert again.id == first.id
    states = session.scalars(select(IntakeItem.state).order_by(IntakeItem.id))
    assert list(states) == [ItemState.TAKEN_IN, ItemState.KNOWN]


def test_an_e_invoice_inside_the_pdf_wins_and_the_difference_is_said(
    house: Organisation, keller: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking, "RuleEngine", lambda _folder: None)
    headings = "Rechnungsnr.;Datum;Kundennummer;Kunde;Betrag;Datei;Art"
    content = csv(row("T-1", file="e.pdf") + ";Gutschrift", headings=headings)
    (made,) = taken_in(house, content, zipped({"e.pdf": pdf(ubl())}))
    said = documents.einvoice_of(documents.content_of(made))
    assert said is not None
    assert made.number == said.number == "R-1001"
    found = [
        one
        for one in documents.findings_of(documents.content_of(made))
        if one.rule == "KT-TABLE-DIFFERS"
    ]
    assert {one.severity for one in found} == {Severity.WARNING}
    texts = [one.text() for one in found]
    assert texts[0] == "Row 2 has the number T-1, the e-invoice R-1001. The e-invoice counts."
    assert texts[1].startswith(f"Row 2 has the date 2026-11-03, the e-invoice {said.issue_date}.")
    assert texts[2].startswith("Row 2 has the total 1284.50 CHF, the e-invoice ")
    assert "type 381, the e-invoice is of the type 380" in texts[3]


def test_a_pdf_that_nobody_can_open_is_held_as_it_is(house: Organisation, keller: Customer) -> None:
    (made,) = taken_in(house, csv(row("R-1")), zipped({"R-1.pdf": b"%PDF-1.7 and then nothing"}))
    assert (made.state, made.number) == (State.HELD, "R-1.pdf")


def test_a_draft_that_nobody_takes_in_is_forgotten(house: Organisation, session: Session) -> None:
    old, young, started = (brought(house.id, csv(row(n)), letters(n)) for n in "123")
    begun(started)
    past = IntakeTable.id.in_([old.id, started.id])
    aged = old.created_at - mapping.DRAFT_LIFE - timedelta(minutes=1)
    session.execute(update(IntakeTable).where(past).values(created_at=aged))
    tables.sweep()
    assert set(session.scalars(select(IntakeTable.id))) == {young.id, started.id}
    assert count(session, IntakeRow) == 1
    assert count(session, ColumnMapping) == 1
