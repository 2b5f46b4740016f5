import re
import signal
import smtplib
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest

from app.core.errors import Missing
from app.core.mail import Letter, Outcome, Transport, compose, connected, send
from app.demo.catcher import Behaviour, Catcher, by_local_part, scripted
from app.demo.caught import letter, letters

ROOT = Path(__file__).parent.parent.parent

LETTER = Letter(
    sender_name="Müller AG",
    sender_address="rechnung@muster.example",
    recipient_name="Åsa",
    recipient_address="asa@kundin.example",
    subject="Rechnung für Åsa",
    text="Hallo\nhttps://portal.example/link/abc?x=1.\n(https://portal.example/help)\n",
    html='<a href="https://portal.example/link/abc?x=1">öffnen</a> <a href="mailto:a@b">x</a>\n',
    message_id="<1@muster.example>",
    envelope_sender="bounce+1@muster.example",
    language="de",
    date=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
)


def sent(catcher: Catcher, *recipients: str) -> list[Outcome]:
    with connected(Transport.from_url(catcher.url)) as session:
        return [
            session.send(LETTER.envelope_sender, recipient, compose(LETTER)).outcome
            for recipient in recipients
        ]


def test_a_letter_can_be_read_as_it_was_sent(tmp_path: Path) -> None:
    before = datetime.now(UTC)
    with Catcher(tmp_path) as catcher:
        assert sent(catcher, "asa@kundin.example") == [Outcome.ACCEPTED]
    (listed,) = letters(tmp_path)
    whole = letter(tmp_path, listed.id)
    assert before <= listed.received_at <= datetime.now(UTC)
    assert whole.envelope_sender == "bounce+1@muster.example"
    assert whole.envelope_recipients == ("asa@kundin.example",)
    assert whole.sender == "Müller AG <rechnung@muster.example>"
    assert whole.recipient == "Åsa <asa@kundin.example>"
    assert whole.subject == "Rechnung für Åsa"
    assert whole.text == LETTER.text
    assert whole.html == LETTER.html
    assert whole.links == ("https://portal.example/link/abc?x=1", "https://portal.example/help")
    assert ("Message-ID", "<1@muster.example>") in whole.headers
    assert not [name for name, _ in whole.headers if name.startswith("X-Envelope")]
    assert replace(whole, text="", html="", links=(), headers=()) == listed


def test_the_newest_letters_come_first(tmp_path: Path) -> None:
    with Catcher(tmp_path) as catcher:
        sent(catcher, *(f"a{number}@b.example" for number in range(20)))
    recipients = [one.envelope_recipients[0] for one in letters(tmp_path, limit=3)]
    assert recipients == ["a19@b.example", "a18@b.example", "a17@b.example"]
    assert len(letters(tmp_path)) == 20


def test_letters_of_many_connections_are_all_kept(tmp_path: Path) -> None:
    with Catcher(tmp_path) as catcher:
        threads = [
            Thread(target=sent, args=(catcher, *(f"a{n}-{m}@b.example" for m in range(50))))
            for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    kept = {one.envelope_recipients[0] for one in letters(tmp_path, limit=1000)}
    assert kept == {f"a{n}-{m}@b.example" for n in range(4) for m in range(50)}
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../secret",
        "0" * 16 + "-" + "0" * 8,
        "/etc/passwd",
        "0" * 16 + "-0000000\n",
        "é" * 25,
    ],
)
def test_an_id_that_is_none_finds_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.eml").write_text("secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(Missing):
        letter(folder, name)


def test_a_file_that_is_no_letter_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "note.eml").write_text("x")
    (tmp_path / f"{'0' * 16}-{'0' * 8}.part").write_text("x")
    assert letters(tmp_path) == []
    assert letters(tmp_path / "absent") == []


def test_a_message_cannot_pretend_another_envelope(tmp_path: Path) -> None:
    with Catcher(tmp_path) as catcher:
        transport = Transport.from_url(catcher.url)
        send(transport, "a@b.example", "c@d.example", b"X-Envelope-To: <x@y.example>\r\n\r\nhi\r\n")
    assert letters(tmp_path)[0].envelope_recipients == ("c@d.example",)


def test_faults_follow_the_local_part(tmp_path: Path) -> None:
    with Catcher(tmp_path, choice=by_local_part) as catcher:
        outcomes = sent(
            catcher,
            "unknown.person@b.example",
            "full@b.example",
            "Down@b.example",
            "lost@b.example",
            "anna@b.example",
        )
    assert outcomes == [
        Outcome.PERMANENT,
        Outcome.TEMPORARY,
        Outcome.UNAVAILABLE,
        Outcome.UNKNOWN,
        Outcome.ACCEPTED,
    ]
    kept = [one.envelope_recipients[0] for one in letters(tmp_path)]
    assert kept == ["anna@b.example", "lost@b.example"]


def test_after_421_the_server_hangs_up(tmp_path: Path) -> None:
    with Catcher(tmp_path, choice=by_local_part) as catcher:
        client = smtplib.SMTP("127.0.0.1", catcher.port, local_hostname="a.example", timeout=10)
        client.ehlo()
        client.mail("a@b.example")
        assert client.rcpt("down@b.example")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            client.getreply()


def test_a_slow_letter_is_kept_and_answered(tmp_path: Path) -> None:
    slow = scripted({"a@b.example": [Behaviour(delay=0.3)]})
    with Catcher(tmp_path, choice=slow) as catcher:
        impatient = replace(Transport.from_url(catcher.url), total_timeout=0.15)
        assert send(impatient, "c@d.example", "a@b.example", b"\r\n").outcome is Outcome.UNKNOWN
        assert sent(catcher, "a@b.example") == [Outcome.ACCEPTED]


def test_a_script_is_played_once_for_each_recipient(tmp_path: Path) -> None:
    script = {
        "a@b.example": [
            Behaviour(to_data="554 5.6.0 Not like this"),
            Behaviour(cut="data"),
            Behaviour(cut="recipient"),
        ],
        "c@d.example": [Behaviour(to_recipient="450 4.2.1 Later")],
    }
    with Catcher(tmp_path, choice=scripted(script)) as catcher:
        outcomes = sent(catcher, *["a@b.example", "c@d.example"] * 2, *["a@b.example"] * 2)
    assert outcomes == [
        Outcome.PERMANENT,
        Outcome.TEMPORARY,
        Outcome.UNKNOWN,
        Outcome.ACCEPTED,
        Outcome.TEMPORARY,
        Outcome.ACCEPTED,
    ]
    kept = [one.envelope_recipients[0] for one in letters(tmp_path)]
    assert kept == ["a@b.example", "c@d.example"]


def test_the_program_catches_mail_until_it_is_told_to_end(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.demo.catcher", "--port", "0", "--faults"]
    running = subprocess.Popen(
        [*command, "--folder", str(tmp_path / "mails")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert running.stdout
        said = re.fullmatch(r"catching mail on port (\d+)\n", running.stdout.readline())
        assert said
        transport = Transport.from_url(f"smtp://127.0.0.1:{said[1]}")
        answers = [
            send(transport, "a@b.example", recipient, compose(LETTER)).outcome
            for recipient in ("anna@b.example", "unknown@b.example")
        ]
        assert answers == [Outcome.ACCEPTED, Outcome.PERMANENT]
    finally:
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=20) == 0
        running.stdout.close()
    assert len(letters(tmp_path / "mails")) == 1
