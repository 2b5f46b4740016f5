"""A program of the house hears about what happens, signed, and again when somebody asks for it."""

from collections.abc import Callable

import pytest

from tests.journeys.house import House
from tests.journeys.pages.portal import Portal
from tests.journeys.pages.webhooks import Webhooks
from tests.journeys.receiver import Receiver, listening
from tests.journeys.tenants import founded

pytestmark = pytest.mark.journey

OPENED = "document.opened"


def test_a_program_hears_of_a_test_and_of_an_opened_document(
    portal: Callable[..., Portal], house: House
) -> None:
    tenant = founded(house, "rain")
    document = tenant.publish("R-1")
    with listening() as receiver:
        windows = [
            (f"/{name}", portal(scripts=scripts).sign_in(tenant.admin, house.password))
            for name, scripts in (("swift", True), ("plain", False))
        ]
        secrets = [_added_and_tested(window, receiver, path) for path, window in windows]
        reader = portal(phone=True).sign_in(tenant.first, house.password).see("Good day")
        reader.open(f"/documents/{document.id}").see("R-1")
        for (path, window), secret in zip(windows, secrets, strict=True):
            (heard,) = receiver.wait_for(path, OPENED)
            assert heard.is_signed_with(secret)
            assert heard.message["data"]["document"]["number"] == "R-1"
            assert heard.message["data"]["by"]["name"] == "Rosa Frei"
            _sent_again(window, receiver, path)
        ids = {path: {one.id for one in receiver.wait_for(path, OPENED, 2)} for path, _ in windows}
    assert [len(found) for found in ids.values()] == [1, 1], "a program can tell that it knows it"


def _added_and_tested(window: Portal, receiver: Receiver, path: str) -> str:
    """Add an endpoint, see the test event arrive with its signature, and return the secret."""
    webhooks = Webhooks(window.see("Desk"))
    secret = webhooks.add(receiver.url + path, f"Books {path}")
    webhooks.test().is_delivered()
    window.see("Test")
    (heard,) = receiver.wait_for(path, "webhook.tested")
    assert heard.is_signed_with(secret)
    assert not heard.is_signed_with("whsec_" + "A" * 43 + "=")
    return secret


def _sent_again(window: Portal, receiver: Receiver, path: str) -> None:
    webhooks = Webhooks(window).open(receiver.url + path, f"Books {path}")
    webhooks.open_message("Document opened for the first time").is_delivered()
    webhooks.replay().is_delivered(tries=2)
    assert "thank you" in window.part("webhook-attempts").inner_text()
