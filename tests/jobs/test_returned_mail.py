"""Mail that comes back, over real LMTP and SMTP into the real process."""

import smtplib
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from sqlalchemy import select

from app.core import inbox
from app.core.db import session
from app.core.mail import verp
from app.core.runtime import Runtime
from tests.delivery.channels.reports import answer
from tests.delivery.postfix import free_port
from tests.jobs import processes

KEPT = "250 2.0.0 Kept"
UNKNOWN = "550 5.1.1 No such address here"


@contextmanager
def listening(here: Runtime, folder: Path) -> Iterator[tuple[int, int]]:
    """Run the process; yields the ports of LMTP and SMTP."""
    lmtp, smtp = free_port(), free_port()
    environ = processes.environment(
        here.settings,
        KONTOR_MAIL_IN=f"127.0.0.1:{lmtp}",
        KONTOR_BOUNCE_IN=f"127.0.0.1:{smtp}",
    )
    command = [sys.executable, "-m", "jobs.mail_in"]
    with processes.process(command, environ, folder / "mail_in.log"):
        processes.eventually(lambda: all(map(answers, (lmtp, smtp))))
        yield lmtp, smtp


def answers(port: int) -> bool:
    with suppress(OSError), smtplib.SMTP("127.0.0.1", port):
        return True
    return False


def ours(here: Runtime, reference: str = "01jd3v8q2k5w7x9y0z1a2b3c4d-1") -> str:
    return verp(reference, here.settings.key("bounce"), here.settings.bounce_domain)


def deliver(client: smtplib.SMTP, raw: bytes, *recipients: str) -> list[str]:
    """Hand one mail over with the null sender; returns refusals, then answers to the data."""
    client.ehlo_or_helo_if_needed()
    assert client.docmd("MAIL", "FROM:<>")[0] == 250
    said = [client.rcpt(one) for one in recipients]
    taken = [one for one in said if one[0] == 250]
    if taken:
        assert client.docmd("DATA")[0] == 354
        client.send(raw + b"\r\n.\r\n")
        count = len(taken) if isinstance(client, smtplib.LMTP) else 1
        said = [one for one in said if one[0] != 250] + [client.getreply() for _ in range(count)]
    else:
        client.rset()
    return [f"{code} {text.decode()}" for code, text in said]


def kept(here: Runtime) -> list[tuple[str, bytes]]:
    with here.database.reading():
        rows = select(inbox.Message).order_by(inbox.Message.id)
        return [(one.source, one.raw) for one in session().scalars(rows)]


def test_only_addresses_that_we_made_are_taken_and_250_means_kept(
    here: Runtime, tmp_path: Path
) -> None:
    raw, to = answer("Zurück").rstrip(), ours(here)
    forged = to.replace(".", ".a", 1)
    elsewhere = to.replace("kontor.test", "kontor.example")
    with listening(here, tmp_path) as (lmtp, smtp):
        with smtplib.LMTP("127.0.0.1", lmtp) as client:
            assert deliver(client, raw, to, forged, to) == [UNKNOWN, KEPT, KEPT]
            assert deliver(client, raw, elsewhere, "bounce@bounces.kontor.test") == [UNKNOWN] * 2
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            assert deliver(client, raw, forged) == [UNKNOWN]
            assert deliver(client, raw, to.upper()) == [KEPT]
            other = ours(here, "01jd3v8q2k5w7x9y0z1a2b3c4e-1")
            assert deliver(client, raw, other, "postmaster@elsewhere.example") == [UNKNOWN, KEPT]
    # The same mail to the same address is the same mail.
    assert [source for source, _raw in kept(here)] == ["delivery.email"] * 2
    trace = b"Return-Path: <>\r\nX-Original-To: <" + to.encode() + b">\r\n"
    assert kept(here)[0][1] == trace + raw + b"\r\n"


def test_with_the_database_away_it_is_put_off(here: Runtime, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/absent/kontor.db"
    away = replace(here, settings=replace(here.settings, database_url=url))
    with listening(away, tmp_path) as (lmtp, smtp):
        with smtplib.LMTP("127.0.0.1", lmtp) as client:
            assert deliver(client, b"x", ours(here))[0].startswith("451 4.3.0")
        with smtplib.SMTP("127.0.0.1", smtp) as client:
            assert deliver(client, b"x", ours(here))[0].startswith("451 4.3.0")
