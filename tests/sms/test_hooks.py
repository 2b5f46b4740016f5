"""What comes in from gateways: only what is signed counts, and all the way to the message."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.core import clock
from app.core.inbox import Message
from app.core.runtime import Runtime
from app.organisations.models import Organisation
from app.sms.providers import http_gateway, twilio
from app.sms.rules.life import Gateway, State
from jobs import pump
from tests.installation import BASE_URL
from tests.sms.house import founded, messages, text_to

TOKEN = "a token that nobody knows"
RAW = b"MessageSid=SM1&MessageStatus=delivered&AccountSid=AC0123456789abcdef"


def settled(here: Runtime, kind: Gateway) -> tuple[Organisation, str]:
    with here.database.transaction():
        house = founded(kind, "https://sms.example/")
        return house, text_to(house).id


def kept(here: Runtime) -> int:
    with here.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Message)) or 0


def tell(
    app: Flask,
    path: str,
    raw: bytes,
    headers: dict[str, str],
    kind: str = "application/x-www-form-urlencoded",
) -> TestResponse:
    return app.test_client().post(
        path, data=raw, content_type=kind, base_url=BASE_URL, headers=headers
    )


def test_a_receipt_of_twilio_is_kept_once_and_applied(app: Flask, here: Runtime) -> None:
    house, message_id = settled(here, Gateway.TWILIO)
    path = f"/hooks/sms/twilio/{house.id}?message={message_id}"
    signed = {"X-Twilio-Signature": twilio.signature(TOKEN, house.base_url + path, RAW)}
    for _time in range(2):
        assert tell(app, path, RAW, signed).status_code == 200
    assert kept(here) == 1
    pump.work(here, 5)
    with here.database.reading():
        assert messages()[0].state is State.DELIVERED


Forgery = Callable[[str, str], tuple[str, bytes, str]]


@pytest.mark.parametrize(
    "forge",
    [
        lambda url, path: (path, RAW, ""),
        lambda url, path: (path, RAW, twilio.signature("another token", url + path, RAW)),
        lambda url, path: (path + "x", RAW, twilio.signature(TOKEN, url + path, RAW)),
        lambda url, path: (path, RAW + b"&To=1", twilio.signature(TOKEN, url + path, RAW)),
        lambda url, path: (path, RAW, "é" * 20),
        lambda url, path: ("/hooks/sms/twilio/" + "0" * 26, RAW, "x"),
        lambda url, path: (path, b"x=" * 9000, twilio.signature(TOKEN, url + path, b"x=" * 9000)),
    ],
)
def test_what_twilio_did_not_sign_is_not_kept(app: Flask, here: Runtime, forge: Forgery) -> None:
    house, _message_id = settled(here, Gateway.TWILIO)
    path, raw, signature = forge(house.base_url, f"/hooks/sms/twilio/{house.id}?message=1")
    answer = tell(app, path, raw, {"X-Twilio-Signature": signature})
    assert (answer.status_code, answer.data, kept(here)) == (404, b"", 0)


@pytest.mark.parametrize(
    ("number", "age", "kind", "status"),
    [
        (1, 0, Gateway.HTTP, 200),
        (2, 0, Gateway.HTTP, 404),
        (1, 301, Gateway.HTTP, 404),
        (1, -301, Gateway.HTTP, 404),
        (1, 0, Gateway.TWILIO, 404),
    ],
)
def test_a_receipt_of_another_gateway_counts_with_the_secret_that_is_good_now(
    app: Flask, here: Runtime, number: int, age: int, kind: Gateway, status: int
) -> None:
    house, message_id = settled(here, kind)
    raw = f'{{"reference": "{message_id}", "state": "delivered"}}'.encode()
    moment = str(int(clock.now().timestamp()) - age)
    key = http_gateway.hook_key(house.id, number)
    headers = {
        "Webhook-Id": "m1",
        "Webhook-Timestamp": moment,
        "Webhook-Signature": "v1,x " + http_gateway.signature(key, "m1", moment, raw),
    }
    answer = tell(app, f"/hooks/sms/http/{house.id}", raw, headers, "application/json")
    assert (answer.status_code, kept(here)) == (status, 1 if status == 200 else 0)


def test_twilios_own_example_of_a_signature() -> None:
    """Of https://www.twilio.com/docs/usage/security, "Validating Signatures from Twilio"."""
    raw = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234"
        b"&From=%2B14158675309&To=%2B18005551212"
    )
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert twilio.signature("12345", url, raw) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
