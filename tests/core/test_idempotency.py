from datetime import timedelta

import pytest

from app.core import clock, idempotency
from app.core.db import session
from app.core.idempotency import Answer, Asked, Reused
from app.core.runtime import Runtime
from tests import cast
from tests.races.together import together


def asked(here: Runtime, request_hash: str = "a" * 64) -> Asked:
    with here.database.transaction():
        house = cast.found("lindenhof", "Haus Lindenhof")
    return Asked(house.id, "POST /x", "key", request_hash)


def test_of_parallel_requests_one_does_the_work_and_all_get_its_answer(here: Runtime) -> None:
    one, done = asked(here), []

    def ask(number: int) -> dict[str, int]:
        before = idempotency.begin(one)
        if before is not None:
            return before.body
        done.append(number)
        idempotency.finish(one, Answer(201, {"number": number}))
        return {"number": number}

    answers = together(here, 12, ask)
    assert len(done) == 1
    assert answers == [{"number": done[0]}] * 12


def test_a_claim_that_was_rolled_back_leaves_nothing(here: Runtime) -> None:
    one = asked(here)

    def fail() -> None:
        with here.database.transaction():
            assert idempotency.begin(one) is None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with here.database.transaction():
        assert idempotency.answered(one) is None
        assert idempotency.begin(one) is None


def test_another_request_with_the_key_is_told(here: Runtime) -> None:
    one = asked(here)
    other = Asked(one.organisation_id, one.endpoint, one.key, "b" * 64)
    with here.database.transaction():
        idempotency.begin(one)
        idempotency.finish(one, Answer(201, {}))
    with here.database.transaction():
        for ask in (idempotency.answered, idempotency.begin):
            with pytest.raises(Reused):
                ask(other)


def test_answers_are_forgotten_after_a_week(here: Runtime) -> None:
    one = asked(here)
    with here.database.transaction():
        idempotency.begin(one)
        idempotency.finish(one, Answer(201, {}))
    for age, kept in ((6, True), (8, False)):
        with clock.standing_at(clock.now() + timedelta(days=age)), here.database.transaction():
            idempotency.sweep()
        with here.database.transaction():
            session().expire_all()
            assert (idempotency.answered(one) is not None) == kept
