"""A house that is connected to the stand-in for an access point, and somebody who is registered."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from app.core import clock, inbox, runtime, sealing
from app.core.runtime import Runtime
from app.delivery import actions, queries
from app.delivery.actions import handing, listening
from app.delivery.channels.adapter import Result
from app.delivery.channels.peppol import handing as peppol_handing
from app.delivery.channels.peppol.identifiers import CREDIT_NOTE
from app.delivery.channels.peppol.invoice import Bill
from app.delivery.models import ChannelSettings, Dispatch
from app.demo.access_point import AccessPoint
from app.demo.peppol_network import TOKEN, USER, Receiver
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import Document
from app.documents.rules.einvoice import EInvoice
from app.organisations.models import Customer, Organisation, Recipient
from app.organisations.queries import recipients_of
from app.organisations.rules import Channel
from tests import factories
from tests.rule_servers import end

RUTH = Receiver("0192:810418052", "Ruth Keller")
CREDITS_ONLY = Receiver("0192:991825827", "Max Huber", (CREDIT_NOTE,))


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuleEngine]:
    """One rule server for all tests of this folder."""
    started = RuleEngine(tmp_path_factory.mktemp("rules", numbered=True) / "run", idle_seconds=120)
    yield started
    end(started)


@pytest.fixture(autouse=True)
def _one_engine(engine: RuleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peppol_handing, "RuleEngine", lambda _folder: engine)


@pytest.fixture
def point(here: Runtime) -> Iterator[AccessPoint]:
    """The stand-in; what lies on this machine may be called."""
    settings = replace(here.settings, outbound_private=True)
    with (
        AccessPoint(receivers=(RUTH, CREDITS_ONLY)) as point,
        runtime.using(replace(here, settings=settings)),
    ):
        point.faults.ending, point.faults.delay = "none", 0.0
        yield point


@pytest.fixture
def peppol(house: Organisation, point: AccessPoint, session: Session) -> ChannelSettings:
    """How the house is connected; live with a token, in test mode with a name and a password."""
    found = ChannelSettings(
        organisation_id=house.id,
        channel=Channel.PEPPOL,
        is_on=True,
        cost_minor=20,
        values={
            "sender": "0183:CHE107787577",
            "url": f"{point.url}/live/",
            "user": "",
            "test_url": f"{point.url}/test",
            "test_user": USER,
            "test_sender": "",
        },
        sealed_secrets=sealing.seal(json.dumps({"secret": TOKEN, "test_secret": TOKEN})),
        changed_at=clock.now(),
    )
    session.add(found)
    session.flush()
    return found


@pytest.fixture
def ruth(keller: Customer, session: Session) -> Recipient:
    """Ruth Keller gets everything by Peppol; her address is written out in full."""
    (one,) = recipients_of(keller.id)
    one.channel, one.endpoint = Channel.PEPPOL, "iso6523-actorid-upis::0192:810418052"
    session.flush()
    return one


@pytest.fixture
def said() -> EInvoice:
    """What the invoice says: nothing of Peppol, but a reference of the buyer."""
    return replace(factories.einvoice("P-1", customer_number="K-1"), buyer_reference="Station 4")


@pytest.fixture
def bill(keller: Customer, ruth: Recipient, peppol: ChannelSettings, said: EInvoice) -> Document:
    """A published invoice."""
    return factories.take_in(keller.organisation_id, said)


@pytest.fixture
def sent(bill: Document) -> Dispatch:
    """Its dispatch, which nobody has handed over yet."""
    return dispatch_of(bill)


def dispatch_of(document: Document) -> Dispatch:
    """Return the dispatch of a document."""
    actions.dispatch_document(document.id)
    (one,) = queries.of_document(document.id)
    assert one.channel is Channel.PEPPOL
    return one


def attempt(dispatch: Dispatch) -> tuple[Result, bool]:
    """Make one whole attempt; returns what came of it, and whether another follows by itself."""
    bill = actions.begin(dispatch.id)
    assert isinstance(bill, Bill), (dispatch.state, dispatch.answer)
    result = handing.hand_over(bill)
    return result, actions.finish(bill, result)


def hear(organisation_id: str) -> list[str]:
    """Listen until there is no more, and read all of it; returns what came of each."""
    has_more = True
    while has_more:
        begun = listening.begin(organisation_id, Channel.PEPPOL)
        assert begun is not None
        has_more = listening.keep(begun, listening.listen(begun))
    return read()


def read() -> list[str]:
    """Read every message that waits; returns what came of each."""
    came = []
    for message in inbox.unapplied():
        unread = listening.unread(message.id)
        assert unread is not None
        listening.apply(unread, listening.read(unread))
        came.append(message.outcome or "waits")
    return came
