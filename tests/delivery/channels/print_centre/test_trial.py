"""What an administrator enters, and what the test of the connection says."""

from dataclasses import replace

import pytest
from asyncssh import generate_private_key
from werkzeug.datastructures import MultiDict

from app.delivery.channels.adapter import Setup, StepState
from app.delivery.channels.print_centre import prices, trial
from app.delivery.channels.print_centre.form import PrintCentreForm
from app.delivery.channels.setups import setup_of
from app.delivery.models import ChannelSettings
from app.demo.print_centre import PrintCentre
from app.organisations.rules import Channel
from tests.delivery.channels.print_centre.conftest import values

DONE, WARNING, FAILED = StepState.DONE, StepState.WARNING, StepState.FAILED


@pytest.fixture
def setup(connected: ChannelSettings) -> Setup:
    """The house's print centre."""
    return setup_of(connected.organisation_id, Channel.PRINT)


def test_a_good_connection_leaves_nothing_behind(setup: Setup, centre: PrintCentre) -> None:
    steps = trial.test(setup)
    assert [step.state for step in steps] == [DONE] * 7
    assert steps[1].detail == centre.fingerprint
    assert [one for one in centre.files.rglob("*") if one.is_file()] == []


def test_nobody_signs_in_before_the_key_is_confirmed(setup: Setup, centre: PrintCentre) -> None:
    unknown = replace(setup, values=values(centre, fingerprints=""))
    steps = trial.test(unknown)
    assert [(step.state, step.detail) for step in steps][1:] == [(FAILED, centre.fingerprint)]
    assert centre.books.faults["sign in"] == 0


def test_a_connection_test_says_which_step_fails(setup: Setup, centre: PrintCentre) -> None:
    elsewhere = replace(setup, values=values(centre, folder_out="nowhere", folder_taken="no"))
    found = [(step.what, step.state) for step in trial.test(elsewhere)][3:]
    assert found == [
        (trial.WRITE, DONE),
        (trial.READ, FAILED),
        (trial.MOVE, DONE),
        (trial.TAKEN, WARNING),
    ]
    centre.refuses = True
    assert trial.test(setup)[-1].detail == "the host does not let kontor in"
    centre.close()
    (step,) = trial.test(setup)
    assert (step.what, step.state) == (trial.REACH, FAILED)


def test_a_host_of_the_inner_network_is_not_called_where_that_is_not_allowed(
    setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = trial.where_of(setup, False)
    with pytest.raises(trial.Unavailable, match="not called: an address of an inner network"):
        trial.shown_key(where)


def typed(**changes: str) -> PrintCentreForm:
    said = {
        "host": "sftp.print.example",
        "port": "22",
        "username": "kontor",
        "return_address": "Haus Lindenhof, Zürich",
        "folder_in": "in",
        "folder_test": "test",
        "folder_out": "out",
        "folder_done": "out/done",
        "envelope": "auto",
        "cover": "auto",
        "most_pages": "100",
        "most_megabytes": "20",
    }
    return PrintCentreForm(formdata=MultiDict(said | changes))


def test_a_key_may_lose_its_lines_on_its_way() -> None:
    key = generate_private_key("ssh-ed25519").export_private_key().decode()
    for one in (key, key.replace("\n", ""), key.replace("\n", "\r\n")):
        assert typed(private_key=one).validate(), one


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("private_key", "nothing"),
        ("fingerprints", "MD5:00:11"),
        ("prices", "B nothing"),
        ("host", "a b"),
        ("port", "70000"),
        ("folder_in", ""),
        ("cover", "never"),
    ],
)
def test_what_is_none_is_refused_at_its_field(field: str, value: str) -> None:
    form = typed(**{field: value})
    assert not form.validate()
    assert list(form.errors) == [field]


def test_prices_are_found_by_class_and_sheets() -> None:
    table = prices.read("A 2 1.50\n\nB  2  1,10\n* 99 3\n5 0.90")
    found = [prices.cost(table, "b", count, "CHF") for count in (1, 2, 3, 100)]
    assert found == [110, 110, 300, None]
    assert prices.cost(table, "", 5, "JPY") == 3
    assert prices.cost(table, "A", 1, "???") is None
