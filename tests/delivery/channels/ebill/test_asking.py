"""The connection, step by step; whether somebody can be reached; what may be entered."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.delivery.channels.adapter import Check, Setup, Step, StepState
from app.delivery.channels.ebill import ADAPTER
from app.delivery.channels.ebill.asking import check, test
from app.delivery.channels.ebill.form import Settings
from app.delivery.channels.ebill.stages import stage_of
from app.delivery.channels.setups import setup_of
from app.delivery.models import ChannelSettings
from app.demo.ebill_network import EbillNetwork
from app.organisations.rules import Channel
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.delivery.channels.ebill.conftest import MAX, RUTH

steps_of = test
del test


@pytest.fixture
def setup(ebill: ChannelSettings) -> Setup:
    """The connection."""
    return setup_of(ebill.organisation_id, Channel.EBILL)


def told(steps: list[Step]) -> list[tuple[str, str]]:
    return [(one.state.value, one.detail) for one in steps]


def test_a_connection_that_works_says_so_step_by_step(setup: Setup, network: EbillNetwork) -> None:
    assert told(steps_of(setup)) == [
        ("done", f"{network.url}/live"),
        ("done", ""),
        ("done", "PRODUCTION, 1.0.0"),
        ("done", ""),
    ]


def test_the_test_stage_that_calls_itself_productive_is_odd(
    ebill: ChannelSettings, network: EbillNetwork
) -> None:
    ebill.is_test, ebill.values = True, {**ebill.values, "test_url": f"{network.url}/live"}
    steps = steps_of(setup_of(ebill.organisation_id, Channel.EBILL))
    assert steps[2].state is StepState.WARNING


def test_the_log_ends_where_it_failed(setup: Setup, network: EbillNetwork) -> None:
    network.faults.token = "refused"
    assert told(steps_of(setup))[1:] == [("failed", "no access token: status 401 invalid_client")]
    network.faults.token, network.faults.events = "", "down"
    *_good, last = steps_of(setup)
    assert (last.state, last.detail.endswith("Service Unavailable")) == (StepState.FAILED, True)


def test_what_is_not_set_up_fails_at_the_first_step() -> None:
    setup = Setup("nobody", Channel.EBILL, values={"url": "https://partner.example"})
    assert [one.state for one in steps_of(setup)] == [StepState.FAILED]
    assert stage_of(setup) is None


ADDRESSES = {
    RUTH.id: (Check.OK, RUTH.id),
    "RUTH@kunden.example": (Check.OK, RUTH.id),
    MAX.email: (Check.NOT_SUBSCRIBED, MAX.id),
    "CHE-100.155.212": (Check.NOT_SUBSCRIBED, MAX.id),
    "nobody@kunden.example": (Check.UNKNOWN, ""),
    "nothing": (Check.UNKNOWN, ""),
}


def test_the_network_says_whom_bills_may_be_sent_to(setup: Setup) -> None:
    assert {address: check(setup, address) for address in ADDRESSES} == ADDRESSES


def test_nobody_knows_while_the_partner_cannot_be_asked(
    setup: Setup, network: EbillNetwork
) -> None:
    network.faults.token = "refused"
    verdict, why = check(setup, RUTH.id)
    assert (verdict, "invalid_client" in why) == (Check.UNCHECKED, True)


LIVE = {
    "biller_id": "BIID0000123456",
    "url": "https://api.partner.example/v1",
    "token_url": "https://auth.partner.example/token",
    "client_id": "kontor",
}


TYPED: list[tuple[dict[str, str], set[str]]] = [
    ({}, set()),
    ({"test_url": "https://test.partner.example/v1"}, set()),
    ({"test_url": "https://API.partner.example/v1/"}, {"test_url"}),
    ({"url": "http://api.partner.example"}, {"url"}),
    ({"token_url": "https://127.0.0.1/token"}, {"token_url"}),
    ({"biller_id": "", "client_id": ""}, {"biller_id", "client_id"}),
]


def test_what_may_be_entered(app: Flask, cast: Cast, browser: Callable[[str], Browser]) -> None:
    anna, path = browser("anna"), "/settings/channels/ebill"
    assert ADAPTER.form is Settings
    secret = {"is_on": "y", "is_test": "y", "own-client_secret": "known to two"}
    for typed, wrong in TYPED:
        page = anna.post(path, _own(LIVE | typed) | secret)
        assert page.status_code == (422 if wrong else 303), typed
        assert {name for name in LIVE | {"test_url": ""} if _is_wrong(page.text, name)} == wrong
    with installation.of(app).database.reading():
        setup = setup_of(cast.lindenhof.id, Channel.EBILL)
    assert (setup.is_on, setup.is_test, setup.secrets) == (
        True,
        True,
        {"client_secret": "known to two"},
    )
    # Another address may be a stranger's: the secret is not sent there unless it is typed again.
    elsewhere = {"token_url": "https://elsewhere.example/token"}
    assert anna.post(path, _own(LIVE | elsewhere)).status_code == 422


def _own(typed: dict[str, str]) -> dict[str, str]:
    return {f"own-{name}": value for name, value in typed.items()}


def _is_wrong(page: str, name: str) -> bool:
    (field,) = re.findall(rf'<input[^>]*name="own-{name}"[^>]*>', page) or [""]
    return 'aria-invalid="true"' in field
