"""Twenty at once: documents are taken in, published and withdrawn once."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from app.core import journal, outbox, runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.documents import queries
from app.documents.actions import keeping, publication
from app.documents.actions.keeping import Stored
from app.documents.formats.examination import Examination, Syntax
from app.documents.models import Document, FileRole
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.intake import queries as intakes
from app.intake.actions import taking
from app.intake.actions.taking import Examined, Waiting
from app.organisations.models import Customer, Organisation
from tests import cast
from tests.factories import BY, einvoice, invoice_for
from tests.races.together import THREADS, Meeting, together


@dataclass(frozen=True)
class House:
    """An organisation that publishes by hand, and one of its customers."""

    organisation: Organisation
    customer: Customer


@pytest.fixture
def house(here: Runtime) -> House:
    with here.database.transaction():
        organisation = cast.found("races", "House of Races", publishes_at_once=False)
        return House(organisation, cast.customer(organisation, "K-1", "Ruth", "ruth@one.example"))


def ready(here: Runtime, house: House, number: str) -> str:
    with here.database.transaction():
        return invoice_for(house.customer, number).id


def load(document_id: str) -> Document:
    found = queries.by_id(document_id)
    assert found is not None
    return found


def announced(name: str) -> int:
    lines = select(func.count()).where(journal.Entry.name == name)
    return session().scalar(lines) or 0


def promised() -> int:
    rows = select(func.count()).where(outbox.Promise.task == journal.REACT)
    return session().scalar(rows) or 0


def test_a_document_is_published_by_one_of_twenty(here: Runtime, house: House) -> None:
    document_id = ready(here, house, "R-1")
    meeting = Meeting(here, THREADS)

    def publish(number: int) -> int:
        document = load(document_id)
        meeting.wait()
        publication.publish(document, BY)
        return number

    assert len(together(here, THREADS, publish)) == 1
    with here.database.reading():
        assert load(document_id).state is State.PUBLISHED
        assert (announced("document.published"), promised()) == (1, 1)


def test_a_document_is_either_published_or_discarded(here: Runtime, house: House) -> None:
    document_id = ready(here, house, "R-1")
    meeting = Meeting(here, THREADS)

    def decide(number: int) -> str:
        document = load(document_id)
        meeting.wait()
        if number % 2:
            publication.publish(document, BY)
            return "published"
        publication.discard(document, BY)
        return "discarded"

    (done,) = together(here, THREADS, decide)
    with here.database.reading():
        assert load(document_id).state == done
        assert announced(f"document.{done}") == 1
        assert announced("document.published") + announced("document.discarded") == 1


def test_a_document_is_withdrawn_by_one_of_twenty(here: Runtime, house: House) -> None:
    document_id = ready(here, house, "R-1")
    with here.database.transaction():
        publication.publish(load(document_id), BY)
    meeting = Meeting(here, THREADS)

    def withdraw(number: int) -> int:
        document = load(document_id)
        meeting.wait()
        publication.withdraw(document, BY)
        return number

    assert len(together(here, THREADS, withdraw)) == 1
    with here.database.reading():
        assert announced("document.withdrawn") == 1


def test_of_two_versions_published_at_once_one_is_shown(here: Runtime, house: House) -> None:
    first, second = ready(here, house, "R-1"), ready(here, house, "R-1")
    meeting = Meeting(here, 2)

    def publish(number: int) -> int:
        document = load((first, second)[number])
        meeting.wait()
        publication.publish(document, BY)
        return number

    assert together(here, 2, publish)
    with here.database.reading():
        states = [load(first).state, load(second).state]
        assert states.count(State.PUBLISHED) == 1
        if states[1] is State.PUBLISHED:
            assert states[0] in (State.SUPERSEDED, State.DISCARDED)


def files(here: Runtime, house: House, contents: list[bytes]) -> list[Waiting]:
    """Begin an intake of `contents` and return what waits."""
    stored = [keeping.store(house.organisation.id, "invoice.xml", one) for one in contents]
    with here.database.transaction():
        batch = taking.start(house.organisation.id, BY, stored, creates_customers=True)
        session().flush()
        found = [taking.waiting(one) for one in intakes.waiting_items(batch.id)]
    return [one for one in found if one is not None]


def examined(one: Waiting, said: EInvoice) -> Examined:
    content = runtime.current().storage.read(one.organisation_id, one.sha256)
    examination = Examination(
        syntax=Syntax.UBL_INVOICE,
        media_type="application/xml",
        kind=Kind.INVOICE,
        einvoice=said,
        findings=(),
        xml=content,
    )
    file = Stored(one.name, len(content), one.sha256, FileRole.ORIGINAL, "application/xml")
    return Examined(one, examination, (file,))


def keep_all(here: Runtime, found: list[Examined]) -> None:
    """Keep them all at once; who has to come again comes again, as the runner lets it."""
    meeting = Meeting(here, len(found))
    left = set(range(len(found)))

    def keep(number: int) -> None:
        while True:
            try:
                with here.database.transaction():
                    if first[number]:
                        first[number] = False
                        meeting.wait()
                    taking.keep(found[number], BY)
            except outbox.Again:
                continue
            else:
                left.discard(number)
                return

    first = [True] * len(found)
    together(here, len(found), keep, in_transaction=False)
    assert not left


def test_versions_taken_in_at_once_are_numbered_one_after_the_other(
    here: Runtime, house: House
) -> None:
    said = einvoice("R-1", buyer="Ruth", customer_number="K-1")
    waiting = files(here, house, [b"<Invoice>%d</Invoice>" % n for n in range(8)])
    keep_all(here, [examined(one, said) for one in waiting])
    with here.database.reading():
        documents = list(session().scalars(select(Document)))
        assert sorted(one.version for one in documents) == list(range(1, 9))
        assert len({one.lineage_id for one in documents}) == 1


def test_the_same_bytes_taken_in_at_once_are_one_document(here: Runtime, house: House) -> None:
    said = einvoice("R-1", buyer="Ruth", customer_number="K-1")
    waiting = files(here, house, [b"<Invoice/>"] * 8)
    keep_all(here, [examined(one, said) for one in waiting])
    with here.database.reading():
        (document,) = session().scalars(select(Document))
        items = [intakes.item_by_id(one.item_id) for one in waiting]
        assert {one[1].document_id for one in items if one is not None} == {document.id}


def test_documents_for_one_new_customer_taken_in_at_once_make_one_customer(
    here: Runtime, house: House
) -> None:
    waiting = files(here, house, [b"<Invoice>%d</Invoice>" % n for n in range(8)])
    found = [
        examined(one, einvoice(f"N-{number}", buyer="New Customer"))
        for number, one in enumerate(waiting)
    ]
    keep_all(here, found)
    with here.database.reading():
        named = select(func.count()).where(Customer.name == "New Customer")
        assert session().scalar(named) == 1
        documents = list(session().scalars(select(Document)))
        assert [one.state for one in documents] == [State.READY] * 8
