"""What gateways do with a message, and that it never goes out a second time."""

from datetime import timedelta

import pytest

from app.core import clock, inbox, outbox
from app.core.runtime import Runtime
from app.demo.sms_gateway import SmsGateway
from app.sms.actions import handing, receiving
from app.sms.models import SmsSettings, TextMessage
from app.sms.providers import choosing, http_gateway, order
from app.sms.rules.life import Authentication, Gateway, Purpose, State
from jobs import inbox as jobs_inbox
from jobs import pump
from tests.sms.house import SWISS, founded, messages, text_to

GATEWAYS = [Gateway.TWILIO, Gateway.HTTP]


def send_one(here: Runtime, gateway: SmsGateway, kind: Gateway, **changes: object) -> str:
    """Have one message sent and return its id."""
    with here.database.transaction():
        house = founded(kind, f"{gateway.url}/messages", **changes)
        return text_to(house).id


def only(here: Runtime) -> TextMessage:
    with here.database.reading():
        (found,) = messages()
        return found


@pytest.mark.parametrize("kind", GATEWAYS)
def test_a_message_goes_out_and_its_text_is_forgotten(
    here: Runtime, gateway: SmsGateway, kind: Gateway
) -> None:
    gateway.faults.receipts = "lost"
    send_one(here, gateway, kind)
    pump.work(here, 5)
    message = only(here)
    assert (message.state, message.text, message.tries) == (State.SENT, None, 1)
    assert message.sent_at is not None
    (taken,) = gateway.books.taken
    assert (taken.number, taken.text) == (SWISS, "123456 is your code")
    assert (message.provider_ref or "").startswith("SM")


@pytest.mark.parametrize("authentication", list(Authentication))
def test_a_gateway_of_ones_own_knows_us_in_either_way(
    here: Runtime, gateway: SmsGateway, authentication: Authentication
) -> None:
    send_one(here, gateway, Gateway.HTTP, authentication=authentication)
    pump.work(here, 5)
    assert only(here).state is State.SENT


@pytest.mark.parametrize(
    ("kind", "fault", "state", "code"),
    [
        (Gateway.TWILIO, "invalid", State.FAILED, "21211"),
        (Gateway.TWILIO, "landline", State.FAILED, "21614"),
        (Gateway.TWILIO, "lost", State.UNCERTAIN, "unreachable"),
        (Gateway.TWILIO, "proxy", State.UNCERTAIN, "504"),
        (Gateway.HTTP, "invalid", State.FAILED, "400"),
        (Gateway.HTTP, "lost", State.UNCERTAIN, "unreachable"),
    ],
)
def test_what_is_refused_or_unknown_is_not_tried_again(
    here: Runtime, gateway: SmsGateway, kind: Gateway, fault: str, state: State, code: str
) -> None:
    gateway.faults.send, gateway.faults.receipts = fault, "lost"
    message_id = send_one(here, gateway, kind)
    pump.work(here, 5)
    gateway.faults.send = ""
    message = only(here)
    assert (message.state, message.text, message.tries) == (state, None, 1)
    assert message.code == code
    with here.database.transaction():
        assert handing.begin(message_id) is None
    assert len(gateway.books.taken) == (1 if fault == "lost" else 0)


def test_an_answer_that_does_not_come_in_time_is_unknown(
    here: Runtime, gateway: SmsGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order, "TIMEOUT", 0.3)
    monkeypatch.setattr("app.sms.providers.twilio.TIMEOUT", 0.3)
    gateway.faults.send, gateway.faults.receipts = "hang", "lost"
    send_one(here, gateway, Gateway.TWILIO)
    pump.work(here, 5)
    assert only(here).state is State.UNCERTAIN
    assert len(gateway.books.taken) == 1


@pytest.mark.parametrize("fault", ["busy", "down"])
def test_what_may_work_later_is_tried_later_and_expires_with_its_time(
    here: Runtime, gateway: SmsGateway, fault: str
) -> None:
    gateway.faults.send = fault
    message_id = send_one(here, gateway, Gateway.TWILIO)
    pauses = []
    now = clock.now()
    for seconds in (0, 30, 590):
        with clock.standing_at(now + timedelta(seconds=seconds)):
            with here.database.transaction():
                due = handing.begin(message_id)
            assert due is not None
            result = choosing.submit(due)
            with here.database.transaction():
                pauses.append(handing.finish(due, result))
    assert pauses == [timedelta(seconds=5), timedelta(seconds=10), False]
    assert (only(here).state, only(here).text) == (State.EXPIRED, None)
    assert gateway.books.taken == []


def test_a_code_whose_time_is_over_is_not_handed_over(here: Runtime, gateway: SmsGateway) -> None:
    message_id = send_one(here, gateway, Gateway.TWILIO)
    later = clock.now() + timedelta(minutes=10)
    with clock.standing_at(later), here.database.transaction():
        assert handing.begin(message_id) is None
    assert (only(here).state, only(here).text) == (State.EXPIRED, None)


def test_the_kill_switch_stops_what_waits(here: Runtime, gateway: SmsGateway) -> None:
    message_id = send_one(here, gateway, Gateway.TWILIO)
    with here.database.transaction() as session:
        for settings in session.query(SmsSettings):
            settings.is_on = False
    with here.database.transaction():
        assert handing.begin(message_id) is None
    assert (only(here).state, only(here).code) == (State.FAILED, "switched_off")


def test_the_housekeeping_expires_what_nobody_took_and_forgets_what_is_old(
    here: Runtime, gateway: SmsGateway
) -> None:
    send_one(here, gateway, Gateway.TWILIO)
    now = clock.now()
    with clock.standing_at(now + timedelta(hours=2)), here.database.transaction():
        handing.sweep()
    assert (only(here).state, only(here).text) == (State.EXPIRED, None)
    with clock.standing_at(now + timedelta(days=91)), here.database.transaction():
        handing.sweep()
        assert messages() == []


def test_placeholders_are_filled_once_and_nothing_breaks_out(here: Runtime) -> None:
    with here.database.transaction():
        house = founded(Gateway.HTTP, "https://sms.example/")
        message = text_to(house, text='{sender}", "to": "+41900000000', purpose=Purpose.NOTICE)
        due = handing.begin(message.id)
    assert due is not None
    filled = http_gateway.filled(due)
    assert filled["text"] == '{sender}", "to": "+41900000000'
    assert filled["to"] == SWISS
    assert "123456" not in repr(due)


def receive(here: Runtime, message_id: str, state: str, name: str = "") -> bool:
    """Let a signed receipt of a plain gateway come in."""
    with here.database.transaction():
        (message,) = messages()
        key = http_gateway.hook_key(message.organisation_id, 1)
        raw = f'{{"reference": "{name or message_id}", "state": "{state}"}}'.encode()
        moment = str(int(clock.now().timestamp()))
        headers = {
            "webhook-id": "one",
            "webhook-timestamp": moment,
            "webhook-signature": http_gateway.signature(key, "one", moment, raw),
        }
        return receiving.heard_from_gateway(message.organisation_id, raw, headers)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (["sent", "delivered"], State.DELIVERED),
        (["delivered", "sent"], State.DELIVERED),
        (["delivered", "delivered", "failed"], State.DELIVERED),
        (["failed", "delivered", "sent"], State.FAILED),
        (["expired", "sent"], State.EXPIRED),
        (["nonsense"], State.UNCERTAIN),
    ],
)
def test_receipts_move_a_message_only_forward(
    here: Runtime, gateway: SmsGateway, told: list[str], state: State
) -> None:
    gateway.faults.send, gateway.faults.receipts = "lost", "lost"
    message_id = send_one(here, gateway, Gateway.HTTP)
    pump.work(here, 5)
    for one in told:
        assert receive(here, message_id, one)
        pump.work(here, 5)
    assert only(here).state is state


def test_a_receipt_that_is_faster_than_its_message_waits_for_it(
    here: Runtime, gateway: SmsGateway
) -> None:
    message_id = send_one(here, gateway, Gateway.HTTP)
    assert receive(here, message_id, "delivered", "SM-not-known-yet")
    with here.database.reading():
        (told,) = inbox.unapplied()
    with here.database.transaction(), pytest.raises(outbox.Again):
        jobs_inbox.apply(told.id)
    with here.database.transaction() as session:
        session.get_one(TextMessage, message_id).provider_ref = "SM-not-known-yet"
    with here.database.transaction():
        jobs_inbox.apply(told.id)
        assert inbox.unapplied() == []
    assert only(here).state is State.DELIVERED


def test_a_receipt_of_nobodys_message_is_laid_aside(here: Runtime, gateway: SmsGateway) -> None:
    message_id = send_one(here, gateway, Gateway.HTTP)
    receive(here, message_id, "delivered", "SM-of-another-house")
    later = clock.now() + timedelta(hours=7)
    with clock.standing_at(later), here.database.transaction():
        (told,) = inbox.unapplied()
        jobs_inbox.apply(told.id)
        assert told.outcome == "no message of ours"
    assert only(here).state is State.QUEUED
