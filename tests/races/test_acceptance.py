"""Twenty at once: a quote is answered once, for the version that is shown."""

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from app.acceptance import queries
from app.acceptance.actions import answering
from app.acceptance.models import QuoteAnswer
from app.acceptance.rules import Reason
from app.access.principal import Principal
from app.core import journal
from app.core.db import session
from app.core.runtime import Runtime
from app.documents import queries as documents
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.life import Answer, State
from app.notices.models import Notice
from app.organisations.models import Customer
from tests import cast
from tests.acceptance.quotes import contact_of, quote_for
from tests.factories import BY
from tests.races.together import THREADS, Meeting, together

TIMES = 5
"""How often two meet whose order is left to chance."""


@dataclass(frozen=True)
class Parties:
    """A customer of a house that publishes by hand, and two people of that customer."""

    customer: Customer
    ruth: Principal
    tina: Principal


@pytest.fixture
def parties(here: Runtime) -> Parties:
    with here.database.transaction():
        house = cast.found("races", "House of Races", publishes_at_once=False)
        customer = cast.customer(house, "K-1", "Ruth Keller", "ruth@one.example")
        session().flush()
        two = [contact_of(customer, cast.contact(customer, name)) for name in ("Ruth K", "Tina K")]
        return Parties(customer, *two)


def published(here: Runtime, parties: Parties, number: str) -> str:
    with here.database.transaction():
        document = quote_for(parties.customer, number)
        publication.publish(document, BY)
        return document.id


def load(document_id: str) -> Document:
    found = documents.by_id(document_id)
    assert found is not None
    return found


def lines(name: str) -> int:
    return session().scalar(select(func.count()).where(journal.Entry.name == name)) or 0


def rows(table: type[QuoteAnswer] | type[Notice]) -> int:
    return session().scalar(select(func.count()).select_from(table)) or 0


def test_a_quote_is_accepted_by_one_of_twenty(here: Runtime, parties: Parties) -> None:
    quote_id = published(here, parties, "Q-1")
    meeting = Meeting(here, THREADS)

    def accept(number: int) -> int:
        quote = load(quote_id)
        meeting.wait()
        answering.accept(quote, (parties.ruth, parties.tina)[number % 2], f"Name {number}")
        return number

    (winner,) = together(here, THREADS, accept)
    with here.database.reading():
        one = queries.answer_of(load(quote_id))
        assert one is not None
        assert one.name == f"Name {winner}"
        assert (rows(QuoteAnswer), lines("quote.accepted"), rows(Notice)) == (1, 1, 2)


def test_of_three_answers_given_at_once_one_counts(here: Runtime, parties: Parties) -> None:
    quote_id = published(here, parties, "Q-1")
    meeting = Meeting(here, THREADS)

    def answer(number: int) -> Answer:
        quote = load(quote_id)
        meeting.wait()
        if number % 3 == 0:
            answering.accept(quote, parties.ruth, "Ruth Keller")
            return Answer.ACCEPTED
        if number % 3 == 1:
            answering.reject(quote, parties.tina, Reason.PRICE)
            return Answer.REJECTED
        answering.ask_revision(quote, parties.tina, "Smaller")
        return Answer.REVISION_ASKED

    (done,) = together(here, THREADS, answer)
    with here.database.reading():
        quote = load(quote_id)
        one = queries.answer_of(quote)
        assert one is not None
        assert quote.answer is one.answer is done
        assert rows(QuoteAnswer) == 1
        assert sum(lines(f"quote.{word.value}") for word in Answer) == lines(f"quote.{done}") == 1


def test_an_answer_is_opened_again_by_one_of_twenty(here: Runtime, parties: Parties) -> None:
    quote_id = published(here, parties, "Q-1")
    with here.database.transaction():
        answering.accept(load(quote_id), parties.ruth, "Ruth Keller")
    meeting = Meeting(here, THREADS)

    def reopen(number: int) -> int:
        quote = load(quote_id)
        meeting.wait()
        answering.reopen(quote, BY, f"Because {number}")
        return number

    (winner,) = together(here, THREADS, reopen)
    with here.database.reading():
        (one,) = session().scalars(select(QuoteAnswer))
        assert (load(quote_id).answer, one.reopened_because) == (None, f"Because {winner}")
        assert lines("quote.reopened") == 1


def test_a_quote_is_accepted_before_a_newer_version_or_not_at_all(
    here: Runtime, parties: Parties
) -> None:
    for place in range(TIMES):
        first = published(here, parties, f"Q-{place}")
        with here.database.transaction():
            second = quote_for(parties.customer, f"Q-{place}").id
        meeting = Meeting(here, THREADS)

        def meet(
            number: int, first: str = first, second: str = second, meeting: Meeting = meeting
        ) -> str:
            publishes = number == THREADS // 2
            document = load(second if publishes else first)
            meeting.wait()
            if publishes:
                publication.publish(document, BY)
                return "published"
            answering.accept(document, parties.ruth, "Ruth Keller")
            return "accepted"

        done = together(here, THREADS, meet)
        with here.database.reading():
            old, new = load(first), load(second)
            assert (old.state, new.state) == (State.SUPERSEDED, State.PUBLISHED)
            assert done.count("published") == 1
            was_first = old.answer is Answer.ACCEPTED
            assert done.count("accepted") == was_first
            assert new.answer is None
            assert (queries.answer_of(old) is not None) == was_first
            about = [one.name for one in reversed(journal.about("document", first))]
            assert ("quote.accepted" in about) == was_first
            if was_first:
                assert about.index("quote.accepted") < about.index("document.superseded")


def test_a_quote_is_accepted_or_withdrawn_and_never_accepted_afterwards(
    here: Runtime, parties: Parties
) -> None:
    for place in range(TIMES):
        quote_id = published(here, parties, f"Q-{place}")
        meeting = Meeting(here, THREADS)

        def meet(number: int, quote_id: str = quote_id, meeting: Meeting = meeting) -> str:
            quote = load(quote_id)
            meeting.wait()
            if number == THREADS // 2:
                publication.withdraw(quote, BY)
                return "withdrawn"
            answering.accept(quote, parties.tina, "Tina Keller")
            return "accepted"

        done = together(here, THREADS, meet)
        with here.database.reading():
            quote = load(quote_id)
            assert quote.state is State.WITHDRAWN
            assert done.count("accepted") == (quote.answer is not None)
            about = [one.name for one in reversed(journal.about("document", quote_id))]
            assert about[-1] == "document.withdrawn"
