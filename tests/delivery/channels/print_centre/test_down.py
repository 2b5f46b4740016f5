"""A print centre that does not answer: its letters wait, mails go on, and the queue drains."""

import socket
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from app.core import clock, outbox, runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.delivery.channels.print_centre import line
from app.delivery.models import Attempt, ChannelHealth, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import State
from app.demo.catcher import Catcher
from app.demo.print_centre import PrintCentre
from app.documents.actions import publication
from app.documents.models import Document
from app.organisations.rules import Channel
from jobs import pump
from tests.chaos.channels_stage import prepare
from tests.factories import BY
from tests.installation import build

MANY = 20
WAIT = 3.0


def states(here: Runtime, channel: Channel) -> dict[State, int]:
    with here.database.reading():
        rows = select(Dispatch.state, func.count()).where(Dispatch.channel == channel)
        return {row[0]: row[1] for row in session().execute(rows.group_by(Dispatch.state))}


def test_mail_is_not_held_up_by_a_print_centre_that_is_silent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "SIGN_IN_SECONDS", WAIT)
    silent = socket.create_server(("127.0.0.1", 0))  # takes connections and never says a word
    centre = PrintCentre(tmp_path / "centre", silent.getsockname()[1])
    with Catcher(tmp_path / "mails") as catcher:
        here = build(tmp_path, mail_url=catcher.url, outbound_private=True, retry_seconds=30)
        with runtime.using(here):
            documents = prepare(here, [centre], MANY)
            with here.database.transaction():
                for one in documents:
                    publication.publish(session().get_one(Document, one), BY)
            pump.work(here, 60)
            assert sum(states(here, Channel.EMAIL).values()) == MANY
            gone = {State.SUBMITTED, State.UNDELIVERABLE}
            assert set(states(here, Channel.EMAIL)) <= gone
            assert states(here, Channel.PRINT) == {State.COMPONENT_DOWN: MANY}
            _a_few_have_tried(here)
            silent.close()
            with centre:
                _is_tried_again(here)
                pump.work(here, 60)
                line.hang_up()
                assert states(here, Channel.PRINT) == {State.SUBMITTED: MANY}
                assert len(centre.take()) == MANY
            with here.database.reading():
                assert session().scalar(select(ChannelHealth)) is None
        here.database.engine.dispose()


def _a_few_have_tried(here: Runtime) -> None:
    with here.database.reading():
        tried = select(Attempt).join(Dispatch).where(Dispatch.channel == Channel.PRINT)
        assert 1 <= len(session().scalars(tried).all()) <= pump.THREADS
        (house_id,) = session().scalars(select(Dispatch.organisation_id).distinct())
        down = channels.health_of(house_id)[Channel.PRINT]
        assert down.trouble in ("no answer in time", "the host has not answered yet")


def _is_tried_again(here: Runtime) -> None:
    """Let the time come at which one letter tries the channel."""
    with here.database.transaction():
        session().execute(update(ChannelHealth).values(next_try_at=clock.now()))
        rows = select(Dispatch.id).where(Dispatch.channel == Channel.PRINT)
        outbox.hasten(f"send:{session().scalars(rows).first()}")
