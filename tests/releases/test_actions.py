from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.core import ids, languages, outbox
from app.core.errors import Refused
from app.core.journal import Entry
from app.core.progress import WorkState
from app.documents.actions import publication
from app.documents.models import Content, Document
from app.documents.queries import Filters
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.organisations.models import Customer, Organisation
from app.releases import actions, queries
from app.releases.models import Release, ReleaseItem
from app.releases.rules import ItemState
from tests import cast, factories
from tests.factories import BY
from tests.releases.conftest import Begin


def items(session: Session, release: Release) -> dict[str, ReleaseItem]:
    session.flush()
    rows = select(ReleaseItem).where(ReleaseItem.release_id == release.id)
    return {one.document_id: one for one in session.scalars(rows)}


def told(session: Session, about: str) -> list[str]:
    session.flush()
    rows = select(Entry.name).where(Entry.object_id == about).order_by(Entry.id)
    return list(session.scalars(rows))


def lanes(session: Session) -> int:
    session.flush()
    return session.scalar(select(func.count()).where(outbox.Promise.task == actions.PUBLISH)) or 0


def test_a_release_publishes_everything_and_says_so_once(
    ready: list[Document], begin: Begin, session: Session
) -> None:
    release = begin()
    assert (release.total, lanes(session)) == (4, 1)
    actions.work(release.id, 1)
    assert {one.state for one in ready} == {State.PUBLISHED}
    assert {one.state for one in items(session, release).values()} == {ItemState.PUBLISHED}
    assert release.state is WorkState.FINISHED
    assert told(session, release.id) == ["release.started", "release.finished"]
    for document in ready:
        assert told(session, document.id).count("document.published") == 1


def test_work_that_is_done_again_does_nothing(
    ready: list[Document], begin: Begin, session: Session
) -> None:
    release = begin()
    for _again in range(3):
        actions.work(release.id, 1)
    assert told(session, release.id).count("release.finished") == 1
    assert told(session, ready[0].id).count("document.published") == 1


def test_a_slice_is_published_at_a_time_and_promises_the_next(
    ready: list[Document], begin: Begin, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "SLICE", 3)
    release = begin()
    before = lanes(session)
    actions.work(release.id, 1)
    assert queries.counts_of(release.id)[ItemState.PUBLISHED] == 3
    assert (lanes(session), release.state) == (before + 1, WorkState.RUNNING)
    actions.work(release.id, 1)
    assert (lanes(session), release.state) == (before + 1, WorkState.FINISHED)


def test_the_set_is_what_fits_at_the_moment_of_the_decision(
    ready: list[Document], begin: Begin, keller: Customer, house: Organisation, session: Session
) -> None:
    said = factories.einvoice("Q-1", buyer=keller.name, customer_number=keller.number)
    quote = factories.take_in(house.id, said, kind=Kind.QUOTE)
    later = factories.invoice_for(keller, "R-9", issued=date(2026, 11, 5))
    assert set(items(session, begin(Filters(kind=Kind.QUOTE)))) == {quote.id}
    assert set(items(session, begin(Filters(since=date(2026, 11, 1))))) == {later.id}
    assert set(items(session, begin(Filters(search="r-2")))) == {ready[2].id}
    named = Filters(search="ruth", named_customers=(keller.id,))
    assert len(items(session, begin(named))) == 6
    assert set(items(session, begin(chosen=(ready[0].id, ready[3].id)))) == {
        ready[0].id,
        ready[3].id,
    }
    factories.invoice_for(keller, "R-10")
    assert len(items(session, begin(Filters(customer_id=keller.id)))) == 7


def test_only_what_is_ready_and_ones_own_is_released(
    ready: list[Document], begin: Begin, session: Session
) -> None:
    publication.publish(ready[0], BY)
    brandt = cast.found("brandt", "Brandt GmbH", publishes_at_once=False)
    strange = factories.invoice_for(cast.customer(brandt, "K-1", "Fremde AG", None), "X-1")
    chosen = (ready[0].id, ready[1].id, strange.id)
    assert set(items(session, begin(chosen=chosen))) == {ready[1].id}


def test_nothing_that_is_ready_makes_no_release(house: Organisation, session: Session) -> None:
    with pytest.raises(Refused):
        actions.start(ids.new(), house.id, BY, Filters())


def test_the_same_form_sent_twice_is_one_release(
    ready: list[Document], house: Organisation, session: Session
) -> None:
    one = ids.new()
    assert actions.start(one, house.id, BY, Filters())
    assert not actions.start(one, house.id, BY, Filters())
    assert session.scalar(select(func.count()).select_from(ReleaseItem)) == 4


def test_a_refusal_is_kept_with_its_reason_and_the_others_go_on(
    ready: list[Document], begin: Begin, session: Session
) -> None:
    release = begin()
    publication.discard(ready[0], BY)
    said = session.get_one(Content, ready[1].id)
    said.einvoice = {**(said.einvoice or {}), "number": ""}
    with languages.speaking("de"):
        actions.work(release.id, 1)
    found = items(session, release)
    assert found[ready[0].id].state is found[ready[1].id].state is ItemState.REFUSED
    assert found[ready[0].id].reason == actions.DECIDED
    assert found[ready[1].id].reason.startswith("This file holds no document")
    assert {ready[2].state, ready[3].state} == {State.PUBLISHED}
    assert (ready[0].state, ready[1].state) == (State.DISCARDED, State.READY)
    finished = session.scalars(select(Entry).where(Entry.name == "release.finished")).one()
    assert finished.data == {"published": 2, "refused": 2, "failed": 0}


def test_what_goes_wrong_with_one_document_leaves_nothing_of_it_behind(
    ready: list[Document], begin: Begin, session: Session
) -> None:
    release = begin()
    session.execute(
        update(Content).where(Content.document_id == ready[2].id).values(findings=[{"no": "rule"}])
    )
    session.expire_all()
    actions.work(release.id, 1)
    assert items(session, release)[ready[2].id].state is ItemState.FAILED
    assert ready[2].state is State.READY
    assert "document.published" not in told(session, ready[2].id)
    assert queries.counts_of(release.id)[ItemState.PUBLISHED] == 3


def test_of_two_versions_the_newer_is_published_and_the_older_never_seen(
    keller: Customer, begin: Begin, session: Session
) -> None:
    older, newer = (factories.invoice_for(keller, "R-1") for _version in range(2))
    assert (older.version, newer.version) == (1, 2)
    release = begin()
    actions.work(release.id, 1)
    assert (older.state, newer.state) == (State.DISCARDED, State.PUBLISHED)
    assert items(session, release)[older.id].state is ItemState.REFUSED
    assert "document.published" not in told(session, older.id)


def test_a_stopped_release_publishes_nothing_until_it_is_resumed(
    ready: list[Document], begin: Begin, session: Session
) -> None:
    release = begin()
    actions.stop(release, BY)
    actions.work(release.id, 1)
    assert queries.counts_of(release.id)[ItemState.WAITING] == 4
    actions.resume(release, BY)
    actions.work(release.id, 1)
    assert queries.counts_of(release.id)[ItemState.WAITING] == 4, "work of a round before ends"
    actions.work(release.id, 2)
    assert release.state is WorkState.FINISHED
    assert told(session, release.id) == [
        "release.started",
        "release.stopped",
        "release.resumed",
        "release.finished",
    ]


def test_a_release_whose_work_fails_again_and_again_waits_for_a_person(
    ready: list[Document], begin: Begin
) -> None:
    release = begin()
    actions.give_up(release.id, 2)
    assert release.state is WorkState.RUNNING
    actions.give_up(release.id, 1)
    assert release.state is WorkState.STOPPED


def test_what_was_refused_is_tried_again_one_or_all(
    ready: list[Document], begin: Begin, session: Session
) -> None:
    release = begin()
    for document in ready[:3]:
        session.execute(update(Document).where(Document.id == document.id).values(state=State.HELD))
    session.expire_all()
    actions.work(release.id, 1)
    assert queries.counts_of(release.id)[ItemState.REFUSED] == 3
    session.execute(update(Document).values(state=State.READY).where(Document.state == State.HELD))
    session.expire_all()
    assert actions.retry(release, BY, ready[0].id) == 1
    assert release.state is WorkState.RUNNING
    actions.work(release.id, release.round)
    assert ready[0].state is State.PUBLISHED
    assert actions.retry(release, BY) == 2
    actions.work(release.id, release.round)
    assert queries.counts_of(release.id)[ItemState.PUBLISHED] == 4
    assert told(session, release.id).count("release.finished") == 3
    with pytest.raises(Refused):
        actions.retry(release, BY)


@pytest.mark.parametrize("verb", [actions.stop, actions.resume])
def test_a_finished_release_is_left_alone(
    ready: list[Document], begin: Begin, verb: Callable[..., object]
) -> None:
    release = begin()
    actions.work(release.id, 1)
    with pytest.raises(Refused):
        verb(release, BY)
