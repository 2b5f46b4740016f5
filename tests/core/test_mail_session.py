"""Many mails over one connection, and what a broken one does to them."""

from dataclasses import replace

import pytest

from app.core.mail import Outcome, Stage, connected
from tests.core.scripted_smtp import MESSAGE, RECIPIENT, SENDER, Script, serving

STAGES = [
    ("connect", Outcome.UNAVAILABLE, Stage.CONNECT),
    ("ehlo", Outcome.UNAVAILABLE, Stage.HELLO),
    ("mail", Outcome.TEMPORARY, Stage.SENDER),
    ("rcpt", Outcome.TEMPORARY, Stage.RECIPIENT),
    ("data", Outcome.TEMPORARY, Stage.DATA),
    ("end-of-data", Outcome.UNKNOWN, Stage.END_OF_DATA),
]


def test_fifty_mails_go_over_one_connection() -> None:
    script = Script()
    with serving(script) as transport, connected(transport) as session:
        for number in range(50):
            answer = session.send(SENDER, f"a{number}@b.example", b"\r\n%d\r\n" % number)
            assert answer.outcome is Outcome.ACCEPTED
    assert script.kept == [b"\r\n%d\r\n" % number for number in range(50)]
    assert script.commands["connect"] == 1
    assert script.commands["rset"] == 49


def test_after_some_mails_a_new_connection_is_opened() -> None:
    script = Script()
    with (
        serving(script) as transport,
        connected(replace(transport, mails_per_connection=10)) as session,
    ):
        for _ in range(25):
            assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED
    assert script.commands["connect"] == 3


def test_a_refused_mail_does_not_disturb_the_next_on_its_connection() -> None:
    script = Script(answers={"rcpt": "550 5.1.1 No"})
    with serving(script) as transport, connected(transport) as session:
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.PERMANENT
        script.answers.clear()
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED
    assert script.commands["connect"] == 1
    assert len(script.kept) == 1


@pytest.mark.parametrize("how", ["cut", "421 4.4.2 Too long idle", "500 What"])
def test_a_stale_connection_is_replaced(how: str) -> None:
    script = Script()
    with serving(script) as transport, connected(transport) as session:
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED
        if how == "cut":
            script.cuts.add("rset")
        else:
            script.answers["rset"] = how
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED
    assert script.commands["connect"] == 2
    assert len(script.kept) == 2


@pytest.mark.parametrize(("step", "outcome", "stage"), STAGES[2:])
def test_a_connection_that_breaks_is_never_an_accepted_mail_and_the_next_one_goes_out(
    step: str, outcome: Outcome, stage: Stage
) -> None:
    script = Script()
    with serving(script) as transport, connected(transport) as session:
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED
        script.cuts.add(step)
        answer = session.send(SENDER, RECIPIENT, MESSAGE)
        assert (answer.outcome, answer.at_stage) == (outcome, stage)
        script.cuts.clear()
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED


def test_after_an_answer_out_of_step_the_connection_is_not_used_again() -> None:
    script = Script(answers={"rcpt": "250 OK\r\n250 OK\r\n250 OK"})
    with serving(script) as transport, connected(transport) as session:
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.TEMPORARY
        script.answers.clear()
        assert session.send(SENDER, RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED
    assert script.commands["connect"] == 2
    assert script.kept == [MESSAGE]
