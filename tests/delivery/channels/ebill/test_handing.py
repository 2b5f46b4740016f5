"""Handing business cases over, through the real engine, to the stand-in over real HTTP."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core import clock, runtime
from app.core.runtime import Runtime
from app.delivery import actions
from app.delivery.actions import handing
from app.delivery.channels.ebill import handing as ebill_handing
from app.delivery.models import Attempt, ChannelSettings, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import LONGEST_WAIT, Outcome, State
from app.demo.ebill_network import EbillNetwork
from app.documents.models import Document
from app.organisations.rules import Channel
from app.renditions.models import Rendition
from tests.delivery.channels.ebill.bills import attempt, begun


def stands(dispatch: Dispatch) -> State:
    return dispatch.state


def outcomes(session: Session, dispatch: Dispatch) -> list[Outcome | None]:
    session.flush()
    rows = select(Attempt).where(Attempt.dispatch_id == dispatch.id).order_by(Attempt.position)
    return [one.outcome for one in session.scalars(rows)]


def test_a_bill_is_taken_under_our_reference_with_all_that_belongs_to_it(
    sent: Dispatch, network: EbillNetwork, bill: Document
) -> None:
    result, again = attempt(sent)
    ((case_id, case),) = network.stages["live"].cases.items()
    assert (again, stands(sent), sent.provider_ref) == (False, State.ACCEPTED, case_id)
    assert (sent.cost_minor, sent.is_test, result.code) == (45, False, 201)
    assert case.reference == sent.reference == f"{sent.id}.1"
    assert case.said == {
        "type": "Bill",
        "billerId": "BIID0000123456",
        "billRecipient": {"billRecipientId": "41010560425610173"},
        "referenceNumber": "LH-1",
        "businessCaseDate": bill.issue_date and bill.issue_date.isoformat(),
        "paymentDueDate": bill.due_date and bill.due_date.isoformat(),
        "totalAmount": {"value": 642.24, "currencyCode": "CHF"},
        "payment": {
            "iban": "CH9300762011623852957",
            "referenceType": "SCOR",
            "reference": "RF18539007547034",
        },
    }


def test_what_is_handed_over_is_the_same_every_time_and_still_carries_the_invoice(
    sent: Dispatch,
) -> None:
    case = begun(sent)
    first, second = ebill_handing._completed(case), ebill_handing._completed(case)
    assert first == second
    with pikepdf.open(BytesIO(first)) as pdf:
        assert set(pdf.attachments) == {"factur-x.xml", "business-case.json"}
        assert [str(one.AFRelationship) for one in pdf.Root.AF] == ["/Data", "/Data"]


@pytest.mark.parametrize(
    ("fault", "outcome", "state", "again"),
    [
        ("invalid", Outcome.PERMANENT, State.REJECTED, False),
        ("busy", Outcome.TEMPORARY, State.QUEUED, True),
        ("down", Outcome.UNAVAILABLE, State.COMPONENT_DOWN, True),
        ("forbidden", Outcome.UNAVAILABLE, State.COMPONENT_DOWN, True),
        ("broken", Outcome.UNKNOWN, State.UNCERTAIN, True),
        ("proxy", Outcome.UNKNOWN, State.UNCERTAIN, True),
        ("lost", Outcome.UNKNOWN, State.UNCERTAIN, True),
        ("nameless", Outcome.UNKNOWN, State.UNCERTAIN, True),
    ],
)
def test_each_fault_of_the_partner_is_what_it_is(
    sent: Dispatch,
    network: EbillNetwork,
    fault: str,
    outcome: Outcome,
    state: State,
    again: bool,
) -> None:
    network.faults.submit = fault
    result, comes_again = attempt(sent)
    assert (result.outcome, stands(sent), comes_again) == (outcome, state, again)
    is_down = channels.health(sent.organisation_id, Channel.EBILL) is not None
    assert is_down is (outcome is Outcome.UNAVAILABLE)


def test_a_refusal_names_each_field_with_its_sentence(
    sent: Dispatch, network: EbillNetwork
) -> None:
    network.faults.submit = "invalid"
    result, _again = attempt(sent)
    sentence = "localizedData.ger.address.city: size must be between 1 and 35"
    assert (result.answer, sent.answer, result.code) == (sentence, sentence, 400)
    assert "fieldErrors" in (result.raw or "")


@pytest.mark.parametrize("fault", ["lost", "nameless"])
def test_a_case_whose_answer_was_lost_is_found_and_never_sent_again(
    sent: Dispatch, network: EbillNetwork, session: Session, fault: str
) -> None:
    network.faults.submit = fault
    attempt(sent)
    network.faults.submit = ""
    attempt(sent)
    assert len(network.posted) == len(network.stages["live"].cases) == 1
    assert (stands(sent), sent.provider_ref) == (
        State.ACCEPTED,
        *network.stages["live"].cases,
    )
    assert outcomes(session, sent) == [Outcome.UNKNOWN, Outcome.ACCEPTED]


def test_what_was_found_stands_where_the_network_says(
    sent: Dispatch, network: EbillNetwork
) -> None:
    network.faults.submit = "lost"
    attempt(sent)
    (case,) = network.stages["live"].cases.values()
    case.status = "OPEN"
    attempt(sent)
    assert stands(sent) is State.DELIVERED


def test_what_did_not_arrive_is_sent_under_the_same_reference(
    sent: Dispatch, network: EbillNetwork
) -> None:
    network.faults.submit = "broken"
    attempt(sent)
    network.faults.submit = ""
    attempt(sent)
    assert network.posted == [("live", sent.reference)] * 2
    assert len(network.stages["live"].cases) == 1
    assert stands(sent) is State.ACCEPTED


def test_while_nobody_can_say_whether_it_arrived_nothing_is_sent(
    sent: Dispatch, network: EbillNetwork
) -> None:
    network.faults.submit, network.faults.find = "lost", "down"
    attempt(sent)
    result, again = attempt(sent)
    assert (result.outcome, again, len(network.posted)) == (Outcome.UNAVAILABLE, True, 1)


def test_without_a_search_the_number_that_is_used_once_keeps_it_one(
    sent: Dispatch, network: EbillNetwork
) -> None:
    network.faults.submit, network.faults.find = "lost", "absent"
    attempt(sent)
    network.faults.submit = ""
    result, again = attempt(sent)
    assert (result.code, result.outcome, again) == (400, Outcome.ACCEPTED, False)
    assert len(network.stages["live"].cases) == 1
    assert (stands(sent), sent.provider_ref) == (State.ACCEPTED, None)


def test_a_number_that_somebody_else_used_is_refused(sent: Dispatch, network: EbillNetwork) -> None:
    case = begun(sent)
    assert handing.hand_over(case).outcome is Outcome.ACCEPTED
    result = handing.hand_over(case)
    assert (result.outcome, result.told) == (Outcome.PERMANENT, State.REJECTED)
    assert result.answer == "referenceNumber: must be unique for 90 days (LH-1)"


def test_a_token_is_kept_and_asked_for_anew_once_it_is_refused(
    sent: Dispatch, network: EbillNetwork
) -> None:
    attempt(sent)
    assert len(network.tokens) == 1
    network.tokens.clear()
    case = begun_again(sent)
    assert handing.hand_over(case).answer.startswith("referenceNumber")
    assert len(network.tokens) == 1


def begun_again(dispatch: Dispatch) -> ebill_handing.Case:
    """Return a parcel of a dispatch that went out already."""
    dispatch.state = State.QUEUED
    return begun(dispatch)


def test_without_a_token_the_channel_is_down_and_no_secret_is_told(
    sent: Dispatch, network: EbillNetwork
) -> None:
    network.faults.token = "refused"
    result, again = attempt(sent)
    assert (result.outcome, again) == (Outcome.UNAVAILABLE, True)
    assert result.answer == "no access token: status 401 invalid_client"
    assert network.posted == []


def test_in_test_mode_nothing_reaches_the_live_stage(
    sent: Dispatch, network: EbillNetwork, ebill: ChannelSettings
) -> None:
    ebill.is_test = True
    attempt(sent)
    assert sent.is_test
    assert network.posted == [("test", sent.reference)]
    assert network.stages["live"].cases == {}


def test_in_test_mode_without_a_test_stage_nothing_goes_out(
    sent: Dispatch, network: EbillNetwork, ebill: ChannelSettings
) -> None:
    ebill.is_test, ebill.values = True, {**ebill.values, "test_url": ""}
    assert actions.begin(sent.id) is None
    assert (stands(sent), network.posted) == (State.REJECTED, [])
    assert sent.answer == "eBill is not set up yet for the mode that it is in."


def test_an_inner_address_is_called_only_where_the_installation_allows_it(
    here: Runtime, sent: Dispatch, network: EbillNetwork
) -> None:
    settings = replace(here.settings, outbound_private=False)
    with runtime.using(replace(here, settings=settings)):
        result, _again = attempt(sent)
    assert result.outcome is Outcome.UNAVAILABLE
    assert network.posted == []


def test_it_waits_for_its_pdf(sent: Dispatch, bill: Document, session: Session) -> None:
    session.execute(delete(Rendition).where(Rendition.document_id == bill.id))
    assert isinstance(actions.begin(sent.id), timedelta)
    assert stands(sent) is State.QUEUED
    with clock.standing_at(sent.queued_at + LONGEST_WAIT):
        assert actions.begin(sent.id) is None
    assert stands(sent) is State.REJECTED
    assert sent.answer.startswith("The PDF with the data inside is not there yet.")
