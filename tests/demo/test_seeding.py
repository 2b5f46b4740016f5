from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.access.proof import Level, Method
from app.access_letters import queries as access_letters
from app.access_letters.rules import State as LetterState
from app.comments.models import Comment
from app.comments.rules import Side
from app.core import clock
from app.core.db import Base
from app.core.db import session as opened
from app.core.runtime import Runtime
from app.delivery.models import Dispatch, Receipt
from app.delivery.rules import State as DispatchState
from app.demo import secure_access, seeding, talks, welcome
from app.demo.cast import PASSWORD, House
from app.demo.caught import letters
from app.demo.houses import HOUSES
from app.demo.processes import Place
from app.documents import queries as documents
from app.documents.models import Audience, Content, Document
from app.documents.rules.description import is_by_hand
from app.documents.rules.kinds import Kind
from app.documents.rules.life import CUSTOMER_UNKNOWN, Payment, State, payment_state
from app.identity import actions as identity
from app.identity.models import Person
from app.ladders.models import Climb, ClimbStep
from app.ladders.rules import Deed
from app.notices.models import Notice
from app.organisations import queries as organisations
from app.organisations.models import Contact, Customer, Member, Organisation
from app.organisations.rules import Channel, CustomerKind, MemberRole
from app.organisations.rules.proving import possible
from app.renditions import queries as renditions
from app.renditions.rules import State as RenditionState
from app.renditions.rules import sheet_form
from app.sign_up import queries as sign_up
from app.sign_up.models import AccessRequest
from app.sign_up.rules import Sign
from app.sign_up.rules import State as RequestState

PROMISED = {
    "lindenhof": "01hk153x00h8sa4jz1a433kgx7",
    "sjoberg": "01hk153x00y4dhehyqezt1vy8g",
    "brandt": "01hk153x00yp4bt1r4ew59m6ps",
    "LH-40223": "01jq2q5x00qv5mns9wsrvefm8x",
    "24101": "01jsdcpr004wxf1fkfqajemgdq",
    "RE-70288": "01jsjhg600bzfmnjqspstxbbte",
}
"""Ids that testers have written into their scripts. A changed line breaks them."""

each_house = pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.slug)

PLACE = Place(Path("demo"), port=8000, mail_port=8025, broker=None)


def provable(one: Customer) -> frozenset[Method]:
    return possible(one.postcode, one.street, one.country, one.mobile)


def counts(here: Runtime) -> dict[str, int]:
    with here.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def of_house(house: House) -> list[Document]:
    organisation = organisations.organisation_by_slug(house.slug)
    assert organisation is not None
    mine = Document.organisation_id == organisation.id
    return list(opened().scalars(select(Document).where(mine)))


@each_house
def test_every_published_document_can_be_read_as_a_pdf(
    demonstration: Runtime, house: House
) -> None:
    with demonstration.database.reading():
        published = [one for one in of_house(house) if one.state is State.PUBLISHED]
        assert len(published) > 10
        for document in published:
            made = renditions.of_document(document.id)
            states = {one.form: one.state for one in made}
            expected = (
                {}
                if documents.is_pdf(documents.files_of(document))
                else {sheet_form(document.kind): RenditionState.MADE}
            )
            assert states == expected, document.number
            assert all(one.made_at == document.published_at for one in made)


def test_once_more_changes_nothing(demonstration: Runtime, mails: Path) -> None:
    before, caught = counts(demonstration), len(letters(mails, 1000))
    told: list[str] = []
    seeding.seed(demonstration, told.append)
    assert counts(demonstration) == before
    assert len(letters(mails, 1000)) == caught
    assert told == [f"{house.name}: 0 documents taken in." for house in HOUSES]


def test_an_interruption_left_nothing_out(demonstration: Runtime) -> None:
    with demonstration.database.reading():
        for house in HOUSES:
            arrivals = list(seeding.arrivals(house))
            found = of_house(house)
            assert {one.id for one in found} == {one.document_id for one in arrivals}
            assert {(one.number, one.version) for one in found} == {
                (one.sample.number, one.version) for one in arrivals
            }


def test_ids_are_what_testers_were_promised(demonstration: Runtime) -> None:
    with demonstration.database.reading() as session:
        slugs = {row.slug: row.id for row in session.scalars(select(Organisation))}
        numbers = {row.number: row.id for row in session.scalars(select(Document))}
    assert {name: (slugs | numbers)[name] for name in PROMISED} == PROMISED


def test_a_customer_and_the_house_have_talked_and_nobody_is_mailed_about_it(
    demonstration: Runtime,
) -> None:
    with demonstration.database.reading() as session:
        said = list(session.scalars(select(Comment).order_by(Comment.id)))
        assert [one.text for one in said] == [one.text for one in talks.TALKS["LH-40241"]]
        assert {one.side for one in said} == set(Side)
        assert {one.audience for one in said} == set(Audience)
        assert all(one.told_at for one in said)
        told = select(Notice.id).where(Notice.key.like("comment%"))
        assert session.scalars(told).all() == []


def test_somebody_asks_lindenhof_for_access_and_waits(demonstration: Runtime) -> None:
    with demonstration.database.reading() as session:
        (one,) = session.scalars(select(AccessRequest))
        (found,) = sign_up.proposals(one)
        house = organisations.organisation_by_id(one.organisation_id)
        assert (house.slug, house.guests_welcome) == ("lindenhof", True)
        assert one.state is RequestState.WAITING
        assert (found.customer.number, found.signs) == ("1001", (Sign.NUMBER,))


@each_house
def test_each_house_has_its_people(demonstration: Runtime, house: House) -> None:
    with demonstration.database.reading() as session:
        organisation = organisations.organisation_by_slug(house.slug)
        assert organisation is not None
        members = session.scalars(
            select(Member).where(Member.organisation_id == organisation.id)
        ).all()
        assert Counter(one.role for one in members) == dict.fromkeys(MemberRole, 1)
        customers = session.scalars(
            select(Customer).where(Customer.organisation_id == organisation.id)
        ).all()
        assert 6 <= len(customers) <= 10
        assert {one.kind for one in customers} == set(CustomerKind)
        with_login = set(session.scalars(select(Contact.customer_id)))
        assert {one.id for one in customers} <= with_login


@each_house
def test_each_house_has_every_state_to_look_at(demonstration: Runtime, house: House) -> None:
    with demonstration.database.reading() as session:
        found = of_house(house)
        states = Counter(one.state for one in found)
        assert states[State.SUPERSEDED] == 1
        assert states[State.HELD] == 2
        assert states[State.READY] == 1
        assert states[State.PUBLISHED] == len(found) - 4
        assert {one.kind for one in found} == set(Kind)
        (by_hand,) = (one for one in found if one.state is State.READY)
        findings = documents.findings_of(session.get_one(Content, by_hand.id))
        assert is_by_hand(findings)
        today = clock.today(house.timezone)
        shown = [one for one in found if one.state is State.PUBLISHED]
        due = {payment_state(one.open_minor, one.due_date, today) for one in shown}
        assert {Payment.NOTHING_DUE, Payment.DUE_SOON, Payment.OVERDUE} <= due
        rules = [
            {finding.rule for finding in documents.findings_of(session.get_one(Content, one.id))}
            for one in found
            if one.state is State.HELD
        ]
        assert {"KT-VAT-AMOUNT"} in rules
        assert {CUSTOMER_UNKNOWN} in rules


def test_mails_went_out_with_honest_answers(demonstration: Runtime, mails: Path) -> None:
    with demonstration.database.reading() as session:
        rows = session.scalars(select(Dispatch)).all()
        for row in rows:
            expected = {
                "unknown": DispatchState.UNDELIVERABLE,
                "full": DispatchState.QUEUED,
                "lost": DispatchState.UNCERTAIN,
            }.get(row.address.partition(".")[0], DispatchState.SUBMITTED)
            assert row.state is expected, row.address
            assert row.created_at.date() < clock.now().date()
        assert set(DispatchState) > {row.state for row in rows}
        read = set(session.scalars(select(Receipt.document_id)))
        assert read
        assert len(read) < len({row.document_id for row in rows})
    addresses = {one.envelope_recipients[0] for one in letters(mails, 1000)}
    accepted = (DispatchState.SUBMITTED, DispatchState.UNCERTAIN)
    by_mail = [row for row in rows if row.channel is Channel.EMAIL]
    # Those who work there get their report of the week.
    members = {member.email for house in HOUSES for member in house.members}
    assert members <= addresses
    assert addresses - members == {row.address for row in by_mail if row.state in accepted}


def test_every_login_that_is_shown_works(demonstration: Runtime) -> None:
    shown = [email for house in HOUSES for _, email in welcome.logins(house)]
    text = welcome.text(PLACE)
    assert len(shown) >= 15
    browser = identity.Browser("127.0.0.1", "test")
    with demonstration.database.transaction() as session:
        for email in shown:
            assert email in text
            assert identity.sign_in(email, PASSWORD, browser) is not None
        session.rollback()


def test_every_document_that_is_shown_exists(demonstration: Runtime) -> None:
    text = welcome.text(PLACE)
    shown = [one for house in HOUSES for one in house.samples if one.shows]
    with demonstration.database.reading() as session:
        for sample in shown:
            found = session.scalars(
                select(Document.id).where(Document.number == sample.number)
            ).all()
            assert any(f"/documents/{one}" in text for one in found), sample.number


def test_the_demonstration_moves_with_its_port(demonstration: Runtime) -> None:
    with demonstration.database.reading() as session:
        origins = set(session.scalars(select(Organisation.base_url)))
        languages = set(session.scalars(select(Person.language)))
    assert origins == {demonstration.settings.base_url}
    assert {"de", "en", "nb", "sv"} <= languages


def test_one_house_asks_who_its_readers_are_and_each_of_them_can_say_or_is_listed(
    demonstration: Runtime,
) -> None:
    with demonstration.database.reading() as session:
        asking = session.scalars(
            select(Organisation).where(Organisation.proof_level != Level.NEVER)
        ).one()
        assert asking.slug == secure_access.WHO_SHOWS_IT
        mine = Customer.organisation_id == asking.id
        customers = {one.number: one for one in session.scalars(select(Customer).where(mine))}
        reader = customers[secure_access.WITHOUT_MAIL]
        can_prove = {number: provable(one) for number, one in customers.items()}
        assert can_prove[reader.number] == {Method.SMS, Method.ADDRESS}
        assert set(map(frozenset, can_prove.values())) == {
            frozenset({Method.SMS, Method.ADDRESS}),
            frozenset({Method.ADDRESS}),
            frozenset(),
        }
        main, below = customers[secure_access.MAIN], customers[secure_access.BELOW]
        assert below.parent_id == main.id
        assert [one.state for one in access_letters.of_customer(reader.id)] == [LetterState.OPEN]


def test_what_nobody_opened_is_on_its_way_up_the_ladder(demonstration: Runtime) -> None:
    with demonstration.database.reading() as session:
        climbs = session.scalars(select(Climb)).all()
        steps = session.scalars(select(ClimbStep)).all()
        assert {one.ended_because for one in climbs} == {None}
        assert {one.climb_id for one in steps} == {one.id for one in climbs} != set()
        assert {(one.deed, one.hindrance) for one in steps} == {(Deed.REMIND, "")}
        assert all(one.due_at is not None and one.due_at > steps[0].at for one in climbs)
