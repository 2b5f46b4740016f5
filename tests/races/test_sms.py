"""Twenty threads ask for a thousand messages to two hundred numbers: no budget is ever exceeded."""

from collections import Counter

from app.core import ids
from app.core.runtime import Runtime
from app.organisations.models import Organisation
from app.sms import queries
from app.sms.actions import Unsendable, send
from app.sms.rules import budget
from app.sms.rules.life import Purpose
from app.sms.rules.numbers import Objection
from tests.races.together import THREADS, together
from tests.sms.house import VALID_FOR, founded, messages, text_to

REQUESTS = 50
"""Of each thread."""
TOGETHER = 10
"""Of these, in one transaction."""
PER_DAY = 120
HOME = [f"+41791{place // 20:02}{place % 20:04}" for place in range(190)]
ABROAD = [f"+9607{place:06}" for place in range(710000, 710010)]


def answer_to(house: Organisation, number: str) -> Objection | None:
    """Have one message sent; what is refused leaves the transaction open, as for those who ask."""
    try:
        text_to(house, number)
    except Unsendable as refused:
        return refused.objection
    return None


def test_a_thousand_requests_stay_within_every_budget(here: Runtime) -> None:
    with here.database.transaction():
        house = founded(per_day=PER_DAY, price_minor=7, money_per_month=5000)
    numbers = HOME + ABROAD

    def ask(thread: int) -> Counter[Objection | None]:
        found: Counter[Objection | None] = Counter()
        for first in range(0, REQUESTS, TOGETHER):
            with here.database.transaction():
                for request in range(first, first + TOGETHER):
                    number = numbers[(thread * REQUESTS + request) % len(numbers)]
                    found[answer_to(house, number)] += 1
        return found

    said = sum(together(here, THREADS, ask, in_transaction=False), Counter[Objection | None]())
    with here.database.reading():
        sent = messages()
        usage = queries.usage_of(house)
    per_number = Counter(message.number for message in sent)
    assert sum(said.values()) == THREADS * REQUESTS
    assert len(sent) == said[None] == usage.today == usage.month == PER_DAY
    assert usage.money == 7 * PER_DAY
    assert max(per_number.values()) <= budget.PER_NUMBER_AND_HOUR
    assert {message.country for message in sent} == {"CH"}
    assert said[Objection.COUNTRY] == len(ABROAD) * 5
    assert said[Objection.BUDGET_OF_HOUSE] > 0


def test_one_key_is_one_message_however_often_it_is_asked_for_at_once(here: Runtime) -> None:
    with here.database.transaction():
        house = founded()
    key = ids.new()

    def ask(_thread: int) -> str:
        return send(house, HOME[0], "1", key=key, purpose=Purpose.CODE, valid_for=VALID_FOR).id

    found = together(here, THREADS, ask)
    with here.database.reading():
        assert queries.usage_of(house).today == 1
        assert {message.id for message in messages()} == set(found)
    assert len(found) == THREADS
