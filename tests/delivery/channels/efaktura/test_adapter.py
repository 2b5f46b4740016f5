"""Through the real engine, with a stand-in for the insurer behind real folders."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.core import clock, inbox
from app.core.runtime import Runtime
from app.delivery import actions, queries
from app.delivery.actions import handing, listening
from app.delivery.channels.adapter import Result, Wanted
from app.delivery.channels.efaktura.adapter import ADAPTER
from app.delivery.channels.efaktura.folder import folder_of
from app.delivery.channels.efaktura.sending import Requesting
from app.delivery.channels.setups import all_of, obstacles, setup_of
from app.delivery.models import Dispatch, Event
from app.delivery.queries import channels
from app.delivery.rules import Obstacle, Outcome, Response, State
from app.demo.insurer import Faults, Insurer, Verdict
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.organisations import queries as organisations
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel
from tests import factories
from tests.delivery.channels.efaktura import cases
from tests.delivery.channels.efaktura.cases import at, parsed


@pytest.fixture
def shared(here: Runtime, tmp_path: Path) -> Iterator[Path]:
    """The folders of partners."""
    with cases.sharing(here, tmp_path / "partners") as root:
        yield root


@pytest.fixture
def insurer(shared: Path) -> Insurer:
    """Who fetches requests and answers them."""
    return Insurer(shared)


@pytest.fixture
def sent(house: Organisation, keller: Customer, shared: Path, session: Session) -> Dispatch:
    """The dispatch of an invoice to her insurer, which nobody has sent yet."""
    cases.connect(house)
    cases.insured(keller)
    return to_insurer(factories.invoice_for(keller, "2026-0412"))


def to_insurer(document: Document) -> Dispatch:
    actions.dispatch_document(document.id)
    (found,) = [one for one in queries.of_document(document.id) if one.channel is Channel.EFAKTURA]
    return found


def begun(dispatch: Dispatch) -> Requesting:
    parcel = actions.begin(dispatch.id)
    assert isinstance(parcel, Requesting)
    return parcel


def send(dispatch: Dispatch) -> Result:
    """One whole attempt."""
    parcel = begun(dispatch)
    result = handing.hand_over(parcel)
    actions.finish(parcel, result)
    return result


def hear(house: Organisation, session: Session) -> int:
    """Listen until there is nothing more, and read what was kept; returns how many messages."""
    while True:
        begin = listening.begin(house.id, Channel.EFAKTURA)
        assert begin is not None
        heard = listening.listen(begin)
        if not listening.keep(begin, heard):
            break
    waiting = inbox.unapplied()
    for message in waiting:
        unread = listening.unread(message.id)
        assert unread is not None
        assert listening.apply(unread, listening.read(unread)) is False
    session.flush()
    session.expire_all()
    return len(waiting)


def test_a_request_goes_out_once_and_its_answers_lead_on(
    sent: Dispatch, house: Organisation, insurer: Insurer, shared: Path, session: Session
) -> None:
    result = send(sent)
    assert (sent.state, sent.address) == (State.SUBMITTED, cases.INSURER)
    assert sent.provider_ref == result.provider_ref
    assert insurer.look() == 1
    ((name, content),) = insurer.taken
    assert name == f"{sent.reference}.xml"
    assert parsed(content).get("modus") == "production"
    assert at(parsed(content), "invoice").get("request_id") == sent.reference
    assert hear(house, session) == 2
    assert (sent.state, sent.response) == (State.DELIVERED, Response.ACCEPTED)
    (last, _first) = channels.events_of(sent.id)
    assert last.amount_minor == 64224
    done = folder_of(house.id, cases.SETTINGS, is_test=False).path / "done"
    assert len(list(done.iterdir())) == 2
    assert hear(house, session) == 0


@pytest.mark.parametrize(
    ("version", "verdict", "response"),
    [
        ("5.0", Verdict.PENDING, Response.IN_PROCESS),
        ("5.0", Verdict.FROZEN, Response.UNDER_QUERY),
        ("5.0", Verdict.CHANGED, Response.CONDITIONALLY_ACCEPTED),
        ("5.0", Verdict.REIMBURSED, Response.PAID),
        # 4.5 says no amounts.
        ("4.5", Verdict.CHANGED, Response.ACCEPTED),
        ("4.5", Verdict.REJECTED, Response.REJECTED),
    ],
)
def test_each_answer_means_one_thing(
    house: Organisation,
    keller: Customer,
    insurer: Insurer,
    session: Session,
    version: str,
    verdict: Verdict,
    response: Response,
) -> None:
    cases.connect(house, version=version)
    cases.insured(keller)
    dispatch = to_insurer(factories.invoice_for(keller, "2026-0412"))
    insurer.faults = Faults([verdict])
    send(dispatch)
    insurer.look()
    hear(house, session)
    assert (dispatch.state, dispatch.response) == (State.DELIVERED, response)


def test_every_error_of_a_rejection_is_shown_with_its_code_and_values(
    sent: Dispatch, house: Organisation, insurer: Insurer, session: Session
) -> None:
    insurer.faults = Faults([Verdict.REJECTED])
    send(sent)
    insurer.look()
    hear(house, session)
    told = [(one.code, one.reason) for one in reversed(channels.events_of(sent.id))]
    assert told[1:] == [
        ("31160", "31160 Nicht bei uns versichert"),
        ("31148", "31148 Tarifziffer nicht verrechenbar (00.0020 → 00.0021, #1)"),
    ]
    assert told[0][0] == "rejected canceled 31160"
    assert told[0][1].startswith("Wir weisen die Rechnung zurück. · 31160")
    assert sent.response is Response.REJECTED


@pytest.mark.parametrize("faults", [Faults(twice=True), Faults(backwards=True)])
def test_answers_that_come_twice_or_backwards_change_nothing(
    sent: Dispatch, house: Organisation, insurer: Insurer, session: Session, faults: Faults
) -> None:
    insurer.faults = faults
    send(sent)
    insurer.look()
    hear(house, session)
    assert (sent.state, sent.response) == (State.DELIVERED, Response.ACCEPTED)


def test_what_was_handed_over_is_found_although_it_was_fetched_and_the_worker_died(
    sent: Dispatch, insurer: Insurer
) -> None:
    parcel = begun(sent)
    assert handing.hand_over(parcel).outcome is Outcome.ACCEPTED
    insurer.look()
    again = begun(sent)
    assert again.is_repeat
    assert actions.finish(again, handing.hand_over(again)) is False
    assert insurer.look() == 0
    assert sent.state is State.SUBMITTED


def test_what_died_before_the_rename_goes_out(
    sent: Dispatch, insurer: Insurer, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(self: Path, target: Path) -> Path:
        raise OSError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", dies)
        assert handing.hand_over(begun(sent)).outcome is Outcome.UNAVAILABLE
    assert insurer.look() == 0
    again = begun(sent)
    assert handing.hand_over(again).outcome is Outcome.ACCEPTED
    assert [name for name, _content in insurer.taken] == []
    assert insurer.look() == 1


def test_without_its_folder_the_channel_is_down_and_comes_back(
    sent: Dispatch, house: Organisation, insurer: Insurer, shared: Path
) -> None:
    shared.write_text("a file is no folder")
    send(sent)
    assert sent.state is State.COMPONENT_DOWN
    assert channels.health(house.id, Channel.EFAKTURA) is not None
    assert isinstance(listening.listen(_listening(house)), str)
    shared.unlink()
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        send(sent)
    assert sent.state is State.SUBMITTED
    assert channels.health(house.id, Channel.EFAKTURA) is None


def _listening(house: Organisation) -> listening.Listening:
    found = listening.begin(house.id, Channel.EFAKTURA)
    assert found is not None
    return found


def test_the_test_mode_is_marked_and_lies_where_no_insurer_looks(
    house: Organisation, keller: Customer, shared: Path, session: Session
) -> None:
    cases.connect(house, is_test=True)
    cases.insured(keller)
    dispatch = to_insurer(factories.invoice_for(keller, "2026-0412"))
    send(dispatch)
    assert dispatch.is_test
    real = folder_of(house.id, cases.SETTINGS, is_test=False)
    assert not real.out.exists()
    (path,) = (real.path / "test" / "out").glob("*.xml")
    assert parsed(path.read_bytes()).get("modus") == "test"


def test_a_reminder_names_the_invoice_as_it_was_sent(
    sent: Dispatch, keller: Customer, house: Organisation, insurer: Insurer, session: Session
) -> None:
    send(sent)
    insurer.look()
    said = factories.einvoice("2026-0412", buyer=keller.name, customer_number=keller.number)
    reminder = cases.reminder(said, 1, "20.00")
    document = factories.take_in(house.id, reminder, kind=Kind.REMINDER)
    session.flush()
    later = to_insurer(document)
    send(later)
    insurer.look()
    root = parsed(insurer.taken[-1][1])
    first = parsed(insurer.taken[0][1])
    assert dict(at(root, "payload/invoice").attrib) == dict(at(first, "payload/invoice").attrib)
    assert at(root, "payload/reminder").get("request_id") == later.reference
    assert at(root, "balance").get("amount_due") == "662.24"
    hear(house, session)
    assert (later.response, sent.response) == (Response.ACCEPTED, Response.ACCEPTED)


@pytest.mark.parametrize(
    ("endpoint", "particulars", "settings", "obstacle"),
    [
        (cases.INSURER, {}, {}, None),
        ("", {}, {}, Obstacle.NO_ADDRESS),
        ("7601003000017", {}, {}, Obstacle.BAD_ADDRESS),
        (cases.INSURER, {"born_on": ""}, {}, Obstacle.NO_DATA),
        (cases.INSURER, {"insurance_number": ""}, {}, Obstacle.NO_DATA),
        (cases.INSURER, {"insurance_number": ""}, {"version": "4.5"}, None),
        (cases.INSURER, {"gender": "diverse"}, {}, Obstacle.NO_DATA),
        (cases.INSURER, {"law": "IVG"}, {}, Obstacle.NO_DATA),
        (cases.INSURER, {}, {"biller_gln": ""}, Obstacle.INCOMPLETE),
        (cases.INSURER, {}, {"version": "4.5", "bank_name": ""}, Obstacle.INCOMPLETE),
    ],
)
def test_what_stands_in_the_way_is_said_beforehand(
    house: Organisation,
    keller: Customer,
    endpoint: str,
    particulars: dict[str, str],
    settings: dict[str, str],
    obstacle: Obstacle | None,
) -> None:
    cases.connect(house, **settings)
    recipient = cases.insured(keller, **particulars)
    recipient.endpoint = endpoint
    wanted = Wanted(Kind.INVOICE, keller, recipient)
    assert obstacles(wanted, all_of(house.id))[Channel.EFAKTURA] is obstacle
    quote = replace(wanted, kind=Kind.QUOTE)
    assert obstacles(quote, all_of(house.id))[Channel.EFAKTURA] in (Obstacle.KIND, obstacle)


def test_what_lacks_something_is_turned_down_with_the_name_of_the_field(
    sent: Dispatch, keller: Customer, session: Session
) -> None:
    (insured,) = [
        one for one in organisations.recipients_of(keller.id) if one.channel is Channel.EFAKTURA
    ]
    insured.particulars = {**insured.particulars, "born_on": ""}
    session.flush()
    assert actions.begin(sent.id) is None
    assert sent.state is State.REJECTED
    assert "Geburts" in sent.answer or "Day of birth" in sent.answer


def test_an_invoice_that_cannot_be_told_is_turned_down_before_anybody_sees_it(
    house: Organisation, keller: Customer, insurer: Insurer, session: Session
) -> None:
    cases.connect(house)
    cases.insured(keller)
    dispatch = to_insurer(factories.invoice_for(keller, "E-1", currency="EUR"))
    assert actions.begin(dispatch.id) is None
    assert dispatch.state is State.REJECTED
    assert "CHF" in dispatch.answer
    assert insurer.look() == 0


def test_a_patients_numbers_lie_sealed_and_are_sealed_anew(
    keller: Customer, house: Organisation, session: Session
) -> None:
    recipient = cases.insured(keller)
    stored = session.scalar(text("SELECT particulars FROM recipient WHERE particulars IS NOT NULL"))
    assert "756" not in str(stored)
    session.expire_all()
    assert recipient.particulars["insurance_number"] == cases.PATIENT["insurance_number"]
    recipient.particulars = {}
    session.flush()
    session.expire_all()
    assert recipient.particulars == {}


def test_an_answer_is_kept_without_the_patients_number(
    sent: Dispatch, house: Organisation, insurer: Insurer, session: Session
) -> None:
    send(sent)
    insurer.look()
    assert b'ssn="7561234567897"' in insurer.taken[0][1]
    hear(house, session)
    kept = session.scalars(select(inbox.Message.raw)).all()
    assert kept
    assert not any(b"7561234567897" in raw for raw in kept)


def test_what_nobody_understands_is_kept_and_changes_nothing(
    sent: Dispatch, house: Organisation, insurer: Insurer, shared: Path, session: Session
) -> None:
    send(sent)
    insurer.look()
    incoming = folder_of(house.id, cases.SETTINGS, is_test=False).incoming
    for path in list(incoming.iterdir()):
        content = path.read_bytes()
        path.write_bytes(content.replace(b"pending", b"pondered").replace(b"accepted", b"weighed"))
    (incoming / "junk.xml").write_bytes(b"<junk>")
    (incoming / "unfinished.xml.part").write_bytes(b"<")
    (incoming / "link.xml").symlink_to("/etc/hostname")
    assert hear(house, session) == 3
    assert sent.response is Response.NONE
    events = session.scalars(select(Event).where(Event.dispatch_id == sent.id)).all()
    assert {one.code for one in events} == {"pondered", "weighed"}
    assert sorted(one.name for one in incoming.iterdir()) == ["unfinished.xml.part"]
    outcomes = session.scalars(select(inbox.Message.outcome)).all()
    assert sum(str(one).startswith("unreadable") for one in outcomes) == 1


def test_the_connection_is_tried_step_by_step(house: Organisation, shared: Path) -> None:
    cases.connect(house)
    assert ADAPTER.test is not None
    steps = ADAPTER.test(setup_of(house.id, Channel.EFAKTURA))
    assert [one.state.value for one in steps] == ["done", "done", "done"]
    assert steps[0].detail.endswith(f"{house.id}/medidata")
    shared.rename(shared.with_name("away"))
    shared.write_text("a file")
    steps = ADAPTER.test(setup_of(house.id, Channel.EFAKTURA))
    assert [one.state.value for one in steps] == ["failed"]
