from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.access.principal import Principal
from app.core import outbox
from app.core.errors import Refused
from app.delivery import actions, queries, rules
from app.delivery.models import Dispatch
from app.delivery.rules import State
from app.documents.actions import publication
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.identity import queries as identity
from app.organisations import actions as organisations
from app.organisations import queries as organisation_queries
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel, RecipientRole
from tests import factories
from tests.factories import BY


def recipient_of(customer: Customer, name: str, **changes: Any) -> Recipient:
    values: dict[str, Any] = {
        "role": RecipientRole.RELATIVE,
        "channel": Channel.EMAIL,
        "email": f"{name.lower()}@kunden.example",
        "language": None,
        "kinds": [],
    }
    return organisations.add_recipient(customer, BY, name=name, **(values | changes))


def promises(session: Session) -> list[str]:
    session.flush()
    rows = select(outbox.Promise.arguments).where(outbox.Promise.task == actions.SEND)
    return [arguments["dispatch"] for arguments in session.scalars(rows)]


def put(dispatch: Dispatch, state: State, session: Session, **values: Any) -> None:
    change = update(Dispatch).where(Dispatch.id == dispatch.id)
    session.execute(change.values(state=state, **values))
    session.refresh(dispatch)


def test_every_recipient_gets_what_it_wants_in_its_own_way(
    keller: Customer, session: Session
) -> None:
    keller.language = "de"
    recipient_of(keller, "Lena", language="sv")
    recipient_of(keller, "Insurer", kinds=["invoice"], role=RecipientRole.INSURER)
    recipient_of(keller, "Quoted", kinds=["quote"])
    recipient_of(keller, "Portal", channel=Channel.PORTAL, email=None)
    document = factories.invoice_for(keller, "1")
    actions.dispatch_document(document.id)
    made = {one.name: one for one in queries.of_document(document.id)}
    assert {
        name: (one.channel, one.address, one.language, one.state) for name, one in made.items()
    } == {
        "Ruth Keller": (Channel.EMAIL, "ruth@kunden.example", "de", State.QUEUED),
        "Lena": (Channel.EMAIL, "lena@kunden.example", "sv", State.QUEUED),
        "Insurer": (Channel.EMAIL, "insurer@kunden.example", "de", State.QUEUED),
        "Portal": (Channel.PORTAL, "", "de", State.SUBMITTED),
    }
    by_mail = {one.id for one in made.values() if one.channel is Channel.EMAIL}
    assert set(promises(session)) == by_mail


def test_a_recipient_gets_one_dispatch_however_often_the_reaction_runs(
    keller: Customer, invoice: Document, session: Session
) -> None:
    for _ in range(3):
        actions.dispatch_document(invoice.id)
    (one,) = queries.of_document(invoice.id)
    assert promises(session) == [one.id]
    recipient_of(keller, "Lena")
    actions.dispatch_document(invoice.id)
    assert len(queries.of_document(invoice.id)) == 2


def test_who_was_removed_gets_nothing(
    keller: Customer, ben: Principal, invoice: Document, session: Session
) -> None:
    (own,) = organisation_queries.recipients_of(keller.id)
    organisations.remove_recipient(own, ben)
    actions.dispatch_document(invoice.id)
    assert queries.of_document(invoice.id) == []


@pytest.mark.parametrize("verb", ["withdraw", "nothing"])
def test_only_what_is_published_is_sent(
    keller: Customer, invoice: Document, session: Session, verb: str
) -> None:
    if verb == "withdraw":
        publication.withdraw(invoice, BY)
        actions.dispatch_document(invoice.id)
    else:
        actions.dispatch_document("nothing")
    assert session.scalars(select(Dispatch)).all() == []


def test_a_newer_version_stops_what_has_not_gone_out(keller: Customer, session: Session) -> None:
    for name in ("Lena", "Nils", "Olaf"):
        recipient_of(keller, name)
    old = factories.invoice_for(keller, "1")
    actions.dispatch_document(old.id)
    states = [State.QUEUED, State.SUBMITTED, State.UNDELIVERABLE, State.COMPONENT_DOWN]
    for one, state in zip(queries.of_document(old.id), states, strict=True):
        put(one, state, session)
    new = factories.invoice_for(keller, "1")
    actions.dispatch_document(new.id)
    assert sorted(one.state for one in queries.of_document(old.id)) == [
        State.CANCELLED,
        State.CANCELLED,
        State.SUBMITTED,
        State.UNDELIVERABLE,
    ]
    assert {one.state for one in queries.of_document(new.id)} == {State.QUEUED}
    # The reaction to the old version may come late: it starts nothing again.
    actions.dispatch_document(old.id)
    assert len(queries.of_document(old.id)) == 4


def test_a_withdrawn_document_stops_its_dispatches(dispatch: Dispatch, session: Session) -> None:
    actions.cancel_open(dispatch.document_id)
    assert dispatch.state is State.CANCELLED


@pytest.mark.parametrize("state", list(State))
def test_staff_try_again_what_went_wrong_and_nothing_else(
    dispatch: Dispatch, ben: Principal, session: Session, state: State
) -> None:
    put(dispatch, state, session, answer="550 no")
    before = dispatch.round
    if state not in rules.RETRIABLE:
        with pytest.raises(Refused, match="on its way already"):
            actions.try_again(dispatch, dispatch.address, ben)
        return
    actions.try_again(dispatch, dispatch.address, ben)
    assert (dispatch.state, dispatch.answer) == (State.QUEUED, "")
    # The same letter keeps its Message-ID; one that was refused is a new letter.
    is_new_letter = state not in (State.COMPONENT_DOWN, State.UNCERTAIN)
    assert dispatch.round == before + is_new_letter
    assert promises(session) == [dispatch.id]


def test_a_corrected_address_gets_a_link_of_its_own_and_the_old_one_is_void(
    dispatch: Dispatch, ben: Principal, session: Session
) -> None:
    assert actions.begin(dispatch.id) is not None
    old = dispatch.link_id
    put(dispatch, State.UNDELIVERABLE, session)
    actions.try_again(dispatch, " New@Kunden.Example ", ben)
    assert (dispatch.address, dispatch.link_id) == ("new@kunden.example", None)
    sending = actions.begin(dispatch.id)
    assert sending is not None
    assert sending.letter.recipient_address == "new@kunden.example"
    assert old is not None
    link = identity.link_by_id(old)
    assert link is not None
    session.refresh(link)
    assert link.revoked_at is not None
    assert dispatch.link_id not in (None, old)


@pytest.mark.parametrize("state", list(State))
def test_staff_withdraw_what_has_not_gone_out(
    dispatch: Dispatch, ben: Principal, session: Session, state: State
) -> None:
    assert actions.begin(dispatch.id) is not None
    put(dispatch, state, session)
    if state in rules.OPEN:
        actions.withdraw(dispatch, ben)
        assert dispatch.state is State.CANCELLED
        assert actions.begin(dispatch.id) is None
    else:
        with pytest.raises(Refused, match="cannot be withdrawn"):
            actions.withdraw(dispatch, ben)
        assert dispatch.state is state


def test_withdrawing_closes_the_link(dispatch: Dispatch, ben: Principal, session: Session) -> None:
    assert actions.begin(dispatch.id) is not None
    put(dispatch, State.UNCERTAIN, session)
    actions.withdraw(dispatch, ben)
    link = identity.link_by_id(dispatch.link_id or "")
    assert link is not None
    session.refresh(link)
    assert link.revoked_at is not None


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_is_sent(keller: Customer, session: Session, kind: Kind) -> None:
    said = factories.einvoice("1", buyer=keller.name, customer_number=keller.number)
    document = factories.take_in(keller.organisation_id, said, kind=kind)
    actions.dispatch_document(document.id)
    (one,) = queries.of_document(document.id)
    sending = actions.begin(one.id)
    assert sending is not None
    assert sending.letter.subject.endswith(" 1 from Haus Lindenhof")
