"""The groups of dispatches: each page once, counted to a bound, and a queue that empties as people work."""

from datetime import timedelta
from unittest.mock import ANY

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.access.grants import Role
from app.access.principal import Principal
from app.core import clock, ids
from app.delivery import actions, queries
from app.delivery.actions import releasing
from app.delivery.models import Dispatch
from app.delivery.queries import Filters, working
from app.delivery.queries.working import Count
from app.delivery.rules import State
from app.delivery.rules.tabs import STATES, UNCONFIRMED_AFTER, Tab
from app.organisations.models import Customer
from app.organisations.rules import Channel
from tests import factories

LONG_AGO = UNCONFIRMED_AFTER + timedelta(minutes=1)


def stand(customer: Customer, session: Session, *states: State, **values: object) -> list[str]:
    """Make a dispatch in each of some states, since long ago; returns their ids."""
    made = []
    for number, state in enumerate(states):
        document = factories.invoice_for(customer, f"W-{ids.new()[-6:]}-{number}")
        actions.dispatch_document(document.id)
        (one,) = queries.of_document(document.id)
        change = {"state": state, "changed_at": clock.now() - LONG_AGO, **values}
        session.execute(update(Dispatch).where(Dispatch.id == one.id).values(change))
        made.append(one.id)
    session.expire_all()
    return made


def shown(who: Principal, tab: Tab, **filters: object) -> list[str]:
    given = Filters(**filters)  # type: ignore[arg-type]
    return [one.id for one in working.page(who, tab, given, None, back=False, limit=50)]


def counted(who: Principal) -> dict[Tab, int]:
    return {tab: count.number for tab, count in working.counts(who).items() if count.number}


def test_every_group_shows_and_counts_its_states_alone(
    keller: Customer, ben: Principal, session: Session
) -> None:
    made = stand(keller, session, *State)
    for tab in Tab:
        expected = [one for one, state in zip(made, State, strict=True) if state in STATES[tab]]
        assert shown(ben, tab) == expected[::-1], tab
        if tab is not Tab.ALL:
            assert working.counts(ben)[tab] == Count(len(expected), False)
    assert shown(ben, Tab.ERRORS, state=State.DELIVERED) == []
    assert shown(ben, Tab.ERRORS, state=State.FAILED) == [made[list(State).index(State.FAILED)]]


def test_walking_through_a_group_of_several_states_shows_each_once_forth_and_back(
    keller: Customer, ben: Principal, session: Session
) -> None:
    made = stand(keller, session, *[State.FAILED, State.REJECTED, State.DELIVERED] * 3)
    expected = [one for number, one in enumerate(made) if number % 3 < 2][::-1]

    def page(cursor: str | None, *, back: bool) -> list[str]:
        rows = working.page(ben, Tab.ERRORS, Filters(), cursor, back=back, limit=2)
        return [one.id for one in rows]

    forth: list[str] = []
    while rows := page(forth[-1] if forth else None, back=False):
        forth += rows
    back = [forth[-1]]
    while rows := page(back[0], back=True):
        back = rows + back
    assert forth == back == expected


def test_a_group_is_counted_so_far_and_no_further(
    keller: Customer, ben: Principal, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working, "ENOUGH", 3)
    stand(keller, session, *[State.DELIVERED] * 4, *[State.CANCELLED] * 3)
    found = working.counts(ben)
    assert found[Tab.ARRIVED] == Count(3, True)
    assert found[Tab.WITHDRAWN] == Count(3, False)


def test_what_is_ticked_off_leaves_its_queue_and_comes_back_by_hand_or_with_its_state(
    keller: Customer, ben: Principal, session: Session
) -> None:
    (one,) = stand(keller, session, State.UNDELIVERABLE)
    dispatch = queries.by_id(one)
    assert dispatch is not None
    releasing.tick_off(dispatch, ben)
    assert (shown(ben, Tab.ERRORS), counted(ben)) == ([], {})
    assert shown(ben, Tab.ALL) == [one]
    releasing.put_back(dispatch, ben)
    assert (shown(ben, Tab.ERRORS), counted(ben)) == ([one], {Tab.ERRORS: 1})
    releasing.tick_off(dispatch, ben)
    actions.try_again(dispatch, "ruth@kunden.example", ben)
    assert (dispatch.done_at, counted(ben)) == (None, {Tab.UNDER_WAY: 1})


@pytest.mark.parametrize(
    ("values", "waits"),
    [
        ({}, True),
        ({"changed_at": ANY}, False),
        ({"opened_at": ANY}, False),
        ({"channel": Channel.PORTAL}, False),
        ({"done_at": ANY}, False),
    ],
    ids=["long ago", "just now", "opened", "portal", "ticked off"],
)
def test_what_was_sent_asks_for_care_when_nobody_confirms_it_for_long(
    keller: Customer, ben: Principal, session: Session, values: dict[str, object], waits: bool
) -> None:
    given = {name: clock.now() if value is ANY else value for name, value in values.items()}
    made = stand(keller, session, State.SUBMITTED, **given)
    assert shown(ben, Tab.UNCONFIRMED) == (made if waits else [])
    assert counted(ben) == ({Tab.UNCONFIRMED: 1} if waits else {})


def test_a_group_is_of_the_own_house_and_of_staff_alone(
    keller: Customer, ben: Principal, session: Session
) -> None:
    stand(keller, session, State.FAILED)
    strangers = Principal(role=Role.STAFF, id=ids.new(), name="Dora", organisation_id=ids.new())
    reader = Principal(
        role=Role.CONTACT,
        id=ids.new(),
        name="Ruth",
        organisation_id=ben.organisation_id,
        customer_id=keller.id,
    )
    for who in (strangers, reader):
        assert shown(who, Tab.ERRORS) == shown(who, Tab.ALL) == []
        assert counted(who) == {}
