"""From what happened to what the program heard, through the real outbox and a real server."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access.grants import Role
from app.core import clock, journal
from app.core.db import session
from app.core.errors import Refused
from app.core.outbox import Promise
from app.core.runtime import Runtime
from app.delivery import actions as delivery
from app.delivery import queries as dispatches
from app.delivery.actions import moves
from app.delivery.actions.reading import note_read
from app.delivery.models import ReceiptKind
from app.documents import queries as documents
from app.notices.models import Notice
from app.organisations import queries as organisations
from app.webhooks.actions import deliveries, endpoints
from app.webhooks.rules import LONGEST_ANSWER, PAUSES, EndpointState, Outcome, State
from jobs import reactions
from tests import cast
from tests.core.outbound.servers import answering, serving
from tests.webhooks.house import (
    House,
    endpoint_of,
    happen,
    mine,
    one_delivery,
    open_in,
    told,
    tries,
    work,
)
from tests.webhooks.receiver import receiving

NEVER_BACK = "http://127.0.0.1:9/"


def test_a_program_hears_what_it_chose_once_and_signed(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url, ["quote.accepted"])
        program.secrets = [house.secret]
        entry = happen(here, house, answer="A", order_number="Jörg 7")
        happen(here, house, "document.opened")
        work(here)
        with here.database.transaction():
            reactions.react(entry)
        work(here)
    (heard,) = program.verified
    assert (heard["type"], heard["data"]["entry"]) == ("quote.accepted", entry)
    assert heard["data"]["order_number"] == "Jörg 7"
    (one,) = told(here)
    assert (one.state, one.tries, program.ids) == (State.DELIVERED, 1, [one.id])
    (attempt,) = tries(here)
    assert (attempt.outcome, attempt.status, attempt.answer) == (Outcome.ANSWERED, 204, "")
    assert attempt.milliseconds is not None
    assert program.forged == 0


def test_each_endpoint_is_told_for_itself(here: Runtime) -> None:
    with receiving() as one, receiving(500) as other:
        house = open_in(here, one.url)
        with here.database.transaction():
            second, secret = endpoints.add(house.anna, other.url, "", ["quote.accepted"])
            second_id = second.id
        one.secrets, other.secrets = [house.secret], [secret]
        happen(here, house)
        work(here)
    states = {found.endpoint_id: found.state for found in told(here)}
    assert states == {house.endpoint_id: State.DELIVERED, second_id: State.WAITING}
    assert len(one.verified) == len(other.verified) == 1
    assert one.ids != other.ids


@pytest.mark.parametrize("fault", [500, 503, 404, 401, 301, 0])
def test_after_a_fault_it_is_sent_again_with_the_same_id(here: Runtime, fault: int) -> None:
    with receiving(fault) as program:
        house = open_in(here, program.url)
        program.secrets = [house.secret]
        happen(here, house)
        work(here)
        (one,) = told(here)
        assert (one.state, one.failures) == (State.WAITING, 1)
        assert one.next_at is not None
        assert PAUSES[0] <= one.next_at - clock.now() + timedelta(seconds=5) <= 4 * PAUSES[0]
        work(here, one.next_at - timedelta(seconds=1))
        assert len(program.ids) == 1, "too early"
        work(here, one.next_at)
    assert program.ids == [one.id, one.id]
    assert [found.state for found in told(here)] == [State.DELIVERED]
    assert endpoint_of(here, house).failing_since is None


def test_after_the_last_try_it_has_failed(here: Runtime) -> None:
    with receiving(*[500] * 20) as program:
        program.body = b"out of order"
        house = open_in(here, program.url)
        program.secrets = []
        happen(here, house)
        moment, pauses = clock.now(), []
        while work(here, moment):
            (one,) = told(here)
            if one.next_at is not None:
                pauses.append(one.next_at - moment)
                moment = one.next_at
    (one,) = told(here)
    assert (one.state, one.tries, one.next_at) == (State.FAILED, 10, None)
    assert len(pauses) == len(PAUSES)
    for pause, least in zip(pauses, PAUSES, strict=True):
        assert least <= pause <= least * 1.1 + timedelta(seconds=1)
    assert {attempt.answer for attempt in tries(here)} == {"out of order"}
    with here.database.reading():
        assert session().scalars(select(Promise.task)).all() == []


def test_who_answers_410_is_told_nothing_more_and_the_administrators_learn_it(
    here: Runtime,
) -> None:
    with receiving(410) as program:
        house = open_in(here, program.url)
        program.secrets = [house.secret]
        happen(here, house)
        work(here)
        assert endpoint_of(here, house).state is EndpointState.GONE
        happen(here, house)
        work(here)
    assert len(program.ids) == 1
    assert [one.state for one in told(here)] == [State.FAILED]
    with here.database.reading() as opened:
        (notice,) = opened.scalars(select(Notice)).all()
    assert notice.address == "anna@lindenhof.example"
    assert "410" in " ".join(notice.said["sentences"])


def test_who_fails_for_five_days_is_paused_and_what_happens_then_can_be_sent_later(
    here: Runtime,
) -> None:
    house = open_in(here, NEVER_BACK)
    began = clock.now()
    with clock.standing_at(began):
        happen(here, house)
    work(here, began)
    with clock.standing_at(began + timedelta(days=4)):
        happen(here, house, "document.opened")
    work(here, began + timedelta(days=4))
    assert endpoint_of(here, house).state is EndpointState.ACTIVE
    work(here, began + timedelta(days=5, minutes=1))
    assert endpoint_of(here, house).state is EndpointState.PAUSED
    later = began + timedelta(days=6)
    with clock.standing_at(later):
        happen(here, house, "quote.rejected")
    work(here, later)
    assert {one.event: one.state for one in told(here)}["quote.rejected"] is State.SKIPPED
    with here.database.reading() as opened:
        (notice,) = opened.scalars(select(Notice)).all()
    assert notice.said["facts"] == [["Address", NEVER_BACK]]
    with receiving() as program:
        switch_on(here, house, program.url)
        with here.database.transaction(), clock.standing_at(later):
            since = began - timedelta(days=1)
            count, more = deliveries.replay_missed(mine(house), since, house.anna)
        work(here, later)
    assert (count, more) == (len(program.ids), False)
    assert {one.state for one in told(here)} == {State.DELIVERED}


def switch_on(here: Runtime, house: House, url: str) -> None:
    with here.database.transaction():
        endpoint = mine(house)
        endpoints.change(
            endpoint, house.anna, url=url, description="", events=endpoint.events, is_active=True
        )


def test_a_success_between_failures_begins_anew(here: Runtime) -> None:
    with receiving(500, 204, 204, 500) as program:
        house = open_in(here, program.url)
        began = clock.now()
        for days in (0, 3, 6):
            with clock.standing_at(began + timedelta(days=days)):
                happen(here, house)
            work(here, began + timedelta(days=days))
    found = endpoint_of(here, house)
    assert found.state is EndpointState.ACTIVE
    assert found.failing_since is not None
    assert found.failing_since > began + timedelta(days=5)


def test_the_guard_looks_at_each_call(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url)
        happen(here, house)
        work(here, is_private=False)
    assert program.ids == []
    (attempt,) = tries(here)
    assert (attempt.outcome, attempt.status) == (Outcome.REFUSED, None)
    assert [one.state for one in told(here)] == [State.WAITING]


def test_of_a_long_answer_the_beginning_is_kept_and_it_counts(here: Runtime) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n"
    with serving(answering(head, b"caf\xc3\xa9 \x00 \xff" + b"x" * 900_000)) as server:
        house = open_in(here, server.url())
        happen(here, house)
        work(here)
    (attempt,) = tries(here)
    assert attempt.outcome is Outcome.TOO_LARGE
    assert attempt.answer.startswith("café � �x")
    assert len(attempt.answer) == LONGEST_ANSWER
    assert [one.state for one in told(here)] == [State.DELIVERED]


def test_for_a_day_after_a_new_secret_both_sign(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url)
        with here.database.transaction():
            endpoint = mine(house)
            fresh = endpoints.rotate(endpoint, house.anna, 1)
        program.secrets = [house.secret, fresh]
        happen(here, house)
        work(here)
        assert len(program.signatures[0].split()) == 2
        program.secrets = [fresh]
        with here.database.transaction():
            # A message with tomorrow's date would be refused: the secret is older instead.
            endpoint = mine(house)
            endpoint.rotated_at = clock.now() - timedelta(hours=24)
            deliveries.replay(endpoint, one_delivery(), house.anna)
        work(here)
    assert len(program.ids) == 2
    assert len(program.signatures[1].split()) == 1


def test_a_second_click_takes_no_secret_away(here: Runtime) -> None:
    house = open_in(here, NEVER_BACK)
    with here.database.transaction():
        endpoint = mine(house)
        endpoints.rotate(endpoint, house.anna, 1)
    with here.database.transaction(), pytest.raises(Refused):
        endpoints.rotate(mine(house), house.anna, 1)
    assert endpoint_of(here, house).secret_number == 2


def test_what_arrived_can_be_sent_again_with_the_same_id(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url)
        program.secrets = [house.secret]
        happen(here, house)
        work(here)
        with here.database.transaction():
            deliveries.replay(mine(house), one_delivery(), house.anna)
        work(here)
    (one,) = told(here)
    assert program.ids == [one.id, one.id]
    assert [attempt.position for attempt in tries(here)] == [1, 2]


def test_a_test_event_says_that_it_is_one(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url, ["quote.accepted"])
        program.secrets = [house.secret]
        with here.database.transaction():
            deliveries.send_test(mine(house), house.anna)
        work(here)
    (heard,) = program.verified
    assert heard["type"] == "webhook.tested"
    assert heard["data"]["by"] == {"kind": "person", "name": "Anna Amsler"}


@pytest.mark.parametrize("state", [EndpointState.OFF, EndpointState.PAUSED, EndpointState.GONE])
def test_what_is_not_active_is_sent_nothing(here: Runtime, state: EndpointState) -> None:
    with receiving() as program:
        house = open_in(here, program.url)
        happen(here, house)
        work(here, only="reactions.react")
        with here.database.transaction():
            mine(house).state = state
        work(here)
        with here.database.transaction(), pytest.raises(Refused):
            deliveries.send_test(mine(house), house.anna)
        with here.database.transaction(), pytest.raises(Refused):
            deliveries.replay(mine(house), one_delivery(), house.anna)
    assert program.ids == []
    assert [one.state for one in told(here)] == [State.SKIPPED]


def test_another_house_hears_nothing(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url)
        with here.database.transaction():
            other = cast.found("brandt", "Brandt GmbH")
            journal.announce(
                "document.opened",
                journal.SYSTEM,
                organisation_id=other.id,
                about=("document", house.document_id),
            )
        work(here)
    assert told(here) == []


def test_an_eleventh_endpoint_is_refused_until_one_is_removed(here: Runtime) -> None:
    house = open_in(here, NEVER_BACK)
    with here.database.transaction():
        for number in range(9):
            endpoints.add(house.anna, f"https://hooks.example/{number}", "", ["document.opened"])
        with pytest.raises(Refused):
            endpoints.add(house.anna, "https://hooks.example/11", "", ["document.opened"])
        endpoints.remove(mine(house), house.anna)
        endpoints.add(house.anna, "https://hooks.example/11", "", ["document.opened"])


def test_the_first_opening_is_told_and_no_other(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url)
        program.secrets = [house.secret]
        with here.database.transaction():
            keller = organisations.customer_by_id(house.customer_id)
            assert keller is not None
            ruth = cast.contact(keller, "Ruth Keller")
            who = replace(house.anna, id=ruth.id, name=ruth.name, role=Role.CONTACT)
            document = documents.by_id(house.document_id)
            assert document is not None
            for kind in (ReceiptKind.OPENED, ReceiptKind.OPENED, ReceiptKind.DOWNLOADED):
                note_read(who, document, kind)
        work(here)
    assert [heard["type"] for heard in program.verified] == ["document.opened"]


def test_an_undeliverable_dispatch_is_told_once(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url, ["dispatch.undeliverable"])
        program.secrets = [house.secret]
        with here.database.transaction():
            delivery.dispatch_document(house.document_id)
            (dispatch,) = dispatches.of_document(house.document_id)
            moves.note(moves.UNDELIVERABLE, dispatch, journal.SYSTEM, answer="550 no such user")
            dispatch_id = dispatch.id
        work(here)
    (heard,) = program.verified
    assert heard["data"]["dispatch"] == dispatch_id
    assert heard["data"]["answer"] == "550 no such user"
    assert heard["data"]["document"]["number"] == "2026-0412"


def test_after_thirty_days_the_log_is_forgotten(here: Runtime) -> None:
    with receiving() as program:
        house = open_in(here, program.url)
        program.secrets = [house.secret]
        happen(here, house)
        work(here)
    for days, left in ((29, 1), (31, 0)):
        with here.database.transaction(), clock.standing_at(clock.now() + timedelta(days=days)):
            deliveries.sweep()
        assert (len(told(here)), len(tries(here))) == (left, left)
