"""Signatures, as the specification's own library reads them."""

import base64

from standardwebhooks.webhooks import Webhook

from app.core import clock
from app.core.runtime import Runtime
from app.webhooks.channels import signing


def test_the_published_example_is_signed_alike() -> None:
    """The test vector of Standard Webhooks and of its libraries."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    signed = signing.signature(
        key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_library_of_others_accepts_what_we_sign(here: Runtime) -> None:
    now, body = int(clock.now().timestamp()), '{"type":"quote.accepted","data":{"name":"Jörg"}}'
    written = signing.signatures("endpoint", (2, 1), "message", now, body.encode())
    headers = {
        "webhook-id": "message",
        "webhook-timestamp": str(now),
        "webhook-signature": written,
    }
    for number in (1, 2):
        verified = Webhook(signing.secret("endpoint", number)).verify(body, headers)
        assert verified["data"] == {"name": "Jörg"}


def test_secrets_are_long_and_of_one_endpoint_and_one_installation(here: Runtime) -> None:
    one = signing.secret("endpoint", 1)
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32
    assert one == signing.secret("endpoint", 1)
    assert one not in {signing.secret("endpoint", 2), signing.secret("other", 1)}
