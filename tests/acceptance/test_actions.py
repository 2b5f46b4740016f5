"""Answering a quote: once, for one version; told to both sides; opened again by staff."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.acceptance import queries
from app.acceptance.actions import answering, telling
from app.acceptance.rules import Obstacle, Reason
from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, journal
from app.core.errors import Refused
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.life import Answer, State
from app.notices import queries as notices
from app.notices.models import Notice
from app.notices.rules import Said
from app.organisations.models import Customer, Organisation
from tests import cast
from tests.acceptance.quotes import contact_of, link_to, quote_for
from tests.factories import BY
from tests.released import EVERYTHING

BEN = journal.Actor("person", "ben", "Ben Brunner")


@pytest.fixture
def house(session: Session) -> Organisation:
    return cast.found("lindenhof", "Haus Lindenhof")


@pytest.fixture
def keller(house: Organisation, session: Session) -> Customer:
    return cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")


@pytest.fixture
def ruth(keller: Customer, session: Session) -> Principal:
    session.flush()
    return contact_of(keller, cast.contact(keller, "Ruth Keller"))


@pytest.fixture
def quote(keller: Customer) -> Document:
    return quote_for(keller)


def names(document: Document) -> list[str]:
    lines = journal.about("document", document.id)
    return [one.name for one in reversed(lines) if one.name.startswith("quote.")]


def told(session: Session, document: Document) -> dict[str, Said]:
    session.flush()
    return {one.address: Said.from_json(one.said) for one in notices.about("document", document.id)}


def test_an_acceptance_says_who_when_and_which_order(
    session: Session, quote: Document, ruth: Principal
) -> None:
    answering.accept(quote, ruth, "Ruth M. Keller", order_number="4711", cost_centre="KST 9")
    one = queries.answer_of(quote)
    assert one is not None
    assert (quote.answer, quote.answered_at) == (Answer.ACCEPTED, one.at)
    assert (one.name, one.by_name, one.by_id) == ("Ruth M. Keller", "Ruth Keller", ruth.id)
    assert (one.order_number, one.cost_centre) == ("4711", "KST 9")
    (line,) = [one for one in journal.about("document", quote.id) if one.name == "quote.accepted"]
    assert (line.version, line.data["order_number"]) == (1, "4711")


def test_both_sides_hear_of_an_acceptance(
    session: Session, quote: Document, ruth: Principal
) -> None:
    answering.accept(quote, ruth, "Ruth Keller", order_number="4711")
    letters = told(session, quote)
    assert set(letters) == {"office@lindenhof.example", "ruth@kunden.example"}
    seller, buyer = letters["office@lindenhof.example"], letters["ruth@kunden.example"]
    assert seller.sentences == ("Ruth Keller has accepted your quote Q-118.",)
    assert ("Order number", "4711") in seller.facts
    assert buyer.subject == "You have accepted quote Q-118"
    assert buyer.url.endswith(f"/documents/{quote.id}/acceptance")
    assert telling.short(quote.original) in dict(buyer.facts).values()


def test_a_guest_is_told_at_the_address_of_the_link(
    session: Session, keller: Customer, quote: Document
) -> None:
    link = link_to(quote, keller)
    session.flush()
    guest = Principal(
        role=Role.GUEST,
        id=link.id,
        name=link.name,
        organisation_id=keller.organisation_id,
        customer_id=keller.id,
        lineage_id=quote.lineage_id,
        rights=EVERYTHING,
    )
    answering.reject(quote, guest, Reason.PRICE, "Zu teuer")
    letters = told(session, quote)
    said = letters["tochter@kunden.example"]
    assert "/link/" in said.url
    assert said.quote == "Zu teuer"
    assert names(quote) == ["quote.rejected"]


def test_a_second_answer_is_refused_and_says_who_was_first(
    session: Session, quote: Document, ruth: Principal
) -> None:
    answering.ask_revision(quote, ruth, "Without delivery, please")
    with pytest.raises(Refused, match="Ruth Keller asked for a revision of this quote on"):
        answering.accept(quote, ruth, "Ruth Keller")
    assert quote.answer is Answer.REVISION_ASKED
    assert names(quote) == ["quote.revision_asked"]
    assert len(told(session, quote)) == 2


def test_an_offer_ends_with_its_last_day_where_the_organisation_is(
    keller: Customer, ruth: Principal
) -> None:
    first = quote_for(keller, "Q-1", until=date(2026, 11, 21))
    # In Zurich it is already the 22nd.
    with (
        clock.standing_at(datetime(2026, 11, 21, 23, 30, tzinfo=UTC)),
        pytest.raises(Refused, match="expired"),
    ):
        answering.accept(first, ruth, "Ruth Keller")
    assert first.answer is None
    with clock.standing_at(datetime(2026, 11, 21, 22, 30, tzinfo=UTC)):
        answering.accept(first, ruth, "Ruth Keller")
    assert first.answer is Answer.ACCEPTED


def test_an_offer_without_an_end_stays_open(keller: Customer, ruth: Principal) -> None:
    one = quote_for(keller, "Q-2", until=None)
    with clock.standing_at(datetime(2040, 1, 1, tzinfo=UTC)):
        answering.accept(one, ruth, "Ruth Keller")
    assert one.answer is Answer.ACCEPTED


def test_a_version_that_was_replaced_takes_no_answer(keller: Customer, ruth: Principal) -> None:
    first, second = quote_for(keller), quote_for(keller)
    assert second.version == 2
    assert queries.newer(ruth, first) == second
    with pytest.raises(Refused, match="A newer version"):
        answering.accept(first, ruth, "Ruth Keller")
    answering.accept(second, ruth, "Ruth Keller")
    assert (first.answer, second.answer) == (None, Answer.ACCEPTED)


def test_what_was_accepted_stays_accepted_when_a_newer_version_comes(
    session: Session, keller: Customer, quote: Document, ruth: Principal
) -> None:
    answering.accept(quote, ruth, "Ruth Keller")
    quote_for(keller)
    session.refresh(quote)
    assert (quote.state, quote.answer) == (State.SUPERSEDED, Answer.ACCEPTED)
    with pytest.raises(Refused):
        answering.reopen(quote, BEN, "Too late")
    assert queries.answer_of(quote) is not None


def test_what_was_withdrawn_takes_no_answer(quote: Document, ruth: Principal) -> None:
    publication.withdraw(quote, BY)
    with pytest.raises(Refused, match="not open any more"):
        answering.reject(quote, ruth, Reason.PRICE)
    assert queries.obstacle(quote) is Obstacle.CLOSED


def test_a_quote_that_was_opened_again_is_answered_anew_and_nothing_is_lost(
    session: Session, quote: Document, ruth: Principal
) -> None:
    answering.reject(quote, ruth, Reason.TERMS, "Too late for us")
    first = queries.answer_of(quote)
    answering.reopen(quote, BEN, "We can deliver earlier")
    assert (quote.answer, quote.answered_at, queries.answer_of(quote)) == (None, None, None)
    assert queries.obstacle(quote) is None
    answering.accept(quote, ruth, "Ruth Keller")
    staff = Principal(role=Role.STAFF, organisation_id=quote.organisation_id)
    newest, oldest = queries.answers_of(staff, quote)
    assert oldest is first
    assert (oldest.answer, oldest.reopened_by) == (Answer.REJECTED, "Ben Brunner")
    assert (oldest.words, oldest.reopened_because) == ("Too late for us", "We can deliver earlier")
    assert (newest.answer, newest.reopened_at) == (Answer.ACCEPTED, None)
    assert queries.answers_of(ruth, quote) == [newest]
    assert names(quote) == ["quote.rejected", "quote.reopened", "quote.accepted"]
    subjects = [one.said["subject"] for one in session.scalars(select(Notice).order_by(Notice.id))]
    assert "Quote Q-118 is open again" in subjects
    assert len(subjects) == 5


def test_what_has_no_answer_cannot_be_opened_again(quote: Document) -> None:
    with pytest.raises(Refused):
        answering.reopen(quote, BEN, "By mistake")
    assert names(quote) == []


def test_somebody_who_is_gone_hinders_nobody(
    session: Session, keller: Customer, quote: Document
) -> None:
    unknown = Principal(
        role=Role.CONTACT,
        id="0" * 26,
        name="Nobody Known",
        organisation_id=keller.organisation_id,
        customer_id=keller.id,
        rights=EVERYTHING,
    )
    answering.accept(quote, unknown, "Nobody Known")
    assert set(told(session, quote)) == {"office@lindenhof.example"}
