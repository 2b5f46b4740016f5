"""What goes out, what does not, and why."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import chain

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core import clock, counters, ids, journal, sealing
from app.core.counters import Counter
from app.core.journal import Entry
from app.notices.models import Notice
from app.organisations.models import Organisation
from app.sms import queries
from app.sms.actions import Unsendable, note_used, send
from app.sms.models import SmsSettings
from app.sms.rules import budget
from app.sms.rules.life import Gateway, Purpose, State
from app.sms.rules.numbers import Objection
from jobs import reactions
from tests.cast import work_is_promised
from tests.sms.house import SWISS, VALID_FOR, founded, text_to


def objection_to(call: Callable[[], object]) -> Objection:
    with pytest.raises(Unsendable) as refused:
        call()
    return refused.value.objection


def test_a_message_is_written_down_sealed_and_promised(session: Session) -> None:
    house = founded(price_minor=7)
    message = text_to(house)
    assert (message.state, message.segments, message.country) == (State.QUEUED, 1, "CH")
    assert (message.cost_minor, message.currency) == (7, "CHF")
    assert message.text is not None
    assert "123456" not in message.text
    assert sealing.unseal(message.text) == "123456 is your code"
    assert work_is_promised("sms.send")
    assert queries.can_text(house)


def test_asked_for_twice_with_one_key_it_is_one_message(session: Session) -> None:
    house, key = founded(), ids.new()
    one, other = (
        send(house, SWISS, text, key=key, purpose=Purpose.CODE, valid_for=VALID_FOR)
        for text in ("1", "2")
    )
    assert one.id == other.id
    assert session.scalar(select(func.max(Counter.count))) == 1


@pytest.mark.parametrize(
    ("number", "objection"),
    [
        ("+41900123456", Objection.COSTLY),
        ("+41840123456", Objection.COSTLY),
        ("+41446681800", Objection.NOT_MOBILE),
        ("+491701234567", Objection.COUNTRY),
        ("+9607712345", Objection.COUNTRY),
        ("12", Objection.NOT_A_NUMBER),
        ("sms", Objection.NOT_A_NUMBER),
    ],
)
def test_numbers_that_get_none(session: Session, number: str, objection: Objection) -> None:
    house = founded()
    assert objection_to(lambda: text_to(house, number)) is objection
    assert session.scalar(select(func.count()).select_from(SmsSettings)) == 1
    assert not work_is_promised("sms.send")
    entry = journal.about("organisation", house.id)[0]
    assert (entry.name, entry.data["because"]) == ("sms.refused", objection.value)
    assert number not in str(entry.data)


def test_a_country_that_is_allowed_gets_them(session: Session) -> None:
    house = founded(countries=["CH", "DE"])
    assert text_to(house, "+4915112345678").country == "DE"


def test_a_house_without_a_gateway_or_with_the_switch_off_sends_none(session: Session) -> None:
    off = founded(is_on=False)
    assert not queries.can_text(off)
    assert objection_to(lambda: text_to(off)) is Objection.NO_GATEWAY
    assert text_to(off, purpose=Purpose.TEST).state is State.QUEUED


def test_a_text_of_too_many_parts_is_refused(session: Session) -> None:
    house = founded()
    assert objection_to(lambda: text_to(house, text="x" * 613)) is Objection.TOO_LONG


def tried(house: Organisation, numbers: Iterable[str]) -> list[Objection]:
    """Return the objections to messages to these numbers; what is sent has none."""
    found = []
    for number in numbers:
        try:
            text_to(house, number)
        except Unsendable as refused:
            found.append(refused.objection)
    return found


def test_one_number_gets_five_an_hour_and_ten_a_day(session: Session) -> None:
    house, morning = founded(), clock.now().replace(hour=9)
    refused = []
    for hour in range(3):
        with clock.standing_at(morning + timedelta(hours=hour, minutes=hour)):
            refused.append(tried(house, [SWISS] * 7))
            counted = counters.counted([budget.day_key(house.id, clock.today(house.timezone))])
    assert [len(one) for one in refused] == [2, 2, 7]
    assert set(chain(*refused)) == {Objection.BUDGET_OF_NUMBER}
    assert list(counted.values()) == [10], "what is refused takes nothing out of the house's budget"


def test_a_range_of_rented_numbers_has_a_budget(session: Session) -> None:
    refused = tried(founded(), (f"+41791234{last:03}" for last in range(40)))
    assert refused == [Objection.BUDGET_OF_RANGE] * 10


@pytest.mark.parametrize(
    ("limits", "sent", "objection"),
    [
        ({"per_day": 2}, 2, Objection.BUDGET_OF_HOUSE),
        ({"per_month": 3}, 3, Objection.BUDGET_OF_HOUSE),
        ({"per_country_and_day": 1}, 1, Objection.BUDGET_OF_COUNTRY),
        ({"price_minor": 8, "money_per_month": 20}, 2, Objection.BUDGET_OF_HOUSE),
    ],
)
def test_budgets_of_the_house(
    session: Session, limits: dict[str, int], sent: int, objection: Objection
) -> None:
    house = founded(**limits)
    for _message in range(sent):
        text_to(house)
    assert objection_to(lambda: text_to(house)) is objection


def codes(house: Organisation, count: int, used: int) -> None:
    for place in range(count):
        message = text_to(house, f"+4179{place:04}542")
        if place < used:
            note_used(message.id)


@pytest.fixture
def clockwork() -> Iterator[None]:
    with clock.standing_at(clock.now()):
        yield


def test_codes_that_nobody_uses_pause_everything_and_the_administrators_learn_it(
    session: Session, clockwork: None
) -> None:
    house = founded()
    codes(house, budget.ENOUGH, 3)
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        text_to(house)
        assert not queries.can_text(house)
        assert objection_to(lambda: text_to(house)) is Objection.PAUSED
    (entry,) = session.scalars(select(Entry).where(Entry.name == "sms.paused"))
    assert (entry.data["codes"], entry.data["used"]) == (budget.ENOUGH, 3)
    reactions.react(entry.id)
    told = session.scalar(select(func.count()).select_from(Notice))
    assert told == 0, "this house has no administrators yet"


def test_codes_that_people_use_pause_nothing(session: Session, clockwork: None) -> None:
    house = founded()
    codes(house, budget.ENOUGH, 5)
    with clock.standing_at(clock.now() + timedelta(minutes=11)):
        text_to(house)
        assert queries.can_text(house)


def test_a_gateway_is_named_with_each_message(session: Session) -> None:
    assert text_to(founded(Gateway.HTTP, "https://sms.example/send")).provider is Gateway.HTTP
