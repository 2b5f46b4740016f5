"""Asking the access point: for recipients, and whether the connection works."""

import pytest
from werkzeug.datastructures import MultiDict

from app.delivery.channels.adapter import Check, StepState, Wanted
from app.delivery.channels.peppol import ADAPTER
from app.delivery.channels.peppol.form import Settings
from app.delivery.channels.setups import setup_of
from app.delivery.models import ChannelSettings
from app.delivery.rules import Obstacle
from app.demo.access_point import AccessPoint
from app.documents.rules.kinds import Kind
from app.organisations.models import Customer, Recipient
from app.organisations.rules import Channel
from tests.delivery.channels.peppol.conftest import CREDITS_ONLY, RUTH


@pytest.mark.parametrize(
    ("address", "fault", "found"),
    [
        (RUTH.id, "", Check.OK),
        (CREDITS_ONLY.id, "", Check.TYPE_UNSUPPORTED),
        ("0192:974760673", "", Check.UNKNOWN),
        ("nobody", "", Check.UNKNOWN),
        (RUTH.id, "down", Check.UNCHECKED),
    ],
)
def test_the_directory_says_who_takes_invoices(
    peppol: ChannelSettings, point: AccessPoint, address: str, fault: str, found: Check
) -> None:
    point.faults.look_up = fault
    assert ADAPTER.check is not None
    setup = setup_of(peppol.organisation_id, Channel.PEPPOL)
    assert ADAPTER.check(setup, address)[0] is found


@pytest.mark.parametrize(
    ("values", "is_test", "last"),
    [
        ({}, False, StepState.DONE),
        ({}, True, StepState.DONE),
        ({"sender": "0192:974760673"}, False, StepState.FAILED),
        ({"user": "else"}, False, StepState.FAILED),
        ({"url": ""}, False, StepState.FAILED),
    ],
)
def test_the_connection_is_tried_step_by_step(
    peppol: ChannelSettings, values: dict[str, str], is_test: bool, last: StepState
) -> None:
    peppol.values, peppol.is_test = {**peppol.values, **values}, is_test
    assert ADAPTER.test is not None
    steps = ADAPTER.test(setup_of(peppol.organisation_id, Channel.PEPPOL))
    assert steps[-1].state is last
    assert {one.state for one in steps[:-1]} <= {StepState.DONE}
    assert len(steps) == 4 or last is StepState.FAILED


def test_the_live_stage_is_no_stage_for_tests(peppol: ChannelSettings, point: AccessPoint) -> None:
    peppol.is_test = True
    peppol.values = {**peppol.values, "test_url": f"{point.url}/live"}
    assert ADAPTER.test is not None
    steps = ADAPTER.test(setup_of(peppol.organisation_id, Channel.PEPPOL))
    assert (steps[-1].state, steps[-1].detail) == (StepState.FAILED, "live")


@pytest.mark.parametrize(
    ("endpoint", "checked", "obstacle"),
    [
        (RUTH.id, "", None),
        (RUTH.id, "unknown", Obstacle.NOT_REGISTERED),
        (RUTH.id, "type_unsupported", Obstacle.NOT_REGISTERED),
        ("", "", Obstacle.NO_ADDRESS),
        ("ruth@kunden.example", "", Obstacle.BAD_ADDRESS),
    ],
)
def test_what_stands_in_the_way_is_said_from_our_own_data(
    peppol: ChannelSettings,
    keller: Customer,
    ruth: Recipient,
    endpoint: str,
    checked: str,
    obstacle: Obstacle | None,
) -> None:
    ruth.endpoint, ruth.checked = endpoint, checked
    setup = setup_of(peppol.organisation_id, Channel.PEPPOL)
    assert ADAPTER.obstacle(Wanted(Kind.INVOICE, keller, ruth), setup) is obstacle


def test_the_form_takes_participants_and_two_different_stages(point: AccessPoint) -> None:
    typed = MultiDict(
        {"sender": "0192:1", "url": f"{point.url}/live", "test_url": f"{point.url}/live/"}
    )
    form = Settings(typed)
    assert not form.validate()
    assert set(form.errors) == {"sender", "test_url"}
