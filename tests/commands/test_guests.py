from flask import Flask

from app.core.db import session
from app.core.runtime import Runtime
from app.organisations.models import Contact
from app.organisations.rules.granting import PRESETS, Preset
from app.sign_up.rules import State
from app.web import installation
from tests.cast import Cast
from tests.sign_up import guests


def prepared(app: Flask, cast: Cast) -> Runtime:
    here = installation.of(app)
    guests.welcome(here, cast.lindenhof)
    return here


def test_support_lists_what_waits_and_lets_somebody_in(app: Flask, cast: Cast) -> None:
    here, run = prepared(app, cast), app.test_cli_runner().invoke
    request_id = guests.waiting(here, cast, reference="K-1")
    guests.ask(here, cast.lindenhof, "olaf@gast.example")
    listed = run(args=["guests", "list", "--organisation", "lindenhof"]).output
    assert listed.split()[0] == request_id
    assert ("gina@gast.example" in listed, "olaf" in listed) == (True, False)
    assert run(args=["guests", "list", "--organisation", "brandt"]).output == ""
    common = ["--supporter", "Sam Support", "--reason", "Anna is on leave"]
    approve = ["guests", "approve", request_id, *common, "--rights", "accounting"]
    nobody = run(args=[*approve, "--customer", "K-99"])
    assert (nobody.exit_code, "no customer" in nobody.output) == (1, True)
    assert run(args=["guests", "approve", request_id, "--customer", "K-1"]).exit_code == 2
    done = run(args=[*approve, "--customer", "K-1"])
    assert (done.exit_code, "comes in for Ruth Keller" in done.output) == (0, True)
    again = run(args=[*approve, "--customer", "K-1"])
    assert (again.exit_code, "no request" in again.output) == (1, True)
    (one, _olafs) = guests.requests(here)
    with here.database.reading():
        rights = session().get_one(Contact, one.person_id).rights
        assert set(rights or ()) == PRESETS[Preset.ACCOUNTING]
    assert (one.state, one.decided_by) == (State.APPROVED, "Sam Support")


def test_support_refuses_and_the_guest_does_not_read_why(app: Flask, cast: Cast) -> None:
    here, run = prepared(app, cast), app.test_cli_runner().invoke
    request_id = guests.waiting(here, cast)
    refuse = ["guests", "refuse", request_id, "--supporter", "Sam", "--reason", "Fraud"]
    assert run(args=refuse).exit_code == 0
    assert run(args=refuse).exit_code == 1
    (to_guest,) = guests.mails(here, guests.GUEST)
    (to_anna,) = guests.mails(here, cast.anna.email)
    assert (to_guest.said["quote"], to_anna.said["quote"]) == ("", "Fraud")
