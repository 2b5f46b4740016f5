from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids
from app.delivery import actions, queries
from app.delivery.models import Dispatch
from app.delivery.queries import Filters, dispatches
from app.delivery.rules import NEEDS_CARE, State, Went
from app.organisations.models import Customer, Organisation
from app.organisations.rules import Channel
from tests import cast, factories

NOON = datetime(2026, 10, 30, 12, tzinfo=UTC)


def numbers(who: Principal, filters: Filters) -> set[str]:
    return {one.number for one in queries.page(who, filters, None, back=False, limit=100)}


def send(customer: Customer, number: str) -> Dispatch:
    document = factories.invoice_for(customer, number)
    actions.dispatch_document(document.id)
    (one,) = queries.of_document(document.id)
    return one


def test_walking_shows_every_dispatch_once_forth_and_back(
    keller: Customer, ben: Principal, session: Session
) -> None:
    made = [send(keller, f"N-{number}").id for number in range(14)]
    forth: list[str] = []
    while rows := queries.page(ben, Filters(), forth[-1] if forth else None, back=False, limit=4):
        forth += [one.id for one in rows]
    back = [forth[-1]]
    while rows := queries.page(ben, Filters(), back[0], back=True, limit=3):
        back = [one.id for one in rows] + back
    assert forth == back == made[::-1]


def test_filters_narrow_and_add_up(
    house: Organisation, keller: Customer, ben: Principal, session: Session
) -> None:
    portal = cast.customer(house, "K-2", "Max Huber", None)
    session.flush()
    with clock.standing_at(NOON):
        send(keller, "RE-1")
    with clock.standing_at(NOON + timedelta(days=1)):
        late = send(keller, "RE-2")
        send(portal, "P-1")
    session.execute(update(Dispatch).where(Dispatch.id == late.id).values(state=State.FAILED))
    for filters, found in (
        (Filters(), {"RE-1", "RE-2", "P-1"}),
        (Filters(channel=Channel.PORTAL), {"P-1"}),
        (Filters(channel=Channel.EMAIL), {"RE-1", "RE-2"}),
        (Filters(state=State.FAILED), {"RE-2"}),
        (Filters(state=State.QUEUED), {"RE-1"}),
        (Filters(since=NOON + timedelta(seconds=1)), {"RE-2", "P-1"}),
        (Filters(until=NOON), set()),
        (Filters(until=NOON + timedelta(seconds=1)), {"RE-1"}),
        (Filters(since=NOON, until=NOON + timedelta(days=1)), {"RE-1"}),
        (Filters(number="re-"), {"RE-1", "RE-2"}),
        (Filters(number=" RE-2 "), {"RE-2"}),
        (Filters(number="%"), set()),
        (Filters(recipient="RUTH@"), {"RE-1", "RE-2"}),
        (Filters(recipient="ruth@kunden.example", number="re-1"), {"RE-1"}),
        (Filters(recipient="uth"), set()),
        (Filters(channel=Channel.PORTAL, state=State.FAILED), set()),
    ):
        assert numbers(ben, filters) == found, filters


@pytest.mark.parametrize("role", [Role.PRIMARY_CONTACT, Role.CONTACT, Role.GUEST])
def test_customers_see_no_dispatches(
    dispatch: Dispatch, keller: Customer, ben: Principal, role: Role
) -> None:
    ruth = replace(ben, role=role, customer_id=keller.id)
    assert queries.one(ruth, dispatch.id) is None
    assert numbers(ruth, Filters()) == set()
    assert queries.needing_care(ruth, 10) == []


def test_a_house_sees_its_own_only(dispatch: Dispatch, ben: Principal) -> None:
    stranger = replace(ben, organisation_id=cast.found("brandt", "Brandt GmbH").id)
    assert queries.one(stranger, dispatch.id) is None
    assert queries.one(ben, dispatch.id) is dispatch
    assert queries.one(ben, ids.new()) is None
    assert numbers(stranger, Filters()) == set()
    foreign = queries.lately(stranger, "UTC", 14, NOON - timedelta(days=999))
    assert sum(sum(went.values()) for _day, went in foreign.days) == 0


def test_the_desk_shows_what_somebody_has_to_look_at(
    keller: Customer, ben: Principal, session: Session
) -> None:
    for state in State:
        one = send(keller, state.value)
        session.execute(update(Dispatch).where(Dispatch.id == one.id).values(state=state))
    session.expire_all()
    assert {one.state for one in queries.needing_care(ben, 100)} == NEEDS_CARE
    assert len(queries.needing_care(ben, 2)) == 2
    hour = timedelta(hours=1)
    assert queries.lately(ben, "UTC", 1, clock.now() - hour).since == dict.fromkeys(NEEDS_CARE, 1)
    assert queries.lately(ben, "UTC", 1, clock.now() + hour).since == dict.fromkeys(NEEDS_CARE, 0)


def test_every_day_has_a_bar_also_where_nothing_was_sent(
    keller: Customer, ben: Principal, session: Session
) -> None:
    for days in (0, 0, 2, 13, 14):
        with clock.standing_at(NOON - timedelta(days=days)):
            send(keller, f"N-{days}-{ids.new()}")
    with clock.standing_at(NOON):
        bars = queries.lately(ben, "Europe/Zurich", 14, NOON).days
    assert len(bars) == 14
    assert [day for day, _ in bars] == [date(2026, 10, 17) + timedelta(days=n) for n in range(14)]
    counts = {day: sum(went.values()) for day, went in bars}
    assert counts[date(2026, 10, 30)] == 2
    assert counts[date(2026, 10, 28)] == 1
    assert counts[date(2026, 10, 17)] == 1
    assert sum(counts.values()) == 4


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        # On 25 October 2026 the clocks of Zurich go back: that day has 25 hours.
        ("Europe/Zurich", datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Zurich", datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24)),
        ("Europe/Zurich", datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        ("Europe/Zurich", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),
        ("UTC", datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 25)),
        ("Pacific/Auckland", datetime(2026, 10, 25, 11, 0, tzinfo=UTC), date(2026, 10, 26)),
        ("America/St_Johns", datetime(2026, 10, 26, 2, 29, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_a_day_is_one_of_the_organisations_clock(
    keller: Customer, ben: Principal, zone: str, moment: datetime, day: date
) -> None:
    with clock.standing_at(moment):
        send(keller, "N-1")
    with clock.standing_at(NOON):
        bars = dict(queries.lately(ben, zone, 14, NOON).days)
    assert [one for one, went in bars.items() if sum(went.values())] == [day]


def test_a_day_says_what_was_sent_what_failed_and_what_waits(
    keller: Customer, ben: Principal, session: Session
) -> None:
    with clock.standing_at(NOON):
        for state in State:
            one = send(keller, state.value)
            session.execute(update(Dispatch).where(Dispatch.id == one.id).values(state=state))
        ((_day, went),) = queries.lately(ben, "UTC", 1, NOON).days
    assert went == {Went.SENT: 4, Went.FAILED: len(NEEDS_CARE), Went.WAITING: 3}


def test_what_is_counted_for_a_sentence_is_counted_so_far_and_no_further(
    keller: Customer, ben: Principal, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatches, "ENOUGH", 2)
    for number in range(4):
        send(keller, f"F-{number}")
    session.execute(update(Dispatch).values(state=State.FAILED))
    found = queries.lately(ben, "UTC", 1, clock.now() - timedelta(hours=1))
    assert found.since[State.FAILED] == 3
