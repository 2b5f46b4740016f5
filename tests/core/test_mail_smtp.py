"""Every way a conversation can end, against real aiosmtpd servers on this machine."""

import socket
import threading
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from app.core.errors import Invalid
from app.core.mail import Answer, Outcome, Stage, Transport, send
from tests.core.scripted_smtp import MESSAGE, RECIPIENT, SENDER, Script, serving


def sent(script: Script, **changes: Any) -> Answer:
    with serving(script) as transport:
        return send(replace(transport, **changes), SENDER, RECIPIENT, MESSAGE)


def test_an_accepted_mail_arrives_unchanged() -> None:
    script = Script()
    answer = sent(script)
    assert answer == Answer(Outcome.ACCEPTED, 250, "2.0.0", "2.0.0 OK", Stage.END_OF_DATA)
    assert script.kept == [MESSAGE]


def test_a_long_mail_arrives_unchanged() -> None:
    script = Script()
    message = b"Subject: x\r\n\r\n" + b".0123456789 abcdefgh\r\n" * 20_000
    with serving(script) as transport:
        assert send(transport, SENDER, RECIPIENT, message).outcome is Outcome.ACCEPTED
    assert script.kept == [message]


def test_bare_line_ends_cannot_end_the_mail_early() -> None:
    script = Script()
    message = b"Subject: x\r\n\r\nhi\n.\nMAIL FROM:<a@b.example>\r.\r\n.\n"
    with serving(script) as transport:
        assert send(transport, SENDER, RECIPIENT, message).outcome is Outcome.ACCEPTED
    assert script.kept == [b"Subject: x\r\n\r\nhi\r\n.\r\nMAIL FROM:<a@b.example>\r\n.\r\n.\r\n"]


@pytest.mark.parametrize(
    ("step", "said", "outcome", "enhanced"),
    [
        ("mail", "451 4.3.0 Later", Outcome.TEMPORARY, "4.3.0"),
        ("mail", "550 5.1.8 Bad sender", Outcome.PERMANENT, "5.1.8"),
        ("mail", "530 5.7.0 Authentication required", Outcome.UNAVAILABLE, "5.7.0"),
        ("mail", "421 4.3.2 Closing", Outcome.UNAVAILABLE, "4.3.2"),
        ("rcpt", "450 4.2.1 Busy", Outcome.TEMPORARY, "4.2.1"),
        ("rcpt", "550 5.1.1 No such user", Outcome.PERMANENT, "5.1.1"),
        ("rcpt", "550 No such user", Outcome.PERMANENT, None),
        ("rcpt", "421 4.3.2 Closing", Outcome.UNAVAILABLE, "4.3.2"),
        ("data", "452 4.3.1 Full", Outcome.TEMPORARY, "4.3.1"),
        ("data", "554 5.5.1 No", Outcome.PERMANENT, "5.5.1"),
        ("data", "250 OK", Outcome.TEMPORARY, None),
        ("end-of-data", "451 4.3.0 Later", Outcome.TEMPORARY, "4.3.0"),
        ("end-of-data", "552 5.3.4 Too big", Outcome.PERMANENT, "5.3.4"),
        ("end-of-data", "421 4.3.2 Closing", Outcome.UNAVAILABLE, "4.3.2"),
        ("end-of-data", "354 What", Outcome.UNKNOWN, None),
        ("greeting", "554 5.3.2 No", Outcome.UNAVAILABLE, "5.3.2"),
        ("greeting", "421 4.3.2 Busy", Outcome.UNAVAILABLE, "4.3.2"),
        ("ehlo", "550 5.7.1 Go away", Outcome.UNAVAILABLE, "5.7.1"),
    ],
)
def test_each_answer_has_its_outcome(
    step: str, said: str, outcome: Outcome, enhanced: str | None
) -> None:
    answer = sent(Script(answers={step: said}))
    assert (answer.outcome, answer.code) == (outcome, int(said[:3]))
    assert answer.enhanced == enhanced
    assert answer.text == said[4:]
    assert answer.at_stage == {
        "mail": Stage.SENDER,
        "rcpt": Stage.RECIPIENT,
        "ehlo": Stage.HELLO,
    }.get(step, step)


STAGES = [
    ("connect", Outcome.UNAVAILABLE, Stage.CONNECT),
    ("ehlo", Outcome.UNAVAILABLE, Stage.HELLO),
    ("mail", Outcome.TEMPORARY, Stage.SENDER),
    ("rcpt", Outcome.TEMPORARY, Stage.RECIPIENT),
    ("data", Outcome.TEMPORARY, Stage.DATA),
    ("end-of-data", Outcome.UNKNOWN, Stage.END_OF_DATA),
]


@pytest.mark.parametrize(("step", "outcome", "stage"), STAGES)
def test_a_connection_lost_is_unknown_only_after_the_last_dot(
    step: str, outcome: Outcome, stage: Stage
) -> None:
    answer = sent(Script(cuts={step}))
    assert (answer.outcome, answer.code, answer.at_stage) == (outcome, None, stage)
    assert answer.text


@pytest.mark.parametrize(("step", "outcome", "stage"), STAGES[1:])
def test_a_silent_server_is_given_up_in_the_end(step: str, outcome: Outcome, stage: Stage) -> None:
    answer = sent(Script(answers={step: "silence"}), total_timeout=0.3)
    assert (answer.outcome, answer.code, answer.at_stage) == (outcome, None, stage)


@pytest.mark.parametrize("said", ["garbage", "25", "2x0 OK", "", "-1 no", "999 no", "x" * 9000])
def test_an_answer_that_cannot_be_read_after_the_dot_is_unknown(said: str) -> None:
    answer = sent(Script(answers={"end-of-data": said or "\r\n"}))
    assert (answer.outcome, answer.code) == (Outcome.UNKNOWN, None)


def test_a_lost_answer_after_the_dot_may_be_a_kept_mail() -> None:
    script = Script(cuts={"end-of-data"})
    assert sent(script).outcome is Outcome.UNKNOWN
    assert script.kept == [MESSAGE]


def test_nobody_listening_is_unavailable() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        transport = Transport.from_url(f"smtp://127.0.0.1:{closed.getsockname()[1]}")
        answer = send(transport, SENDER, RECIPIENT, MESSAGE)
    assert (answer.outcome, answer.at_stage) == (Outcome.UNAVAILABLE, Stage.CONNECT)


def test_a_server_that_drips_its_answer_does_not_hold_us() -> None:
    done = threading.Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            for _ in range(60):
                connection.sendall(b"220-wait\r\n")
                if done.wait(0.05):
                    return
            connection.sendall(b"220 now\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=drip, args=(listener,))
        thread.start()
        transport = Transport.from_url(f"smtp://127.0.0.1:{listener.getsockname()[1]}")
        answer = send(replace(transport, total_timeout=0.4), SENDER, RECIPIENT, MESSAGE)
        done.set()
        thread.join(10)
    assert (answer.outcome, answer.at_stage) == (Outcome.UNAVAILABLE, Stage.CONNECT)
    assert "time" in answer.text


def test_what_the_server_says_is_cleaned_and_cut() -> None:
    answer = sent(
        Script(answers={"rcpt": "550 5.1.1 \x1b[31mred\x07 \u202e" + "x" * 450 + " end" * 40})
    )
    assert len(answer.text) <= 500
    assert answer.text.isprintable()
    assert answer.enhanced == "5.1.1"


@pytest.mark.parametrize("bad", ["a@b.example\r\nRCPT TO:<c@d.example>", "a@b.example> x", "", "a"])
def test_an_address_that_is_none_is_refused_before_anything_is_sent(bad: str) -> None:
    script = Script()
    with serving(script) as transport, pytest.raises(Invalid):
        send(transport, SENDER, bad, MESSAGE)
    if bad:
        with serving(script) as transport, pytest.raises(Invalid):
            send(transport, bad, RECIPIENT, MESSAGE)
    assert script.commands.total() == 0


def test_the_null_sender_is_allowed() -> None:
    script = Script()
    with serving(script) as transport:
        assert send(transport, "", RECIPIENT, MESSAGE).outcome is Outcome.ACCEPTED


def test_the_size_is_announced_so_that_a_large_mail_is_refused_early() -> None:
    script = Script()
    with serving(script, data_size_limit=100) as transport:
        answer = send(transport, SENDER, RECIPIENT, b"\r\n" + b"x" * 200)
    assert (answer.outcome, answer.at_stage) == (Outcome.PERMANENT, Stage.SENDER)
    assert script.commands["data"] == 0
