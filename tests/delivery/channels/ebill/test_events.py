"""What the network tells of cases and of recipients: heard by a cursor, kept raw, folded in once."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.inbox import Message
from app.core.journal import Entry
from app.delivery import actions
from app.delivery.actions import handing, listening
from app.delivery.channels.adapter import Check, RecipientNews
from app.delivery.channels.ebill.events import parse
from app.delivery.models import ChannelSettings, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import News, Response, State
from app.demo.ebill_network import EbillNetwork
from app.organisations.models import Recipient
from tests.delivery.channels.ebill.bills import attempt, begun, hear, read
from tests.delivery.channels.ebill.conftest import RUTH


def stands(dispatch: Dispatch) -> tuple[State, Response]:
    return dispatch.state, dispatch.response


@pytest.fixture
def handed(sent: Dispatch) -> Dispatch:
    """A bill that the network has."""
    attempt(sent)
    assert sent.provider_ref
    return sent


def tell(network: EbillNetwork, dispatch: Dispatch, *words: str) -> None:
    for word in words:
        network.tell("live", dispatch.provider_ref or "", word)


WORDS = [
    (["INITIAL"], State.ACCEPTED, Response.NONE),
    (["NWP_PENDING"], State.ACCEPTED, Response.NONE),
    (["OPEN"], State.DELIVERED, Response.NONE),
    (["OPEN", "APPROVED"], State.DELIVERED, Response.ACCEPTED),
    (["OPEN", "REJECTED"], State.DELIVERED, Response.REJECTED),
    (["OPEN", "APPROVED", "COMPLETED"], State.DELIVERED, Response.PAID),
    (["COMPLETED", "OPEN", "APPROVED", "INITIAL"], State.DELIVERED, Response.PAID),
    (["INVALID"], State.REJECTED, Response.NONE),
    (["FAILED"], State.REJECTED, Response.NONE),
    (["REPLACED"], State.CANCELLED, Response.NONE),
    (["OPEN", "DELETED"], State.DELIVERED, Response.NONE),
    (["OPEN", "DERECOGNIZED", "SOMETHING_NEW"], State.DELIVERED, Response.NONE),
]


def test_each_word_of_the_network_leads_where_it_should(
    handed: Dispatch, network: EbillNetwork, session: Session
) -> None:
    for words, state, response in WORDS:
        handed.state, handed.response = State.ACCEPTED, Response.NONE
        session.flush()
        before = len(channels.events_of(handed.id))
        tell(network, handed, *words)
        hear(handed.organisation_id)
        assert stands(handed) == (state, response), words
        told = [one.code for one in channels.events_of(handed.id)]
        assert told[: len(told) - before] == words[::-1]


def test_a_yes_to_another_amount_is_a_conditional_one(
    handed: Dispatch, network: EbillNetwork
) -> None:
    network.tell("live", handed.provider_ref or "", "APPROVED", 600.00)
    hear(handed.organisation_id)
    assert stands(handed) == (State.DELIVERED, Response.CONDITIONALLY_ACCEPTED)
    (event,) = channels.events_of(handed.id)
    assert (event.amount_minor, event.reason) == (60000, "APPROVED CHF 600.00")


@pytest.mark.parametrize("fault", ["twice", "backwards"])
def test_events_that_come_twice_or_in_another_order_change_nothing(
    handed: Dispatch, network: EbillNetwork, fault: str
) -> None:
    tell(network, handed, "INITIAL", "OPEN", "APPROVED", "COMPLETED")
    network.faults.events = fault
    hear(handed.organisation_id)
    network.faults.events = ""
    hear(handed.organisation_id)
    assert stands(handed) == (State.DELIVERED, Response.PAID)
    assert len(channels.events_of(handed.id)) == 4


def test_what_was_read_is_not_asked_for_again(
    handed: Dispatch, network: EbillNetwork, ebill: ChannelSettings, session: Session
) -> None:
    tell(network, handed, "INITIAL", "OPEN")
    hear(handed.organisation_id)
    last = network.stages["live"].events[-1]["eventId"]
    assert ebill.cursor == {"live": {"cases": last}}
    assert hear(handed.organisation_id) == []
    # The live cursor is none of the test stage's.
    ebill.is_test = True
    network.subscribe("test", RUTH.id)
    hear(handed.organisation_id)
    assert set(ebill.cursor) == {"live", "test"}


def test_more_than_one_page_is_read_at_once(handed: Dispatch, network: EbillNetwork) -> None:
    tell(network, handed, *["INITIAL"] * 150, "OPEN")
    assert len(hear(handed.organisation_id)) == 100
    read()
    assert stands(handed)[0] is State.DELIVERED


def test_an_answer_that_is_too_long_is_asked_for_in_smaller_pieces(
    handed: Dispatch, network: EbillNetwork
) -> None:
    tell(network, handed, "INITIAL", "INITIAL", "OPEN")
    for event in network.stages["live"].events:
        event["more"] = "x" * 30_000
    assert len(hear(handed.organisation_id)) == 3
    assert stands(handed)[0] is State.DELIVERED


def test_a_partner_that_is_deaf_leaves_the_cursor_and_says_why(
    handed: Dispatch, network: EbillNetwork, ebill: ChannelSettings
) -> None:
    tell(network, handed, "OPEN")
    network.faults.events = "down"
    hear(handed.organisation_id)
    assert (ebill.cursor, stands(handed)[0]) == ({}, State.ACCEPTED)
    assert ebill.trouble == "/events/business-case-status-changed: status 503"
    network.faults.events = ""
    hear(handed.organisation_id)
    assert (ebill.trouble, stands(handed)[0]) == ("", State.DELIVERED)


def test_news_that_overtake_the_answer_wait_for_it(sent: Dispatch, network: EbillNetwork) -> None:
    case = begun(sent)
    result = handing.hand_over(case)
    network.tell("live", result.provider_ref or "", "OPEN")
    assert hear(sent.organisation_id) == ["waits"]
    actions.finish(case, result)
    assert read() == ["delivered"]
    assert stands(sent)[0] is State.DELIVERED


def test_a_case_of_nobody_is_kept_and_laid_aside_after_a_while(
    handed: Dispatch, network: EbillNetwork, session: Session
) -> None:
    tell(network, handed, "OPEN")
    network.stages["live"].events[0]["businessCaseId"] = "NWPBCID0"
    hear(handed.organisation_id)
    with clock.standing_at(clock.now() + listening.ORPHANS_FOR):
        assert read() == ["nothing of ours"]
    assert stands(handed)[0] is State.ACCEPTED


def whole(stream: str, **event: object) -> bytes:
    said = {"eventId": "E1", "timestamp": "2026-11-20T10:00:00.000Z", **event}
    return json.dumps({"stream": stream, "event": said}).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"[" * 50_000,
        b'{"event": 1}',
        whole("cases"),
        whole("cases", businessCaseId="X", timestamp="yesterday"),
    ],
)
def test_what_is_no_event_is_said_to_be_none(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        list(parse(raw))


def test_amounts_are_read_as_they_are_written() -> None:
    amount = {"value": "99999999.99", "currencyCode": "CHF"}
    raw = whole("cases", businessCaseId="X", newStatus="approved", approvedAmount=amount)
    (news,) = parse(raw.replace(b'"99999999.99"', b"99999999.99"))
    assert isinstance(news, News)
    assert (news.amount_minor, news.code, news.response) == (
        9_999_999_999,
        "APPROVED",
        Response.ACCEPTED,
    )
    assert news.occurred_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    odd = whole(
        "cases",
        businessCaseId="X",
        newStatus="APPROVED",
        approvedAmount={"value": "NaN", "currencyCode": "???"},
    )
    (strange,) = parse(odd)
    assert isinstance(strange, News)
    assert strange.amount_minor is None


def test_who_asks_for_bills_gets_them_and_who_ends_it_does_not(
    ruth: Recipient, network: EbillNetwork, ebill: ChannelSettings, session: Session
) -> None:
    ruth.endpoint, ruth.checked = "", ""
    session.flush()
    network.subscribe("live", RUTH.id)
    assert hear(ruth.organisation_id) == ["recipients: 1"]
    assert (ruth.checked, ruth.endpoint) == (Check.OK, RUTH.id)
    network.subscribe("live", RUTH.id, "INACTIVE")
    hear(ruth.organisation_id)
    assert ruth.checked == Check.NOT_SUBSCRIBED
    session.flush()
    rows = select(Entry).where(Entry.object_id == ruth.customer_id).order_by(Entry.id)
    names = [one.name for one in session.scalars(rows) if one.name.startswith("recipient.")]
    assert names[-2:] == ["recipient.agreed", "recipient.disagreed"]


def test_the_newest_word_of_a_recipient_holds_whatever_the_order(
    ruth: Recipient, network: EbillNetwork, ebill: ChannelSettings, session: Session
) -> None:
    network.subscribe("live", RUTH.id)
    network.subscribe("live", RUTH.id, "INACTIVE")
    newer, older = network.stages["live"].subscriptions[::-1]
    older["timestamp"] = (clock.now() - timedelta(days=1)).isoformat()
    network.stages["live"].subscriptions = [newer, older]
    hear(ruth.organisation_id)
    assert ruth.checked == Check.NOT_SUBSCRIBED
    keys = session.scalars(select(Message.key)).all()
    assert len(keys) == 2


def test_a_strangers_subscription_is_nobodys(
    ruth: Recipient, network: EbillNetwork, ebill: ChannelSettings
) -> None:
    ruth.endpoint = "41010560425699999"
    network.subscribe("live", RUTH.id, "INACTIVE")
    assert hear(ruth.organisation_id) == ["no recipient of ours, or known already"]
    assert ruth.checked == Check.OK


def test_an_unknown_word_about_a_recipient_is_no_news() -> None:
    whom = {"billRecipientId": RUTH.id}
    assert list(parse(whole("recipients", newStatus="PAUSED", billRecipient=whom))) == []
    (known,) = parse(whole("recipients", newStatus="ACTIVE", billRecipient=whom))
    assert isinstance(known, RecipientNews)
    assert (known.addresses, known.check) == ((RUTH.id,), Check.OK)
