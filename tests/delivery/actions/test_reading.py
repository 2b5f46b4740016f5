from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids
from app.core.journal import Entry
from app.delivery import actions, queries
from app.delivery.channels.email import Result
from app.delivery.models import Dispatch, ReceiptKind
from app.delivery.rules import Outcome, State
from app.documents.models import Document
from app.identity import queries as identity
from app.identity import rules as identity_rules
from app.identity.models import CapabilityLink
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel
from tests import cast, factories

ADDRESS = "ruth@kunden.example"


def sent(dispatch: Dispatch, session: Session) -> CapabilityLink:
    """Send a dispatch and return the link that its letter carries."""
    sending = actions.begin(dispatch.id)
    assert sending is not None
    actions.finish(sending, Result(Outcome.ACCEPTED, 250, None, "250 Ok"))
    session.flush()
    link = identity.link_by_id(dispatch.link_id or "")
    assert link is not None
    session.refresh(link)
    return link


def guest_of(link: CapabilityLink) -> Principal:
    return Principal(
        role=Role.GUEST,
        id=link.id,
        name=link.name,
        organisation_id=link.organisation_id,
        customer_id=link.customer_id,
        lineage_id=link.lineage_id,
    )


def is_open(link: CapabilityLink, session: Session) -> bool:
    session.flush()
    session.refresh(link)
    return identity_rules.is_link_open(clock.now(), link.expires_at, link.revoked_at)


def test_a_new_link_goes_to_an_address_that_is_on_the_document(
    dispatch: Dispatch, session: Session
) -> None:
    old = sent(dispatch, session)
    actions.renew_link(old, f" {ADDRESS.upper()} ")
    assert (dispatch.state, dispatch.round, dispatch.link_id) == (State.QUEUED, 2, None)
    assert not is_open(old, session)
    new = sent(dispatch, session)
    assert new.id != old.id
    assert is_open(new, session)


def test_another_address_gets_nothing(dispatch: Dispatch, session: Session) -> None:
    old = sent(dispatch, session)
    before = (dispatch.state, dispatch.round, dispatch.link_id)
    for address in ("stranger@kunden.example", "", "ruth@kunden.example.evil.example", "%"):
        actions.renew_link(old, address)
    assert (dispatch.state, dispatch.round, dispatch.link_id) == before
    assert is_open(old, session)


def test_the_link_of_an_old_mail_can_be_renewed_more_than_once(
    dispatch: Dispatch, session: Session
) -> None:
    old = sent(dispatch, session)
    links = {old.id}
    for _ in range(3):
        actions.renew_link(old, ADDRESS)
        links.add(sent(dispatch, session).id)
    assert len(links) == 4


def test_a_new_link_is_sent_a_few_times_a_day_only(dispatch: Dispatch, session: Session) -> None:
    old, begin = sent(dispatch, session), clock.now()
    rounds = []
    for _ in range(identity_rules.RENEWALS_PER_DAY + 3):
        actions.renew_link(old, ADDRESS)
        rounds.append(dispatch.round)
        if dispatch.state is State.QUEUED:
            sent(dispatch, session)
    assert max(rounds) == 1 + identity_rules.RENEWALS_PER_DAY
    with clock.standing_at(begin + timedelta(days=1, minutes=1)):
        actions.renew_link(old, ADDRESS)
    assert dispatch.round == 2 + identity_rules.RENEWALS_PER_DAY


@pytest.mark.parametrize(
    "state", [State.UNDELIVERABLE, State.FAILED, State.CANCELLED, State.UNCERTAIN, State.QUEUED]
)
def test_a_dispatch_that_went_wrong_keeps_its_state_and_its_link(
    dispatch: Dispatch, session: Session, state: State
) -> None:
    old = sent(dispatch, session)
    session.execute(update(Dispatch).values(state=state))
    session.refresh(dispatch)
    actions.renew_link(old, ADDRESS)
    assert (dispatch.state, dispatch.link_id) == (state, old.id)
    assert is_open(old, session)


def test_the_link_of_an_old_version_brings_the_new_one(
    dispatch: Dispatch, keller: Customer, session: Session
) -> None:
    old = sent(dispatch, session)
    newer = factories.invoice_for(keller, "2026-0412")
    actions.dispatch_document(newer.id)
    (fresh,) = queries.of_document(newer.id)
    sent(fresh, session)
    actions.renew_link(old, ADDRESS)
    assert dispatch.state is State.SUBMITTED, "what was sent was sent"
    assert (fresh.state, fresh.round) == (State.QUEUED, 2)


def test_opening_counts_once_for_each_reader(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    link = sent(dispatch, session)
    guest, begin = guest_of(link), clock.now()
    contact = replace(guest, role=Role.CONTACT, id=ids.new(), name="Lena Keller", lineage_id=None)
    for minute, who, kind in (
        (0, guest, ReceiptKind.OPENED),
        (1, guest, ReceiptKind.OPENED),
        (2, guest, ReceiptKind.DOWNLOADED),
        (3, contact, ReceiptKind.OPENED),
    ):
        with clock.standing_at(begin + timedelta(minutes=minute)):
            actions.note_read(who, invoice, kind)
    session.refresh(dispatch)
    assert dispatch.opened_at == begin
    assert {(one.reader_name, one.kind.value) for one in queries.beside(invoice.id)[1]} == {
        ("Ruth Keller", "opened"),
        ("Ruth Keller", "downloaded"),
        ("Lena Keller", "opened"),
    }
    lines = session.scalars(select(Entry.name).where(Entry.object_id == invoice.id)).all()
    assert [lines.count(f"document.{kind.value}") for kind in ReceiptKind] == [0, 2, 1]


def test_a_link_that_was_fetched_is_not_a_document_that_was_opened(
    dispatch: Dispatch, invoice: Document, session: Session
) -> None:
    link = sent(dispatch, session)
    for _time in range(3):
        actions.note_fetch(link)
    session.refresh(dispatch)
    assert dispatch.opened_at is None
    (receipt,) = queries.beside(invoice.id)[1]
    assert (receipt.kind, receipt.reader_id) == (ReceiptKind.FETCHED, link.id)


def test_reading_one_version_says_nothing_of_another(
    dispatch: Dispatch, invoice: Document, keller: Customer, session: Session
) -> None:
    guest = guest_of(sent(dispatch, session))
    newer = factories.invoice_for(keller, "2026-0412")
    actions.note_read(guest, newer, ReceiptKind.OPENED)
    session.refresh(dispatch)
    assert dispatch.opened_at is None
    assert queries.beside(invoice.id)[1] == []
    assert len(queries.beside(newer.id)[1]) == 1


def test_somebody_who_signs_in_opens_what_lies_in_the_portal(
    house: Organisation, session: Session
) -> None:
    other = cast.customer(house, "K-9", "Max Huber", None)
    session.flush()
    document = factories.invoice_for(other, "1")
    actions.dispatch_document(document.id)
    (one,) = queries.of_document(document.id)
    assert one.channel is Channel.PORTAL
    reader = Principal(role=Role.CONTACT, id=ids.new(), name="Max Huber")
    actions.note_read(reader, document, ReceiptKind.OPENED)
    session.refresh(one)
    assert one.opened_at is not None
