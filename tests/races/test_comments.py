"""Twenty at once: a comment is written, taken back and told once."""

import pytest
from sqlalchemy import func, select, update

from app.access.grants import Role
from app.access.principal import Principal
from app.comments import queries
from app.comments.actions import telling, writing
from app.comments.models import Comment
from app.core import clock, journal, outbox
from app.core.db import session
from app.core.runtime import Runtime
from app.documents import queries as documents
from app.documents.models import Audience, Document
from app.notices.models import Notice
from jobs import runner
from tests import cast
from tests.factories import invoice_for
from tests.races.together import THREADS, Meeting, together
from tests.released import EVERYTHING


@pytest.fixture
def document_id(here: Runtime) -> str:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        return invoice_for(customer, "R-1").id


def load(document_id: str) -> Document:
    found = documents.by_id(document_id)
    assert found is not None
    return found


def ruth(document: Document) -> Principal:
    return Principal(
        role=Role.CONTACT,
        id="1" * 26,
        name="Ruth",
        organisation_id=document.organisation_id,
        customer_id=document.customer_id,
        rights=EVERYTHING,
    )


def write(document_id: str, form_id: str) -> None:
    document = load(document_id)
    writing.add(ruth(document), document, Audience.CUSTOMER, "Hello", [], form_id)


def lines(name: str) -> int:
    rows = select(func.count()).where(journal.Entry.name == name)
    return session().scalar(rows) or 0


def test_a_form_that_is_sent_twenty_times_at_once_is_one_comment(
    here: Runtime, document_id: str
) -> None:
    together(here, THREADS, lambda _number: write(document_id, "the form"))
    with here.database.reading():
        assert len(session().scalars(select(Comment)).all()) == 1
        assert lines("comment.added") == 1


def test_one_of_twenty_withdraws_a_comment_and_nobody_changes_it_after(
    here: Runtime, document_id: str
) -> None:
    with here.database.transaction():
        write(document_id, "the form")
    meeting = Meeting(here, THREADS)

    def change(number: int) -> None:
        document = load(document_id)
        (comment,) = session().scalars(select(Comment))
        meeting.wait()
        if number % 2:
            writing.withdraw(ruth(document), document, comment)
        else:
            writing.edit(ruth(document), document, comment, f"Changed {number}")

    together(here, THREADS, change)
    with here.database.reading():
        (comment,) = session().scalars(select(Comment))
        assert comment.withdrawn_at is not None
        assert comment.text == ""
        assert lines("comment.withdrawn") == 1


def test_whoever_writes_while_others_are_told_is_told_of_and_only_once(
    here: Runtime, document_id: str
) -> None:
    def work(number: int) -> None:
        with here.database.transaction():
            write(document_id, str(number))
            telling.gather(document_id)
        for promise_id in due(here):
            runner.run(here, promise_id)

    together(here, THREADS, work, in_transaction=False)
    while promises := due(here):
        for promise_id in promises:
            runner.run(here, promise_id)
    with here.database.reading():
        document = load(document_id)
        assert queries.untold_authors(document.lineage_id) == []
        quotes = [notice.said["quote"] for notice in session().scalars(select(Notice))]
    assert "".join(quotes).count("Hello") == THREADS


def due(here: Runtime) -> list[str]:
    """Return the telling that is promised, which is due from now on."""
    with here.database.transaction() as opened:
        telling_ = outbox.Promise.task == telling.TELL
        # A lease is left alone: somebody is at it.
        free = outbox.Promise.lease_token.is_(None)
        opened.execute(update(outbox.Promise).where(telling_, free).values(due_at=clock.now()))
        return list(opened.scalars(select(outbox.Promise.id).where(telling_)))
