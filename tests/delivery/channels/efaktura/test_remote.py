"""The same through a real SFTP server, with what may go wrong there."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.core import runtime, sealing
from app.core.runtime import Runtime
from app.delivery import actions
from app.delivery.actions import handing
from app.delivery.channels.efaktura.adapter import ADAPTER
from app.delivery.channels.print_centre import line
from app.delivery.channels.setups import setup_of
from app.delivery.models import Dispatch
from app.delivery.queries import channels
from app.delivery.rules import Outcome, Response, State
from app.demo.insurer import Insurer
from app.demo.print_centre import PrintCentre
from app.demo.print_files import PASSWORD, USER
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel
from tests import factories
from tests.delivery.channels.efaktura import cases
from tests.delivery.channels.efaktura.test_adapter import begun, hear, to_insurer
from tests.installation import build


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Runtime]:
    """An installation at work that may call hosts of its own network."""
    one = build(tmp_path, outbound_private=True, drop_folder_quiet=0)
    with runtime.using(one):
        yield one
    one.database.engine.dispose()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrintCentre]:
    """An SFTP server; that another one of ours takes letters on it is no matter here."""
    for folder in ("partner/out", "partner/in", "partner/test/out", "partner/test/in"):
        (tmp_path / "server" / "files" / folder).mkdir(parents=True)
    with PrintCentre(tmp_path / "server") as one:
        yield one
        line.hang_up()


@pytest.fixture
def insurer(server: PrintCentre, tmp_path: Path) -> Insurer:
    """Who fetches requests there and answers them."""
    return Insurer(tmp_path / "server" / "files" / "partner")


@pytest.fixture
def sent(
    house: Organisation, keller: Customer, server: PrintCentre, session: Session, here: Runtime
) -> Dispatch:
    """The dispatch of an invoice to her insurer, which nobody has sent yet."""
    made = cases.connect(
        house,
        way="sftp",
        host="127.0.0.1",
        port=server.port,
        username=USER,
        fingerprints=server.fingerprint,
        requests="partner/out",
        responses="partner/in",
        read="partner/done",
        test_requests="partner/test/out",
        test_responses="partner/test/in",
    )
    made.sealed_secrets = sealing.seal(json.dumps({"password": PASSWORD}))
    cases.insured(keller)
    return to_insurer(factories.invoice_for(keller, "2026-0412"))


def attempt(dispatch: Dispatch) -> Outcome:
    """One whole attempt; returns what came of it."""
    parcel = begun(dispatch)
    result = handing.hand_over(parcel)
    actions.finish(parcel, result)
    return result.outcome


def test_requests_and_responses_travel_over_sftp(
    sent: Dispatch, house: Organisation, insurer: Insurer, tmp_path: Path, session: Session
) -> None:
    assert attempt(sent) is Outcome.ACCEPTED
    assert insurer.look() == 1
    assert insurer.taken[0][0] == f"{sent.reference}.xml"
    assert hear(house, session) == 2
    assert (sent.state, sent.response) == (State.DELIVERED, Response.ACCEPTED)
    assert len(list((tmp_path / "server" / "files" / "partner" / "done").iterdir())) == 2


def faulty(operation: str, fault: str) -> Callable[[str, str], str]:
    """Return what goes wrong: one operation."""
    return lambda done, name: fault if done == operation and "partner" in name else ""


@pytest.mark.parametrize(
    ("operation", "fault", "outcome", "state", "arrived"),
    [
        ("write", "cut", Outcome.UNAVAILABLE, State.COMPONENT_DOWN, 0),
        ("rename", "cut", Outcome.UNKNOWN, State.UNCERTAIN, 0),
        ("rename", "kept", Outcome.UNKNOWN, State.UNCERTAIN, 1),
    ],
)
def test_a_line_that_breaks_leaves_one_request(
    sent: Dispatch,
    server: PrintCentre,
    tmp_path: Path,
    operation: str,
    fault: str,
    outcome: Outcome,
    state: State,
    arrived: int,
) -> None:
    server.choice = faulty(operation, fault)
    assert attempt(sent) is outcome
    assert sent.state is state
    out = tmp_path / "server" / "files" / "partner" / "out"
    assert len(list(out.glob("*.xml"))) == arrived
    server.choice = faulty("", "")
    parcel = begun(sent) if state is State.UNCERTAIN else None
    if parcel is not None:
        assert parcel.is_repeat
        assert actions.finish(parcel, handing.hand_over(parcel)) is False
        assert [one.name for one in out.glob("*.xml")] == [f"{sent.reference}.xml"]


def test_a_host_with_another_key_gets_nothing(
    sent: Dispatch, house: Organisation, server: PrintCentre
) -> None:
    found = channels.one_of(house.id, Channel.EFAKTURA)
    assert found is not None
    assert ADAPTER.test is not None
    steps = ADAPTER.test(setup_of(house.id, Channel.EFAKTURA))
    assert [one.state.value for one in steps] == ["done"] * 4
    found.values = found.values | {"fingerprints": "SHA256:" + "A" * 43}
    (step,) = ADAPTER.test(setup_of(house.id, Channel.EFAKTURA))
    assert (step.state.value, step.detail) == ("failed", server.fingerprint)
    assert attempt(sent) is Outcome.UNAVAILABLE
    assert list((server.files / "partner" / "out").iterdir()) == []
