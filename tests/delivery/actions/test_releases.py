"""Letting go what is held, together: what was seen, all of it, each once, and nothing newer."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids, journal, outbox, runtime
from app.core.db import session as current
from app.core.errors import Refused
from app.delivery import actions, queries
from app.delivery.actions import releases
from app.delivery.models import ChannelSettings, DeliveryRelease, Dispatch
from app.delivery.queries.dispatches import Filters
from app.delivery.queries.releases import forecast, kept, restored
from app.delivery.rules import Held, State
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel
from tests import cast, databases, factories
from tests.both import installation
from tests.released import EVERYTHING

pytestmark = pytest.mark.usefixtures("slices_of_two")


@pytest.fixture
def slices_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releases, "SLICE", 2)


def hold(customer: Customer, count: int, why: Held = Held.RELEASE) -> list[str]:
    """Have some dispatches held; returns their ids."""
    made = []
    for _number in range(count):
        document = factories.invoice_for(customer, f"H-{ids.new()[-8:]}")
        actions.dispatch_document(document.id)
        (one,) = queries.of_document(document.id)
        change = update(Dispatch).where(Dispatch.id == one.id)
        current().execute(change.values(state=State.HELD, held_because=why))
        made.append(one.id)
    current().expire_all()
    return made


def start(house: Organisation, who: Principal) -> DeliveryRelease:
    found = forecast(house.id, Filters())
    return releases.start(house, who, filters=Filters(), newest=found.newest, found=found)


def states(of: list[str]) -> list[State]:
    current().expire_all()
    rows = select(Dispatch.state).where(Dispatch.id.in_(of)).order_by(Dispatch.id)
    return list(current().scalars(rows))


def test_the_forecast_says_what_goes_for_whom_at_what_cost_and_what_stays(
    house: Organisation, keller: Customer, session: Session
) -> None:
    held = hold(keller, 3)
    hold(keller, 1, Held.OBSTACLE)
    session.execute(update(Dispatch).where(Dispatch.id == held[0]).values(channel=Channel.PRINT))
    session.add(
        ChannelSettings(
            organisation_id=house.id,
            channel=Channel.PRINT,
            is_on=True,
            cost_minor=120,
            changed_at=clock.now(),
        )
    )
    session.flush()
    found = forecast(house.id, Filters())
    assert [(one.channel, one.count) for one in found.heaps] == [
        (Channel.EMAIL, 2),
        (Channel.PRINT, 1),
    ]
    assert (found.total, found.customers, found.newest) == (3, 1, held[2])
    assert (found.cost_minor, found.is_cost_complete) == (120, False)
    assert found.stuck == {Held.OBSTACLE: 1}
    printed = forecast(house.id, Filters(channel=Channel.PRINT))
    assert (printed.total, printed.cost_minor, printed.is_cost_complete) == (1, 120, True)
    assert forecast(ids.new(), Filters()).total == 0


def test_everything_goes_in_slices_and_what_came_later_or_is_held_otherwise_stays(
    house: Organisation, keller: Customer, ben: Principal
) -> None:
    held, stuck = hold(keller, 5), hold(keller, 1, Held.OBSTACLE)
    release = start(house, ben)
    later = hold(keller, 1)
    seen = []
    while release.finished_at is None:
        releases.go_on(release.id)
        seen.append((release.released, release.left))
    assert seen == [(2, 0), (4, 0), (5, 0)]
    assert states(held) == [State.QUEUED] * 5
    assert states(stuck + later) == [State.HELD] * 2
    with pytest.raises(Refused):
        releases.start(
            house,
            ben,
            filters=Filters(),
            newest=release.newest,
            found=forecast(house.id, Filters(), release.newest),
        )


def test_a_slice_that_is_run_again_and_one_that_somebody_was_faster_with_count_right(
    house: Organisation, keller: Customer, ben: Principal, session: Session
) -> None:
    held = hold(keller, 4)
    release = start(house, ben)
    withdrawn = queries.by_id(held[3])
    assert withdrawn is not None
    actions.withdraw(withdrawn, ben)
    for _once_more in range(6):
        releases.go_on(release.id)
    assert (release.released, release.left) == (3, 0)
    assert states(held) == [State.QUEUED] * 3 + [State.CANCELLED]
    lines = select(func.count()).where(
        journal.Entry.name == "dispatch.released", journal.Entry.object_kind == "dispatch"
    )
    assert session.scalar(lines) == 3


@pytest.mark.parametrize("kind", databases.kinds())
def test_two_workers_at_the_same_slice_let_each_go_once(kind: str, tmp_path: Path) -> None:
    with installation(kind, tmp_path) as here:
        with here.database.transaction():
            house = cast.found("lindenhof", "Haus Lindenhof")
            keller = cast.customer(house, "K-1", "Ruth Keller", "ruth@kunden.example")
            current().flush()
            held = hold(keller, 5)
            ben = Principal(
                role=Role.STAFF,
                id=ids.new(),
                name="Ben Brunner",
                organisation_id=house.id,
                rights=EVERYTHING,
            )
            release_id = start(house, ben).id
        at_once = threading.Barrier(2)
        failed: list[BaseException] = []

        def work() -> None:
            try:
                with runtime.using(here):
                    for _slice in range(4):
                        at_once.wait(30)
                        with here.database.transaction():
                            releases.go_on(release_id)
            except BaseException as error:
                failed.append(error)
                at_once.abort()

        workers = [threading.Thread(target=work) for _number in range(2)]
        for one in workers:
            one.start()
        for one in workers:
            one.join(60)
        assert failed == []
        with here.database.reading() as session:
            release = session.get_one(DeliveryRelease, release_id)
            assert (release.released, release.finished_at is not None) == (5, True)
            assert states(held) == [State.QUEUED] * 5
            lines = select(func.count()).where(
                journal.Entry.name == "dispatch.released", journal.Entry.object_kind == "dispatch"
            )
            assert session.scalar(lines) == 5
            promised = select(func.count()).where(outbox.Promise.task == "delivery.send")
            assert session.scalar(promised) == 5


def test_a_release_keeps_what_the_list_was_narrowed_to(house: Organisation) -> None:
    narrowed = Filters(
        channel=Channel.PRINT,
        recipient="ruth",
        number="2026-",
        since=clock.now(),
        until=clock.now() + timedelta(days=1),
    )
    assert restored(kept(narrowed)) == narrowed
    assert kept(Filters()) == {}
    assert restored({}) == Filters()
