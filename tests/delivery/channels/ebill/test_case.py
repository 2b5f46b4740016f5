"""Which business case a document is, what it refers to, and what keeps it here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.delivery import actions, queries
from app.delivery.channels.adapter import Check, Wanted
from app.delivery.channels.ebill import ADAPTER
from app.delivery.channels.ebill.address import asked_by
from app.delivery.channels.setups import obstacle, setup_of
from app.delivery.models import ChannelSettings, Dispatch
from app.delivery.rules import Obstacle, State
from app.demo.ebill_network import EbillNetwork
from app.documents.models import Content, Document, File, FileRole
from app.documents.rules.einvoice import EInvoice, PrecedingInvoice, RemindedInvoice
from app.documents.rules.kinds import Kind
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel
from app.renditions.models import Rendition
from app.renditions.rules import Reason
from app.renditions.rules import State as RenditionState
from tests import factories
from tests.delivery.channels.ebill.bills import attempt, draw, hear
from tests.delivery.channels.ebill.conftest import RUTH, paid_to

QR_IBAN = "CH4431999123000889012"


def dispatched(document: Document) -> Dispatch:
    """Return the dispatch of a document, ready to go."""
    actions.dispatch_document(document.id)
    (one,) = queries.of_document(document.id)
    return one


def another(keller: Customer, said: EInvoice, kind: Kind = Kind.INVOICE) -> Dispatch:
    """Take in another document, with its PDF, and return its dispatch."""
    document = factories.take_in(keller.organisation_id, said, kind=kind)
    draw(document, said)
    return dispatched(document)


def taken(network: EbillNetwork, dispatch: Dispatch) -> Mapping[str, Any]:
    """Hand a dispatch over; returns what the network was told, or fails with what it said."""
    result, _again = attempt(dispatch)
    assert dispatch.state is State.ACCEPTED, result.answer
    return network.stages["live"].cases[dispatch.provider_ref or ""].said


def turned_down(dispatch: Dispatch) -> str:
    """Begin an attempt that we turn down ourselves; returns why."""
    assert actions.begin(dispatch.id) is None
    assert dispatch.state is State.REJECTED
    return dispatch.answer


def reminding(said: EInvoice, *numbers: str) -> EInvoice:
    reminded = tuple(RemindedInvoice(number=number, debit=Decimal("642.24")) for number in numbers)
    return replace(said, number="M-1", reminded_invoices=reminded, lines=())


def test_a_reminder_refers_to_the_case_of_its_bill(
    sent: Dispatch, network: EbillNetwork, keller: Customer, said: EInvoice
) -> None:
    attempt(sent)
    case = taken(network, another(keller, reminding(said, "LH-1"), Kind.REMINDER))
    assert (case["type"], case["referenceNumber"]) == ("Reminder", "M-1")
    assert case["referencedBill"] == {
        "businessCaseId": sent.provider_ref,
        "referenceNumber": "LH-1",
    }
    assert case["payment"]["referenceType"] == "SCOR"


UNPLACED = [
    (["LH-9"], "The invoice LH-9 did not go out by eBill. Send its reminder another way."),
    ([], "An eBill reminder is about one bill. This one names 0."),
    (["LH-1", "LH-2"], "An eBill reminder is about one bill. This one names 2."),
]


def test_a_reminder_that_ebill_cannot_place_stays_here(
    sent: Dispatch, keller: Customer, said: EInvoice
) -> None:
    attempt(sent)
    for place, (numbers, sentence) in enumerate(UNPLACED):
        reminder = replace(reminding(said, *numbers), number=f"M-{place}")
        assert turned_down(another(keller, reminder, Kind.REMINDER)) == sentence


def test_a_case_of_the_test_stage_is_none_of_the_live_one(
    sent: Dispatch, ebill: ChannelSettings, keller: Customer, said: EInvoice
) -> None:
    ebill.is_test = True
    attempt(sent)
    ebill.is_test = False
    one = another(keller, reminding(said, "LH-1"), Kind.REMINDER)
    assert "did not go out by eBill" in turned_down(one)


def test_a_credit_note_names_the_bill_that_it_gives_back(
    sent: Dispatch, network: EbillNetwork, keller: Customer, said: EInvoice
) -> None:
    attempt(sent)
    before = (PrecedingInvoice("LH-1"),)
    credit = replace(said, number="G-1", type_code="381", preceding_invoices=before)
    case = taken(network, another(keller, credit, Kind.CREDIT_NOTE))
    assert (case["type"], case["referencedBill"]["referenceNumber"]) == ("CreditNote", "LH-1")
    assert "payment" not in case


@pytest.mark.parametrize(("means", "due"), [("59", None), ("30", Decimal(0))])
def test_what_nobody_has_to_release_is_an_advice(
    network: EbillNetwork,
    ruth: Recipient,
    ebill: ChannelSettings,
    keller: Customer,
    said: EInvoice,
    means: str,
    due: Decimal | None,
) -> None:
    (way,) = said.payment_instructions
    whole = said.totals.with_vat
    totals = said.totals if due is None else replace(said.totals, paid=whole, due=due)
    changed = replace(
        said, payment_instructions=(replace(way, means_code=means),), totals=totals, number="LH-2"
    )
    assert taken(network, another(keller, changed))["type"] == "Advice"


def test_a_corrected_bill_is_another_case_in_the_place_of_the_first(
    sent: Dispatch, network: EbillNetwork, keller: Customer, said: EInvoice
) -> None:
    attempt(sent)
    second = another(keller, said)
    case = taken(network, second)
    assert (case["type"], case["referenceNumber"]) == ("Bill", "LH-1-2")
    assert case["referencedBill"] == {
        "businessCaseId": sent.provider_ref,
        "referenceNumber": "LH-1",
    }


def test_a_qr_bill_goes_with_its_qr_reference(
    network: EbillNetwork,
    ruth: Recipient,
    ebill: ChannelSettings,
    keller: Customer,
    said: EInvoice,
) -> None:
    qr = paid_to(said, QR_IBAN, "21 00000 00003 13947 14300 09017")
    assert taken(network, another(keller, qr))["payment"] == {
        "iban": QR_IBAN,
        "referenceType": "QRR",
        "reference": "210000000003139471430009017",
    }


def test_everything_that_is_wrong_is_said_at_once(
    network: EbillNetwork,
    ruth: Recipient,
    ebill: ChannelSettings,
    keller: Customer,
    said: EInvoice,
) -> None:
    odd = replace(paid_to(said, QR_IBAN, "LH-1"), issue_date=date(2020, 1, 1))
    answer = turned_down(another(keller, odd))
    assert answer.startswith("The document is older than 90 days")
    assert "The document says “LH-1”." in answer
    assert network.posted == []


def test_a_pdf_without_data_stays_here_and_one_with_data_goes_as_it_came(
    sent: Dispatch, bill: Document, network: EbillNetwork, session: Session
) -> None:
    (original,) = [one for one in _files(session, bill) if one.role is FileRole.ORIGINAL]
    (made,) = session.query(Rendition).filter_by(document_id=bill.id)
    original.media_type, original.sha256 = "application/pdf", made.sha256 or ""
    session.flush()
    assert "came as a PDF without data" in turned_down(sent)
    xml = File(
        id="x" * 26,
        organisation_id=bill.organisation_id,
        document_id=bill.id,
        position=9,
        role=FileRole.XML,
        name="factur-x.xml",
        media_type="application/xml",
        size=1,
        sha256="0" * 64,
    )
    session.add(xml)
    sent.state = State.QUEUED
    session.flush()
    assert taken(network, sent)["type"] == "Bill"


def _files(session: Session, document: Document) -> list[File]:
    return session.query(File).filter_by(document_id=document.id).all()


def test_why_the_pdf_could_not_be_made_is_said(
    sent: Dispatch, bill: Document, session: Session
) -> None:
    (made,) = session.query(Rendition).filter_by(document_id=bill.id)
    made.state, made.reason, made.sha256 = RenditionState.IMPOSSIBLE, Reason.FINDINGS, None
    made.detail = "BR-CO-15"
    session.flush()
    assert turned_down(sent) == (
        "The PDF with the data inside could not be made."
        " The data do not meet the rules of this format: BR-CO-15."
    )


def test_without_data_nothing_goes_out(sent: Dispatch, bill: Document, session: Session) -> None:
    session.get_one(Content, bill.id).einvoice = None
    session.flush()
    assert turned_down(sent).startswith("The document has no data.")


RECIPIENTS = [
    ("41010560425610173", None, "ok", None),
    ("", "ruth@kunden.example", "ok", None),
    ("CHE-100.155.212 MWST", None, "ok", None),
    ("41010560425610173", None, "", Obstacle.NOT_OPTED_IN),
    ("41010560425610173", None, "not_subscribed", Obstacle.NOT_OPTED_IN),
    ("41010560425610173", None, "unknown", Obstacle.NOT_REGISTERED),
    ("0088:7609999000027", None, "ok", Obstacle.BAD_ADDRESS),
    ("CHE100155213", None, "ok", Obstacle.BAD_ADDRESS),
    ("", None, "ok", Obstacle.NO_ADDRESS),
]


def test_what_stands_in_the_way_is_known_beforehand(
    keller: Customer, ruth: Recipient, ebill: ChannelSettings
) -> None:
    setup = setup_of(keller.organisation_id, Channel.EBILL)
    for endpoint, email, checked, expected in RECIPIENTS:
        ruth.endpoint, ruth.email, ruth.checked = endpoint, email, checked
        found = obstacle(ADAPTER, Wanted(Kind.INVOICE, keller, ruth), setup)
        assert found is expected, endpoint
    assert obstacle(ADAPTER, Wanted(Kind.QUOTE, keller, ruth), setup) is Obstacle.KIND
    ebill.is_test, ebill.values = True, {"biller_id": "BIID0000123456"}
    setup = setup_of(keller.organisation_id, Channel.EBILL)
    wanted = Wanted(Kind.INVOICE, keller, ruth)
    assert obstacle(ADAPTER, wanted, setup) is Obstacle.INCOMPLETE


def test_who_has_not_agreed_waits_with_the_reason_until_the_network_says_yes(
    ruth: Recipient,
    ebill: ChannelSettings,
    keller: Customer,
    said: EInvoice,
    network: EbillNetwork,
) -> None:
    ruth.checked = Check.NOT_SUBSCRIBED
    one = dispatched(factories.take_in(keller.organisation_id, said))
    assert one.state is State.HELD
    assert one.passed == [{"channel": "ebill", "obstacle": "not_opted_in"}]
    network.subscribe("live", RUTH.id)
    hear(keller.organisation_id)
    assert one.state is State.QUEUED


def test_three_ways_to_name_a_recipient() -> None:
    assert asked_by(" 4101 0560 4256 10173 ") == {"billRecipientId": "41010560425610173"}
    assert asked_by("Ruth@Kunden.example") == {"emailAddress": "ruth@kunden.example"}
    assert asked_by("che-100.155.212") == {"enterpriseIdentificationNumber": "CHE100155212"}
    assert asked_by("4101056042561017") is None


def test_days_are_those_of_the_house(sent: Dispatch, bill: Document, session: Session) -> None:
    assert bill.issue_date is not None
    bill.issue_date += timedelta(days=1)
    session.flush()
    assert "lies in the future" in turned_down(sent)
