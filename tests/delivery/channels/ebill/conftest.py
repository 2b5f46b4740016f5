"""A house that is connected to a network partner's stand-in, and somebody who asked for bills by eBill."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from app.core import clock, runtime, sealing
from app.core.runtime import Runtime
from app.delivery import actions, queries
from app.delivery.channels.ebill import client
from app.delivery.models import ChannelSettings, Dispatch
from app.demo.ebill_network import EbillNetwork
from app.demo.ebill_partner import Participant
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice, PaymentInstruction
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.queries import recipients_of
from app.organisations.rules import Channel
from tests import factories
from tests.delivery.channels.ebill import bills

RUTH = Participant("41010560425610173", "ruth@kunden.example", "Keller")
MAX = Participant("41010560425610281", "max@kunden.example", "Huber", "CHE100155212", refuses=True)


@pytest.fixture
def network(here: Runtime) -> Iterator[EbillNetwork]:
    """The stand-in; what lies on this machine may be called."""
    client._tokens.clear()
    settings = replace(here.settings, outbound_private=True)
    with (
        EbillNetwork(participants=(RUTH, MAX)) as network,
        runtime.using(replace(here, settings=settings)),
    ):
        network.faults.ending, network.faults.delay = "none", 0.0
        yield network


@pytest.fixture
def ebill(house: Organisation, network: EbillNetwork, session: Session) -> ChannelSettings:
    """How the house is connected; live."""
    found = ChannelSettings(
        organisation_id=house.id,
        channel=Channel.EBILL,
        is_on=True,
        cost_minor=45,
        values={
            "biller_id": "BIID0000123456",
            "url": f"{network.url}/live",
            "token_url": f"{network.url}/auth/oauth/token",
            "client_id": "kontor",
            "test_url": f"{network.url}/test/",
            "test_token_url": f"{network.url}/auth/oauth/token",
            "test_client_id": "kontor",
        },
        sealed_secrets=sealing.seal(
            json.dumps({"client_secret": "demonstration", "test_client_secret": "demonstration"})
        ),
        changed_at=clock.now(),
    )
    session.add(found)
    session.flush()
    return found


@pytest.fixture
def ruth(keller: Customer, session: Session) -> Recipient:
    """Ruth Keller gets everything by eBill, and has agreed."""
    (one,) = recipients_of(keller.id)
    one.channel, one.endpoint, one.checked = Channel.EBILL, RUTH.id, "ok"
    session.flush()
    return one


@pytest.fixture
def said(house: Organisation) -> EInvoice:
    """What the bill says: of today, to an ordinary IBAN with an ISO 11649 reference."""
    today = clock.today(house.timezone)
    return factories.einvoice(
        "LH-1", customer_number="K-1", issued=today, due=today + timedelta(days=30)
    )


@pytest.fixture
def bill(keller: Customer, ruth: Recipient, ebill: ChannelSettings, said: EInvoice) -> Document:
    """A published bill, with its PDF."""
    document = factories.take_in(keller.organisation_id, said)
    bills.draw(document, said)
    return document


@pytest.fixture
def sent(bill: Document) -> Dispatch:
    """Its dispatch, which nobody has handed over yet."""
    actions.dispatch_document(bill.id)
    (one,) = queries.of_document(bill.id)
    assert one.channel is Channel.EBILL
    return one


def paid_to(said: EInvoice, iban: str, remittance: str) -> EInvoice:
    """Return a bill that is paid to another account."""
    way = PaymentInstruction(means_code="30", iban=iban, remittance=remittance)
    return replace(said, payment_instructions=(way,))
