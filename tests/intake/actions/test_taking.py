from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import outbox, runtime
from app.core.db import session as current_session
from app.documents import queries
from app.documents.actions import keeping
from app.documents.formats.examination import Examination, Syntax
from app.documents.models import Document, FileRole
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.life import CUSTOMER_UNKNOWN, State
from app.intake import queries as intakes
from app.intake.actions import course, taking
from app.intake.actions.taking import Examined, Waiting
from app.intake.models import IntakeItem, ItemState
from app.organisations.models import Customer, Organisation
from app.organisations.rules import CustomerKind
from tests import cast
from tests.documents.invoices import pdf, supporting, ubl
from tests.factories import BY, einvoice, take_in

FATAL = Finding("BR-CO-15", Severity.FATAL, "The total is wrong.", language="en")
KELLER: dict[str, Any] = {"buyer": "Ruth Keller", "customer_number": "K-1"}


def begin(house: Organisation, *contents: bytes) -> list[str]:
    """Start an intake of files and return the ids of its items."""
    stored = [keeping.store(house.id, f"{n}.xml", one) for n, one in enumerate(contents)]
    batch = taking.start(house.id, BY, stored, creates_customers=False)
    current_session().flush()
    return intakes.waiting_items(batch.id)


def kept(item_id: str, house: Organisation, content: bytes) -> Document | None:
    """Keep a file that says `einvoice()`, as a worker does."""
    sha256 = runtime.current().storage.put(house.id, content)
    examination = Examination(
        Syntax.UBL_INVOICE, "application/xml", Kind.INVOICE, einvoice(**KELLER)
    )
    found = Examined(Waiting(item_id, house.id, "1.xml", sha256), examination, ())
    return taking.keep(found, BY)


def state_of(item_id: str) -> ItemState:
    row = intakes.item_by_id(item_id)
    assert row is not None
    return row[1].state


def test_a_good_invoice_of_a_known_customer_is_published_at_once(
    house: Organisation, keller: Customer
) -> None:
    document = take_in(house.id, einvoice(**KELLER))
    assert document.state is State.PUBLISHED
    assert document.published_at is not None
    assert (document.customer_id, document.version, document.lineage_id) == (
        keller.id,
        1,
        document.id,
    )
    assert (document.number, document.issue_date, document.due_date) == (
        "2026-0412",
        date(2026, 10, 30),
        date(2026, 11, 29),
    )
    assert (document.currency, document.total_minor, document.payable_minor) == (
        "CHF",
        64224,
        64224,
    )
    assert queries.einvoice_of(queries.content_of(document)) == einvoice(**KELLER)


def test_a_house_may_look_at_every_document_first(
    house: Organisation, keller: Customer, session: Session
) -> None:
    house.publishes_at_once = False
    session.flush()
    assert take_in(house.id, einvoice(**KELLER)).state is State.READY


def test_a_fatal_finding_holds_the_document(house: Organisation, keller: Customer) -> None:
    document = take_in(house.id, einvoice(**KELLER), findings=(FATAL,))
    assert document.state is State.HELD
    assert [one.rule for one in queries.findings_of(queries.content_of(document))] == ["BR-CO-15"]


def test_an_unknown_customer_is_proposed_and_the_document_held(
    house: Organisation, keller: Customer
) -> None:
    document = take_in(house.id, einvoice(buyer="Lena Neu", customer_number="K-77"))
    content = queries.content_of(document)
    (finding,) = queries.findings_of(content)
    assert (document.state, document.customer_id) == (State.HELD, None)
    assert (finding.rule, finding.severity) == (CUSTOMER_UNKNOWN, Severity.WARNING)
    assert finding.text().startswith("Lena Neu is not among the customers yet.")
    assert content.proposal is not None
    assert (content.proposal["name"], content.proposal["number"]) == ("Lena Neu", "K-77")


def test_an_unknown_customer_is_made_where_that_was_wished(
    house: Organisation, keller: Customer, session: Session
) -> None:
    said = einvoice(buyer="Lena Neu", customer_number="K-77")
    document = take_in(house.id, said, creates_customers=True)
    customer = session.scalars(select(Customer).where(Customer.number == "K-77")).one()
    assert (document.state, document.customer_id) == (State.PUBLISHED, customer.id)
    assert (customer.name, customer.kind, customer.email, customer.city) == (
        "Lena Neu",
        CustomerKind.PRIVATE,
        "neu@kunden.example",
        "Zürich",
    )
    again = take_in(house.id, replace(said, number="2"), creates_customers=True)
    assert again.customer_id == customer.id


def test_a_file_that_says_nothing_is_held_under_its_name(house: Organisation) -> None:
    document = take_in(house.id, None, findings=(FATAL,))
    assert (document.state, document.number, document.seller_name) == (
        State.HELD,
        "invoice.xml",
        "",
    )
    assert queries.einvoice_of(queries.content_of(document)) is None
    assert queries.content_of(document).proposal is None


def test_the_same_bytes_again_are_nothing_new(
    house: Organisation, keller: Customer, session: Session
) -> None:
    first, second, third = begin(house, b"<a/>", b"<a/>", b"<b/>")
    document = kept(first, house, b"<a/>")
    assert document is not None
    assert kept(second, house, b"<a/>") is None
    assert kept(first, house, b"<a/>") is None
    row = intakes.item_by_id(second)
    assert row is not None
    assert (row[1].state, row[1].document_id) == (ItemState.KNOWN, document.id)
    assert state_of(first) is ItemState.TAKEN_IN
    assert state_of(third) is ItemState.WAITING
    assert session.scalar(select(func.count()).select_from(Document)) == 1


def test_the_same_bytes_in_another_house_are_a_document_of_its_own(
    house: Organisation, keller: Customer
) -> None:
    other = cast.found("brandt", "Brandt GmbH")
    one = take_in(house.id, einvoice(**KELLER), content=b"<same/>")
    two = take_in(other.id, einvoice(**KELLER), content=b"<same/>")
    assert one.id != two.id
    assert two.customer_id is None


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({}, True),
        ({"net": Decimal("600.00")}, True),
        ({"due": date(2027, 1, 1)}, True),
        ({"number": "2026-0413"}, False),
        ({"issued": date(2026, 10, 31)}, False),
        ({"seller": "Haus am See"}, True),
    ],
)
def test_the_same_seller_number_and_date_are_the_next_version(
    house: Organisation, keller: Customer, changes: dict[str, Any], is_same: bool
) -> None:
    """The seller is told by the VAT id: another spelling of the name makes no other seller."""
    one = take_in(house.id, einvoice(**KELLER))
    two = take_in(house.id, einvoice(**(KELLER | changes)))
    assert (two.version, two.lineage_id == one.lineage_id) == ((2, True) if is_same else (1, False))
    assert one.state is (State.SUPERSEDED if is_same else State.PUBLISHED)
    assert one.superseded_by == (two.id if is_same else None)
    assert (one.is_current, two.is_current) == (not is_same, True)


def test_another_kind_with_the_same_number_is_another_document(
    house: Organisation, keller: Customer
) -> None:
    one = take_in(house.id, einvoice(**KELLER))
    two = take_in(house.id, einvoice(**KELLER), kind=Kind.CREDIT_NOTE)
    assert (two.version, one.state) == (1, State.PUBLISHED)


def test_a_held_version_leaves_the_published_one_as_it_is(
    house: Organisation, keller: Customer
) -> None:
    one = take_in(house.id, einvoice(**KELLER))
    two = take_in(house.id, einvoice(**KELLER), findings=(FATAL,))
    assert (one.state, two.state, two.version) == (State.PUBLISHED, State.HELD, 2)


def test_files_without_a_number_are_never_versions_of_each_other(house: Organisation) -> None:
    nameless = EInvoice(issue_date=date(2026, 10, 30))
    one = take_in(house.id, nameless, findings=(FATAL,))
    two = take_in(house.id, nameless, findings=(FATAL,))
    assert one.lineage_id != two.lineage_id
    assert (one.version, two.version) == (1, 1)


@pytest.mark.parametrize(
    ("currency", "net"), [("ZZZ", Decimal(1)), ("", Decimal(1)), ("CHF", Decimal(10) ** 18)]
)
def test_an_amount_that_is_none_is_left_out(
    house: Organisation, keller: Customer, currency: str, net: Decimal
) -> None:
    document = take_in(house.id, einvoice(currency=currency, net=net, **KELLER))
    assert (document.total_minor, document.payable_minor, document.total) == (None, None, None)


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("C:\\Rechnungen\\r-1.xml", "r-1.xml"),
        ("../../etc/passwd", "passwd"),
        ("a\x00b\r\n.xml", "ab.xml"),
        ("..", "document"),
        ("", "document"),
        ("\u202exml.exe", "xml.exe"),
        ("x" * 300 + ".xml", "x" * 196 + ".xml"),
        ("Ärger & Co (1).pdf", "Ärger & Co (1).pdf"),
    ],
)
def test_a_file_is_called_by_the_harmless_part_of_its_name(
    house: Organisation, given: str, name: str
) -> None:
    assert keeping.store(house.id, given, b"x").name == name


def test_every_file_is_promised_by_itself(house: Organisation, session: Session) -> None:
    items = begin(house, b"<a/>", b"<b/>")
    promises = session.scalars(select(outbox.Promise)).all()
    assert {one.key for one in promises} == {course.promise_key(item) for item in items}
    assert {one.arguments["item"] for one in promises} == set(items)
    assert {one.task for one in promises} == {course.TAKE_IN}


def test_a_file_that_could_not_be_examined_is_marked(house: Organisation) -> None:
    one, two = begin(house, b"<a/>", b"<b/>")
    assert taking.waiting(one) is not None
    taking.fail(one)
    assert (state_of(one), state_of(two)) == (ItemState.FAILED, ItemState.WAITING)
    assert taking.waiting(one) is None
    taking.fail("nothing")


def test_what_is_inside_a_pdf_is_kept_beside_it(
    house: Organisation, keller: Customer, session: Session
) -> None:
    xml = ubl(documents=supporting("JVBERi0xLjQK", "Stunden.pdf", "application/pdf"))
    content = pdf(xml)
    (item,) = begin(house, content)
    waiting = taking.waiting(item)
    assert waiting is not None
    document = taking.keep(taking.examined(waiting), BY)
    assert document is not None
    files = queries.files_of(document)
    assert [one.role for one in files][:2] == [FileRole.ORIGINAL, FileRole.XML]
    storage = runtime.current().storage
    assert storage.read(house.id, files[0].sha256) == content
    assert storage.read(house.id, files[1].sha256) == xml
    assert (files[0].media_type, files[1].media_type) == ("application/pdf", "application/xml")
    assert session.scalar(select(IntakeItem.document_id)) == document.id
