"""Mail with documents, over real LMTP into the real process, and what became of it."""

import email
import smtplib
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.access.principal import Principal
from app.core import clock, inbox, outbox, runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.demo.catcher import Behaviour, Catcher, scripted
from app.documents.models import Document
from app.intake.models import Intake, Source
from app.organisations.models import Organisation
from app.ways_in import queries
from app.ways_in.actions import address, answering, mailing
from app.ways_in.models import ArrivedMail, MailState
from jobs import mailing as mailing_job
from jobs import pump
from tests.api.conftest import invoice
from tests.jobs import processes
from tests.ways_in.conftest import engine, here, house, one_engine

__all__ = ["engine", "here", "house", "one_engine"]

SENDER = "erp@lieferant.example"
WRONG = ("25.11", "99.11")
Post = Callable[..., list[int]]


@pytest.fixture
def caught(tmp_path: Path) -> Iterator[Catcher]:
    with Catcher(tmp_path / "answers") as catcher:
        yield catcher


@pytest.fixture
def to(here: Runtime, house: Organisation) -> str:
    """The house's open address; one sender and one domain may use it."""
    with here.database.transaction():
        who = Principal(id="anna", name="Anna", organisation_id=house.id)
        address.change(house, who, is_open=True, senders=[SENDER, "@vertrag.example"])
    return address_now(here, house)


def address_now(here: Runtime, house: Organisation) -> str:
    with here.database.reading():
        found = queries.mail_in_of(house.id)
        assert found is not None
        return address.address_of(house, found)


@contextmanager
def listening(here: Runtime, tmp_path: Path, where: str = "") -> Iterator[str]:
    """Run the process on a socket, and yield the socket's path."""
    path = tmp_path / "lmtp.sock"
    command = [sys.executable, "-m", "jobs.mail_in"]
    environ = processes.environment(
        here.settings,
        KONTOR_MAIL_IN=where or f"unix:{path}",
        KONTOR_MAIL_IN_DOMAIN=here.settings.mail_in_domain,
        KONTOR_MAIL_IN_VERIFIER=here.settings.mail_in_verifier or "",
        KONTOR_UPLOAD_LIMIT=str(here.settings.upload_limit),
    )
    with processes.process(command, environ, tmp_path / "mail_in.log") as running:
        processes.eventually(lambda: _answers(path) or running.poll() is not None)
        assert running.poll() is None, (tmp_path / "mail_in.log").read_text()
        yield str(path)


def _answers(path: Path) -> bool:
    """The socket is there a moment before anybody listens on it."""
    with socket.socket(socket.AF_UNIX) as one, suppress(OSError):
        one.connect(str(path))
        return True
    return False


def message(*files: tuple[str, bytes], **headers: str) -> EmailMessage:
    one = EmailMessage(policy=SMTP)
    given = {"From": f"ERP <{SENDER}>", "To": "in@kontor.example", "Message-ID": "<1@erp.example>"}
    for name, value in (given | headers).items():
        one[name.replace("_", "-")] = value
    one.set_content("Guten Tag\n\nAnbei die Rechnung.\n")
    for name, content in files:
        kind = "pdf" if content.startswith(b"%PDF") else "xml"
        one.add_attachment(content, maintype="application", subtype=kind, filename=name)
    return one


def deliver(path: str, raw: bytes, *recipients: str, sender: str = SENDER) -> list[str]:
    """Hand one mail over and return the answers: to each refused RCPT, then for each recipient."""
    with smtplib.LMTP(path) as client:
        client.ehlo("mx.example")
        assert client.mail(sender, [f"SIZE={len(raw)}"])[0] == 250
        answers, taken = [], 0
        for one in recipients:
            code, said = client.rcpt(one)
            taken += code == 250
            if code != 250:
                answers.append(f"{code} {said.decode()}")
        if not taken:
            return answers
        assert client.docmd("DATA")[0] == 354
        client.send(smtplib._quote_periods(raw) + b".\r\n")
        for _one in range(taken):
            code, said = client.getreply()
            answers.append(f"{code} {said.decode()}")
        return answers


def work(here: Runtime) -> None:
    """Do all that is due now, and then what was put off, as if time had passed."""
    for _round in range(3):
        pump.work(here, 20)
        with here.database.transaction():
            session().execute(update(outbox.Promise).values(due_at=clock.now()))


def answers(catcher: Catcher) -> list[EmailMessage]:
    found = sorted(catcher.folder.glob("*.eml"))
    return [email.message_from_bytes(one.read_bytes(), policy=SMTP) for one in found]


def told(one: EmailMessage) -> str:
    body = one.get_body(("plain",))
    assert body is not None
    text: str = body.get_content()
    return text


def rows(here: Runtime, table: type) -> list:
    with here.database.reading():
        return list(session().scalars(select(table).order_by(table.id)))


def with_catcher(here: Runtime, catcher: Catcher, **changes: object) -> Runtime:
    return replace(here, settings=replace(here.settings, mail_url=catcher.url, **changes))


@pytest.mark.usefixtures("one_engine")
def test_a_mail_with_documents_is_taken_in_and_answered_once(
    here: Runtime, house: Organisation, to: str, tmp_path: Path, caught: Catcher
) -> None:
    here = with_catcher(here, caught)
    raw = message(("gut.xml", invoice("R-1")), ("falsch.xml", invoice("R-2", WRONG))).as_bytes()
    with listening(here, tmp_path) as path:
        assert deliver(path, raw, to) == ["250 2.0.0 Kept"]
        assert [one.raw.partition(b"\r\n")[2] for one in rows(here, inbox.Message)] == [raw]
        work(here)
        assert deliver(path, raw, to) == ["250 2.0.0 Kept"]
    work(here)
    # Whichever file was examined first was kept first.
    assert sorted((one.number, one.state.value) for one in rows(here, Document)) == [
        ("R-1", "published"),
        ("R-2", "held"),
    ]
    assert [one.source for one in rows(here, Intake)] == [Source.MAIL]
    assert [one.state for one in rows(here, ArrivedMail)] == [MailState.ANSWERED]
    to_sender = [one for one in answers(caught) if one["To"] == SENDER]
    (answer,) = to_sender
    assert answer["Auto-Submitted"] == "auto-replied"
    assert answer["In-Reply-To"] == "<1@erp.example>"
    assert answer["Content-Language"] == "de"
    assert "gut.xml" in told(answer)
    assert "Fehler" in told(answer)


def test_every_recipient_gets_an_answer_of_its_own(
    here: Runtime, house: Organisation, to: str, tmp_path: Path
) -> None:
    with here.database.transaction():
        other = session().scalar(select(Organisation).where(Organisation.slug == "brandt"))
        assert other is not None
        who = Principal(id="dora", name="Dora", organisation_id=other.id)
        address.change(other, who, is_open=True, senders=["somebody@else.example"])
    strict = address_now(here, other)
    wrong = to.replace("+", "+a", 1)
    raw = message(("1.xml", invoice())).as_bytes()
    with listening(here, tmp_path) as path:
        found = deliver(path, raw, to, wrong, "nobody@in.kontor.example", strict, to.upper())
    assert [one[:9] for one in found] == [
        *("550 5.1.1", "550 5.1.1"),
        *("250 2.0.0", "550 5.7.1", "250 2.0.0"),
    ]
    assert len(rows(here, inbox.Message)) == 1


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("stranger@elsewhere.example", {}),
        (SENDER, {"From": "stranger@elsewhere.example"}),
        (SENDER, {"From": f"{SENDER}, stranger@elsewhere.example"}),
        (SENDER, {"From": f'"{SENDER}" <stranger@elsewhere.example>'}),
        ("x@sub.vertrag.example", {"From": "x@sub.vertrag.example"}),
        ("", {}),
    ],
)
def test_who_is_not_on_the_list_is_refused_and_nothing_is_kept(
    here: Runtime, to: str, tmp_path: Path, sender: str, headers: dict[str, str]
) -> None:
    raw = message(("1.xml", invoice()), **headers).as_bytes()
    with listening(here, tmp_path) as path:
        (answer,) = deliver(path, raw, to, sender=sender)
    assert answer.startswith("550 5.7.1")
    assert rows(here, inbox.Message) == []


def test_a_renewed_or_closed_address_is_unknown(
    here: Runtime, house: Organisation, to: str, tmp_path: Path
) -> None:
    who = Principal(id="anna", name="Anna", organisation_id=house.id)
    raw = message().as_bytes()
    with listening(here, tmp_path) as path:
        with here.database.transaction():
            address.renew(house, who, 1)
        new = address_now(here, house)
        assert deliver(path, raw, to, new) == [
            "550 5.1.1 No such address here",
            "250 2.0.0 Kept",
        ]
        with here.database.transaction():
            address.change(house, who, is_open=False, senders=[SENDER])
        assert deliver(path, raw, new) == ["550 5.1.1 No such address here"]


def test_too_large_a_mail_is_refused_for_each_recipient(
    here: Runtime, to: str, tmp_path: Path
) -> None:
    small = replace(here, settings=replace(here.settings, upload_limit=20_000))
    raw = message(("1.xml", b"<a>" + b"x" * 30_000)).as_bytes()
    with listening(small, tmp_path) as path:
        with smtplib.LMTP(path) as client:
            client.ehlo("mx.example")
            assert client.mail(SENDER, [f"SIZE={len(raw)}"])[0] == 552
        with smtplib.LMTP(path) as client:
            client.ehlo("mx.example")
            client.mail(SENDER)  # says nothing of its size
            client.rcpt(to)
            client.rcpt(to)
            assert client.docmd("DATA")[0] == 354
            client.send(raw + b"\r\n.\r\n")
            assert [client.getreply()[0] for _one in range(2)] == [552, 552]
            assert client.noop()[0] == 250
    assert rows(here, inbox.Message) == []


def test_with_the_database_away_the_mail_is_put_off(here: Runtime, to: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/absent/kontor.db"
    away = replace(here, settings=replace(here.settings, database_url=url))
    with listening(away, tmp_path) as path:
        (answer,) = deliver(path, message().as_bytes(), to)
    assert answer.startswith("451 4.3.0")


@pytest.mark.usefixtures("one_engine")
def test_killed_after_250_nothing_is_lost(
    here: Runtime, to: str, tmp_path: Path, caught: Catcher
) -> None:
    here = with_catcher(here, caught)
    with listening(here, tmp_path) as path:
        assert deliver(path, message(("1.xml", invoice("R-1"))).as_bytes(), to)[0][:3] == "250"
        # The block's end kills the process; nothing has read the mail yet.
    assert rows(here, ArrivedMail) == []
    work(here)
    assert [one.number for one in rows(here, Document)] == ["R-1"]
    assert [one["To"] for one in answers(caught) if one["To"] == SENDER] == [SENDER]


@pytest.mark.usefixtures("one_engine")
def test_the_same_mail_by_another_way_is_the_same_and_another_with_its_id_is_not(
    here: Runtime, to: str, tmp_path: Path
) -> None:
    first = message(("1.xml", invoice("R-1"))).as_bytes()
    again = b"Received: from elsewhere.example\r\n" + first
    body = first.partition(b"\r\n\r\n")[2]
    other = first.replace(body, body.replace(b"Guten Tag", b"Guten Abend"))
    with listening(here, tmp_path) as path:
        for raw in (first, again, other):
            assert deliver(path, raw, to)[0][:3] == "250"
    assert len(rows(here, inbox.Message)) == 2


def keep(here: Runtime, to: str, one: EmailMessage | bytes, sender: str = SENDER) -> None:
    """Put a mail into the inbox as the process does, and work."""
    raw = one if isinstance(one, bytes) else one.as_bytes()
    with here.database.transaction():
        head = mailing.mail.head(raw)
        assert mailing.receive(to, sender, head, raw) is mailing.Verdict.KEPT
    work(here)


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto-Submitted": "auto-replied"},
        {"Auto-Submitted": "auto-generated; by=erp"},
        {"Precedence": "bulk"},
        {"List-Id": "<all.lieferant.example>"},
        {"X-Auto-Response-Suppress": "All"},
    ],
)
@pytest.mark.usefixtures("one_engine")
def test_what_a_program_or_a_list_sent_is_taken_in_and_never_answered(
    here: Runtime, to: str, caught: Catcher, headers: dict[str, str]
) -> None:
    here = with_catcher(here, caught)
    keep(here, to, message(("1.xml", invoice("R-1")), **headers))
    assert [one.number for one in rows(here, Document)] == ["R-1"]
    assert [one.state for one in rows(here, ArrivedMail)] == [MailState.UNANSWERED]
    assert [one for one in answers(caught) if one["To"] == SENDER] == []


def test_our_own_answer_sent_back_to_us_makes_no_loop(
    here: Runtime, house: Organisation, to: str, caught: Catcher
) -> None:
    here = with_catcher(here, caught)
    with here.database.transaction():
        who = Principal(id="anna", name="Anna", organisation_id=house.id)
        address.change(house, who, is_open=True, senders=[SENDER, "post@lindenhof.example"])
    keep(here, to, message())
    (answer,) = answers(caught)
    keep(here, to, answer, sender="post@lindenhof.example")
    assert len(answers(caught)) == 1


@pytest.mark.usefixtures("one_engine")
def test_what_is_no_document_is_named_and_left_out(here: Runtime, to: str, caught: Catcher) -> None:
    here = with_catcher(here, caught)
    one = message(("1.xml", invoice("R-1")), ("page.xml", b"<!DOCTYPE html><html></html>"))
    one.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="logo.png")
    one.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="s.asc")
    keep(here, to, one)
    (answer,) = [one for one in answers(caught) if one["To"] == SENDER]
    for name in ("page.xml", "logo.png", "s.asc"):
        assert name in told(answer)
    assert [one.number for one in rows(here, Document)] == ["R-1"]


@pytest.mark.usefixtures("one_engine")
def test_names_that_want_to_be_headers_stay_names(here: Runtime, to: str, caught: Catcher) -> None:
    here = with_catcher(here, caught)
    evil = "=?utf-8?q?a=0D=0ABcc:_x@evil.example?="
    raw = message(
        ("NAME", invoice("R-1")), **{"Message-ID": "<a@b.example>", "Subject": evil}
    ).as_bytes()
    raw = raw.replace(b'"NAME"', f'"{evil}"'.encode()).replace(
        b"<a@b.example>", b"<a@b.example>=?utf-8?q?=0ABcc:x?="
    )
    assert evil.encode() in raw
    keep(here, to, raw)
    (answer,) = [one for one in answers(caught) if one["To"] == SENDER]
    assert answer["Bcc"] is None
    assert answer["In-Reply-To"] is None
    assert "\nBcc:" not in told(answer)
    assert [one.number for one in rows(here, Document)] == ["R-1"]


def test_an_answer_whose_attempt_died_is_never_sent_again(
    here: Runtime, to: str, caught: Catcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = with_catcher(here, caught, lease_seconds=1)
    with here.database.transaction():
        mailing.receive(to, SENDER, mailing.mail.head(message().as_bytes()), message().as_bytes())
    pump.work(here, 20)
    (before,) = answers(caught)
    with here.database.transaction():
        # As it is when the process dies between the mail server's answer and the commit.
        one = session().scalars(select(ArrivedMail)).one()
        one.state = MailState.ANSWERING
        outbox.promise(mailing.ANSWER, key=f"answer:{one.id}", mail=one.id)
    work(here)
    assert [one["Message-ID"] for one in answers(caught)] == [before["Message-ID"]]
    assert [one.state for one in rows(here, ArrivedMail)] == [MailState.LOST]


def test_an_answer_that_nobody_takes_now_is_tried_again(
    here: Runtime, to: str, tmp_path: Path
) -> None:
    busy = Behaviour(to_recipient="451 4.3.0 Not now")
    with Catcher(tmp_path / "answers", choice=scripted({SENDER: [busy]})) as catcher:
        here = with_catcher(here, catcher)
        keep(here, to, message())
        assert len(answers(catcher)) == 1
    assert [one.state for one in rows(here, ArrivedMail)] == [MailState.ANSWERED]


def test_a_verifier_has_to_vouch_for_the_sender(here: Runtime, to: str, tmp_path: Path) -> None:
    strict = replace(here, settings=replace(here.settings, mail_in_verifier="mx.kontor.example"))
    said = {
        "mx.kontor.example; dkim=pass header.d=lieferant.example": "250",
        "mx.kontor.example; spf=pass smtp.mailfrom=erp@lieferant.example": "250",
        "mx.kontor.example; dkim=fail header.d=lieferant.example": "550",
        "mx.kontor.example; dkim=pass header.d=evil.example": "550",
        "evil.example; dkim=pass header.d=lieferant.example": "550",
        "evil.example (mx.kontor.example; dkim=pass header.d=lieferant.example)": "550",
        "": "550",
    }
    with listening(strict, tmp_path) as path:
        for number, (value, expected) in enumerate(said.items()):
            headers = {"Authentication-Results": value} if value else {}
            raw = message(**headers, **{"Message-ID": f"<{number}@x.example>"}).as_bytes()
            assert deliver(path, raw, to)[0][:3] == expected, value


def test_a_mail_is_answered_only_once_all_of_it_is_taken_in(
    here: Runtime, to: str, caught: Catcher
) -> None:
    here = with_catcher(here, caught)
    raw = message(("1.xml", invoice("R-1"))).as_bytes()
    with here.database.transaction():
        mailing.receive(to, SENDER, mailing.mail.head(raw), raw)
        (read,) = session().scalars(select(inbox.Message))
        waiting = mailing.waiting(read.id)
        assert waiting is not None
    with runtime.using(here):
        opened = mailing.opened(waiting)
        with here.database.transaction():
            mailing.keep(waiting, opened)
            mailing.keep(waiting, opened)
        (mail,) = rows(here, ArrivedMail)
        with here.database.transaction():
            due = answering.begin(mail.id)
        assert due == answering.Due(mail.id, None)
        assert mailing_job.submit(due) is None
        assert answering.finish(due, None) is True
    assert [one.state for one in rows(here, ArrivedMail)] == [MailState.WAITING]
    assert len(rows(here, Intake)) == 1
    assert answers(caught) == []
