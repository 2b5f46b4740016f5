"""A mailbox in which returned mail is collected: fetched, kept, then marked; nothing lost, nothing twice."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.core import clock, inbox, outbox, runtime, settings
from app.core.db import session
from app.core.errors import Invalid
from app.core.runtime import Runtime
from app.delivery import actions, queries
from app.delivery.actions import collecting
from app.delivery.channels.email import mailbox
from app.delivery.channels.email.mailbox import Mailbox, MailboxError
from app.delivery.models import Dispatch
from app.delivery.rules import State
from jobs import pump
from tests import cast, databases, factories
from tests.both import installation
from tests.delivery.channels import imap
from tests.delivery.channels.reports import answer, bounce_address, report


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Runtime]:
    with installation(databases.kinds()[0], tmp_path, retry_seconds=1) as one:
        yield one


def kept(here: Runtime) -> list[bytes]:
    with here.database.reading():
        return list(session().scalars(select(inbox.Message.raw).order_by(inbox.Message.id)))


def work(here: Runtime, rounds: int = 4) -> None:
    """Let the timetable's job run, and what follows from it, as if time had passed."""
    with here.database.transaction():
        outbox.promise(collecting.FETCH, key="now")
    for _round in range(rounds):
        with here.database.transaction():
            session().execute(update(outbox.Promise).values(due_at=clock.now()))
        pump.work(here, 20)


def with_mailbox(here: Runtime, folder: imap.Folder) -> Runtime:
    return replace(here, settings=replace(here.settings, bounce_imap=folder.url))


def test_what_lies_there_is_kept_then_marked_and_read(here: Runtime) -> None:
    with here.database.transaction():
        house = cast.found("lindenhof", "Haus Lindenhof")
        customer = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
        session().flush()
        document = factories.invoice_for(customer, "2026-1")
        actions.dispatch_document(document.id)
        (one,) = queries.of_document(document.id)
        one.state = State.SUBMITTED
        address, dispatch_id = bounce_address(one), one.id
    to_us = f"Delivered-To: {address}\r\n".encode() + report()
    with imap.serving(to_us, answer("Ich bin nicht da.")) as folder:
        there = with_mailbox(here, folder)
        with runtime.using(there):
            work(there)
        assert kept(here) == [to_us, answer("Ich bin nicht da.")]
        assert folder.seen == {1, 2}
        fetched = [one for one in folder.asked if one.startswith("UID FETCH")]
        assert len(fetched) == 2
        assert folder.asked[2] == 'SELECT "Zur&APw-ck"'
        with runtime.using(there):
            work(there)
        assert [one for one in folder.asked if one.startswith("UID FETCH")] == fetched
    with here.database.reading():
        found = session().get_one(Dispatch, dispatch_id)
        assert found.state is State.UNDELIVERABLE


@pytest.mark.parametrize("command", ["LOGIN", "UID FETCH 2", "UID STORE"])
def test_whenever_the_line_breaks_nothing_is_lost_and_nothing_twice(
    here: Runtime, command: str
) -> None:
    messages = [answer(f"Nummer {number}") for number in range(3)]
    with imap.serving(*messages) as folder:
        folder.hangs_up_at = command
        there = with_mailbox(here, folder)
        with runtime.using(there):
            work(there)
            assert not folder.seen - set(range(1, len(kept(here)) + 1))
            folder.hangs_up_at = ""
            work(there)
        assert kept(here) == messages
        assert folder.seen == {1, 2, 3}


def test_with_another_validity_the_same_numbers_are_other_messages(here: Runtime) -> None:
    with imap.serving(answer("alt")) as folder:
        there = with_mailbox(here, folder)
        with runtime.using(there):
            work(there)
            folder.messages, folder.seen, folder.validity = {1: answer("neu")}, set(), 8
            work(there)
    assert kept(here) == [answer("alt"), answer("neu")]


def test_many_are_fetched_in_portions_and_huge_ones_not_whole() -> None:
    with imap.serving(*(answer(f"{number}") for number in range(60))) as folder:
        folder.messages[1] = b"Subject: huge\r\n\r\n" + b"x" * 2_000_000
        box = Mailbox.from_url(folder.url)
        first, more = mailbox.fetch(box, lambda _keys: set())
        assert (len(first), more) == (50, True)
        assert len(first[0][1]) == mailbox.KEPT
        rest, more = mailbox.fetch(box, lambda keys: set(keys[:49]))
        assert (len(rest), more) == (1, True)
        rest, more = mailbox.fetch(box, lambda _keys: set())
        assert (len(rest), more) == (11, False)


def test_a_wrong_password_is_named_nowhere(caplog: pytest.LogCaptureFixture) -> None:
    with imap.serving() as folder:
        box = replace(Mailbox.from_url(folder.url), password="nicht dieses")
        with pytest.raises(MailboxError) as raised:
            mailbox.fetch(box, lambda _keys: set())
        assert collecting.collect(box) == collecting.Collected()
    told = f"{raised.value} {caplog.text} {box!r}"
    assert "wrong" in told
    assert "nicht dieses" not in told


@pytest.mark.parametrize(
    "url",
    [
        "imap://u:p@mail.example/INBOX",
        "imaps://mail.example/INBOX",
        "https://u:p@mail.example",
        "imaps://u@mail.example",
    ],
)
def test_a_mailbox_is_encrypted_and_has_a_user_and_a_password(tmp_path: Path, url: str) -> None:
    with pytest.raises(Invalid, match="KONTOR_BOUNCE_IMAP"):
        settings.from_environment({"KONTOR_DATA_DIR": str(tmp_path), "KONTOR_BOUNCE_IMAP": url})
    with pytest.raises(ValueError, match="imaps://"):
        Mailbox.from_url(url)
