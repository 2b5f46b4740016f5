"""Mails through a real Postfix, and its real reports back to us: each dispatch ends where it stands."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.core import clock, outbox, runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.delivery import actions, queries
from app.delivery.models import BlockedAddress, Dispatch, Event
from app.demo.catcher import Behaviour, Catcher
from app.organisations.models import Organisation
from jobs import pump
from tests import cast, databases, factories
from tests.both import installation
from tests.delivery.postfix import free_port, postfix
from tests.jobs import processes

SAYS = {
    "unknown": "550 5.1.1 User unknown",
    "full": "552 5.2.2 Mailbox full",
    "policy": "550 5.7.1 We do not like it",
    "grey": "451 4.7.1 Greylisted, try again later",
    "good": "",
}
"""Local part → what the recipient's server says to RCPT."""


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Runtime]:
    with installation(databases.kinds()[0], tmp_path, retry_seconds=1) as one:
        yield one


def said(recipient: str) -> Behaviour:
    return Behaviour(to_recipient=SAYS[recipient.partition("@")[0]])


def dispatches(house: Organisation) -> dict[str, str]:
    """Publish an invoice for each of `SAYS`; returns local part → id of the dispatch."""
    made = {}
    for number, name in enumerate(SAYS):
        customer = cast.customer(house, f"K-{number}", name.title(), f"{name}@kunden.example")
        session().flush()
        document = factories.invoice_for(customer, f"2026-{number}")
        actions.dispatch_document(document.id)
        (one,) = queries.of_document(document.id)
        made[name] = one.id
    return made


def stand(here: Runtime, made: dict[str, str]) -> dict[str, str]:
    """Return where each dispatch stands; `delayed` is said beside its state."""
    with here.database.reading():
        rows = {one.id: one for one in session().scalars(select(Dispatch))}
        return {
            name: rows[key].state.value + (", delayed" if rows[key].is_delayed else "")
            for name, key in made.items()
        }


def work(here: Runtime) -> None:
    with here.database.transaction():
        session().execute(update(outbox.Promise).values(due_at=clock.now()))
    pump.work(here, 50)


def test_reports_of_a_real_mail_server_bring_every_dispatch_to_its_true_state(
    here: Runtime, tmp_path: Path
) -> None:
    with here.database.transaction():
        made = dispatches(cast.found("lindenhof", "Haus Lindenhof"))
    lmtp = free_port()
    environ = processes.environment(here.settings, KONTOR_MAIL_IN=f"127.0.0.1:{lmtp}")
    command = [sys.executable, "-m", "jobs.mail_in"]
    with (
        Catcher(tmp_path / "mx", choice=said) as mx,
        postfix(
            {
                "kunden.example": f"smtp:[127.0.0.1]:{mx.port}",
                "bounces.kontor.test": f"lmtp:inet:127.0.0.1:{lmtp}",
            }
        ) as port,
        processes.process(command, environ, tmp_path / "mail_in.log"),
        runtime.using(
            replace(
                here,
                settings=replace(here.settings, mail_url=f"smtp://127.0.0.1:{port}?starttls=no"),
            )
        ) as there,
    ):
        expected = {
            "unknown": "undeliverable",
            "full": "undeliverable",
            "policy": "undeliverable",
            "grey": "submitted, delayed",
            "good": "dispatched",
        }

        def is_told() -> bool:
            work(there)
            return stand(here, made) == expected

        processes.eventually(is_told, 60)
        work(there)
    with here.database.reading():
        blocked = {one.address: one.code for one in session().scalars(select(BlockedAddress))}
        told = {one.dispatch_id: one for one in session().scalars(select(Event))}
    assert blocked == {"unknown@kunden.example": "5.1.1"}
    assert told[made["full"]].code == "5.2.2"
    assert told[made["policy"]].reason.startswith("550 5.7.1")
    assert {one.round for one in told.values()} == {1}
