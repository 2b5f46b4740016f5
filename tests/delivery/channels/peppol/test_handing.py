"""Handing invoices over, through the real engine and the official rules, to the stand-in over real HTTP."""

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.core import clock
from app.delivery import actions
from app.delivery.actions import handing
from app.delivery.channels.peppol import handing as peppol_handing
from app.delivery.channels.peppol import invoice as invoices
from app.delivery.channels.peppol.identifiers import CREDIT_NOTE, CUSTOMIZATION, INVOICE, PROCESS
from app.delivery.models import ChannelSettings, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import Outcome, State
from app.demo.access_point import AccessPoint
from app.documents.formats.safe_xml import parse
from app.documents.formats.ubl import PREFIXES
from app.documents.rules.einvoice import EInvoice, Note
from app.documents.rules.kinds import Kind
from app.documents.rules.party import Identifier
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.rules import Channel
from app.renditions.formats import ubl
from tests import factories
from tests.delivery.channels.peppol.conftest import attempt, dispatch_of


def taken(point: AccessPoint, stage: str = "live") -> dict[str, Any]:
    (one,) = point.stages[stage].transmissions.values()
    return one


def told(xml: bytes, path: str) -> str:
    found = parse(xml).findtext(path, None, PREFIXES)
    assert found is not None
    return str(found)


def test_an_invoice_is_taken_under_our_reference_as_bis_billing(
    sent: Dispatch, point: AccessPoint
) -> None:
    result, again = attempt(sent)
    one = taken(point)
    assert (again, sent.state, sent.provider_ref) == (False, State.SUBMITTED, one["id"])
    assert (sent.cost_minor, sent.is_test, result.code) == (20, False, 201)
    assert sent.address == "0192:810418052"
    xml = base64.b64decode(one.pop("document"))
    assert one == {
        "id": sent.provider_ref,
        "status": "queued",
        "reference": f"{sent.id}.1",
        "environment": "live",
        "sender": "0183:CHE107787577",
        "receiver": "0192:810418052",
        "senderCountry": "CH",
        "documentType": INVOICE,
        "process": PROCESS,
        "number": "P-1",
    }
    assert point.posted == [("live", sent.reference)]
    assert told(xml, "cbc:CustomizationID") == CUSTOMIZATION
    assert told(xml, "cbc:ProfileID") == PROCESS
    party = "cac:Party/cbc:EndpointID"
    assert told(xml, f"cac:AccountingSupplierParty/{party}") == "CHE107787577"
    assert told(xml, f"cac:AccountingCustomerParty/{party}") == "810418052"


def test_what_came_as_bis_billing_goes_out_byte_by_byte(
    keller: Customer, ruth: Recipient, peppol: ChannelSettings, said: EInvoice, point: AccessPoint
) -> None:
    own = replace(
        said,
        specification=CUSTOMIZATION,
        process=PROCESS,
        seller=replace(said.seller, electronic_address=Identifier("CHE107787577", "0183")),
        buyer=replace(said.buyer, electronic_address=Identifier("810418052", "0192")),
    )
    content = ubl.written(own).replace(b"<cbc:ID>P-1", b"<!-- theirs --><cbc:ID>P-1")
    sent = dispatch_of(factories.take_in(keller.organisation_id, own, content=content))
    attempt(sent)
    assert base64.b64decode(taken(point)["document"]) == content


def test_a_credit_note_names_its_own_document_type(
    keller: Customer, ruth: Recipient, peppol: ChannelSettings, said: EInvoice, point: AccessPoint
) -> None:
    credit = replace(said, type_code="381", notes=(Note("one"), Note("two")), due_date=None)
    sent = dispatch_of(factories.take_in(keller.organisation_id, credit, kind=Kind.CREDIT_NOTE))
    attempt(sent)
    one = taken(point)
    assert one["documentType"] == CREDIT_NOTE
    xml = base64.b64decode(one["document"])
    assert [each.text for each in parse(xml).findall("cbc:Note", PREFIXES)] == ["one\ntwo"]


def test_what_breaks_an_official_rule_does_not_leave_and_the_rule_is_named(
    keller: Customer, ruth: Recipient, peppol: ChannelSettings, said: EInvoice, point: AccessPoint
) -> None:
    wrong = replace(said, totals=replace(said.totals, with_vat=said.totals.without_vat))
    sent = dispatch_of(factories.take_in(keller.organisation_id, wrong))
    result, again = attempt(sent)
    assert (result.outcome, again, sent.state) == (Outcome.PERMANENT, False, State.REJECTED)
    assert "BR-CO-15" in sent.answer
    assert point.posted == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"buyer_reference": ""}, "Peppol verlangt eine Referenz des Käufers (BT-10)"),
        ({"type_code": "389"}, "Peppol nimmt keine Dokumente vom Typ 389 (BT-3) an."),
        ({"type_code": "384"}, "Peppol nimmt keine Dokumente vom Typ 384 (BT-3) an."),
    ],
)
def test_what_the_network_would_refuse_is_turned_down_by_ourselves_in_the_houses_language(
    house: Organisation,
    keller: Customer,
    ruth: Recipient,
    peppol: ChannelSettings,
    said: EInvoice,
    point: AccessPoint,
    change: dict[str, str],
    sentence: str,
) -> None:
    house.language = "de"
    sent = dispatch_of(factories.take_in(keller.organisation_id, replace(said, **change)))
    assert actions.begin(sent.id) is None
    assert (sent.state, point.posted) == (State.REJECTED, [])
    assert sentence in sent.answer


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
def test_each_fault_of_the_access_point_is_what_it_is(
    sent: Dispatch, point: AccessPoint, fault: str, outcome: Outcome, state: State, again: bool
) -> None:
    point.faults.submit = fault
    result, comes_again = attempt(sent)
    assert (result.outcome, sent.state, comes_again) == (outcome, state, again)
    is_down = channels.health(sent.organisation_id, Channel.PEPPOL) is not None
    assert is_down is (outcome is Outcome.UNAVAILABLE)
    if fault == "invalid":
        assert sent.answer == (
            "PEPPOL-EN16931-R120: Invoice line net amount MUST equal … (/Invoice)"
        )


def test_an_invoice_whose_answer_was_lost_is_found_and_never_sent_again(
    sent: Dispatch, point: AccessPoint
) -> None:
    point.faults.submit = "lost"
    attempt(sent)
    point.faults.submit, point.faults.find = "", "down"
    result, again = attempt(sent)
    assert (result.outcome, again, len(point.posted)) == (Outcome.UNAVAILABLE, True, 1)
    point.faults.find = ""
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        attempt(sent)
    one = taken(point)
    assert (sent.state, sent.provider_ref, len(point.posted)) == (State.SUBMITTED, one["id"], 1)


def test_what_did_not_arrive_is_sent_under_the_same_reference(
    sent: Dispatch, point: AccessPoint
) -> None:
    point.faults.submit = "broken"
    attempt(sent)
    point.faults.submit = ""
    attempt(sent)
    assert point.posted == [("live", sent.reference)] * 2
    assert taken(point)["reference"] == sent.reference


def test_a_reference_that_is_known_with_other_bytes_is_what_arrived_before(
    sent: Dispatch, point: AccessPoint, session: Session
) -> None:
    attempt(sent)
    one = taken(point)
    one["document"] = "older"
    sent.state, sent.provider_ref = State.QUEUED, None
    session.flush()
    result, _again = attempt(sent)
    assert (result.code, result.outcome, sent.provider_ref) == (409, Outcome.ACCEPTED, one["id"])


def test_in_test_mode_nothing_reaches_the_live_stage(
    sent: Dispatch, point: AccessPoint, peppol: ChannelSettings
) -> None:
    peppol.is_test = True
    attempt(sent)
    assert (sent.is_test, point.posted) == (True, [("test", sent.reference)])
    assert taken(point, "test")["environment"] == "test"
    assert point.stages["live"].transmissions == {}


def test_in_test_mode_without_a_test_stage_nothing_goes_out(
    sent: Dispatch, point: AccessPoint, peppol: ChannelSettings
) -> None:
    peppol.is_test, peppol.values = True, {**peppol.values, "test_url": ""}
    assert actions.begin(sent.id) is None
    assert (sent.state, point.posted) == (State.REJECTED, [])


def test_what_took_too_long_to_check_does_not_follow_another_attempt(
    sent: Dispatch, point: AccessPoint
) -> None:
    begun = actions.begin(sent.id)
    assert isinstance(begun, invoices.Bill)
    result = peppol_handing.submit(replace(begun, until=0.0))
    assert (result.outcome, point.posted) == (Outcome.TEMPORARY, [])


def test_a_file_that_is_gone_is_our_trouble_and_not_the_channels(
    sent: Dispatch, point: AccessPoint
) -> None:
    begun = actions.begin(sent.id)
    assert isinstance(begun, invoices.Bill)
    gone = replace(begun, files=(invoices.Piece("a.pdf", "application/pdf", 1, "0" * 64),))
    result = handing.hand_over(gone)
    assert (result.outcome, result.is_ours, point.posted) == (Outcome.UNAVAILABLE, True, [])
