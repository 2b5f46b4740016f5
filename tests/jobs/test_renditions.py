"""From publication to the finished file, through the real relay of promises."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, outbox
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.documents.formats.official_rules import RuleEngine
from app.renditions import queries
from app.renditions.actions import making, wishes
from app.renditions.rules import Form, State
from jobs import runner
from tests import cast, factories
from tests.documents.conftest import engine

__all__ = ["engine"]


@pytest.fixture(autouse=True)
def _one_engine(engine: RuleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "RuleEngine", lambda _folder: engine)


def published(here: Runtime) -> str:
    with here.database.transaction():
        house = cast.found("lindenhof", "Haus Lindenhof")
        keller = cast.customer(house, "K-1", "Ruth Keller", None)
        return factories.invoice_for(keller, "2026-0412").id


def work(here: Runtime, task: str) -> None:
    with here.database.reading() as session:
        found = session.scalars(select(Promise.id).where(Promise.task == task)).all()
    assert found
    for one in found:
        runner.run(here, one)


def test_a_published_document_is_made_for_people(here: Runtime) -> None:
    document_id = published(here)
    work(here, "reactions.react")
    work(here, "renditions.make")
    with here.database.reading() as session:
        (found,) = queries.of_document(document_id)
        left = session.scalars(select(Promise.task)).all()
    assert (found.form, found.state) == (Form.FACTURX, State.MADE)
    assert "renditions.make" not in left


def test_a_worker_that_died_is_followed_by_another(here: Runtime) -> None:
    document_id = published(here)
    work(here, "reactions.react")
    with here.database.transaction():
        (found,) = queries.of_document(document_id)
        task = outbox.claim_by_key(wishes.promise_key(found.id), timedelta(seconds=60))
        asked = making.order(found.id)
    assert task is not None
    assert asked is not None
    making.make(asked)  # the bytes are stored, and then the worker is killed
    with clock.standing_at(clock.now() + timedelta(seconds=61)):
        work(here, "renditions.make")
    with here.database.reading():
        (found,) = queries.of_document(document_id)
    assert found.state is State.MADE
    assert runner.run(here, task.id) is False
