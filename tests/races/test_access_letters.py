"""Twenty-four at once: however they come, five guesses are compared, and then there is a wait."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.access_letters import proofs, rules
from app.access_letters.actions import entering
from app.access_letters.models import AccessLetter
from app.core import clock
from app.core.counters import Counter
from app.core.db import session
from app.core.runtime import Runtime
from app.identity.actions import Browser
from app.notices.models import Notice
from app.organisations.rules import MemberRole
from tests import cast
from tests.factories import invoice_for
from tests.races.together import together

GUESSERS = 24


def browser(number: int) -> Browser:
    """Each comes from a network of its own: what is tried is the letter's own limit."""
    return Browser(f"203.0.113.{number}", "Mozilla/5.0 (Tests)")


@pytest.fixture
def letter(here: Runtime) -> AccessLetter:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        anna = cast.member(house, "Anna Amsler", MemberRole.ADMINISTRATOR)
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        invoice_for(customer, "R-1")
        return cast.letter_to(customer, house, anna)


def wrong(letter: AccessLetter, number: int) -> str:
    return f"{(int(proofs.pin(letter.id)) + 1 + number) % 10**rules.PIN_DIGITS:06d}"


def guess(letter: AccessLetter, pin: str, number: int = 0) -> bool:
    found = entering.enter(proofs.code(letter.id), pin, browser(number))
    return found is not None and found.token is not None


def state(here: Runtime, letter: AccessLetter) -> tuple[int, int]:
    with here.database.reading():
        one = session().get_one(AccessLetter, letter.id)
        return one.tries, one.locks


def test_of_twenty_four_guesses_at_once_five_are_compared(
    here: Runtime, letter: AccessLetter, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []
    matches = proofs.matches

    def watched(answer: str, letter_id: str | None) -> bool:
        compared.append(letter_id)
        return matches(answer, letter_id)

    monkeypatch.setattr(proofs, "matches", watched)
    came = together(here, GUESSERS, lambda n: guess(letter, wrong(letter, n), n))
    assert came == [False] * GUESSERS
    assert len(compared) == GUESSERS, "who is locked out waits as long"
    assert [one for one in compared if one] == [letter.id] * rules.TRIES
    assert state(here, letter) == (rules.TRIES, 1)
    with here.database.transaction():
        assert not guess(letter, proofs.pin(letter.id))
        assert len(session().scalars(select(Notice)).all()) == 1


def test_each_wait_is_longer_and_the_right_pin_ends_only_the_counting(
    here: Runtime, letter: AccessLetter
) -> None:
    moment = clock.now()
    for round_ in range(3):
        with clock.standing_at(moment):
            for number in range(rules.TRIES):
                with here.database.transaction():
                    assert not guess(letter, wrong(letter, number), number)
        assert state(here, letter) == (rules.TRIES, round_ + 1)
        almost = moment + rules.WAITS[round_] - timedelta(seconds=1)
        with clock.standing_at(almost), here.database.transaction():
            assert not guess(letter, proofs.pin(letter.id))
        moment += rules.WAITS[round_]
    with clock.standing_at(moment), here.database.transaction():
        assert guess(letter, proofs.pin(letter.id))
    assert state(here, letter) == (0, 3)


def test_the_fifth_try_may_be_the_right_one(here: Runtime, letter: AccessLetter) -> None:
    for number in range(rules.TRIES - 1):
        with here.database.transaction():
            assert not guess(letter, wrong(letter, number))
    with here.database.transaction():
        assert guess(letter, proofs.pin(letter.id))
    assert state(here, letter) == (0, 0)


def test_one_network_may_be_wrong_so_often_whatever_the_codes(
    here: Runtime, letter: AccessLetter
) -> None:
    def unknown(number: int) -> bool:
        code = rules.written_in(number, rules.ALPHABET, rules.CODE_LENGTH)
        return entering.enter(code, "123456", browser(7)) is not None

    with here.database.transaction():
        assert guess(letter, proofs.pin(letter.id), 7), "who is right is not counted"
    together(here, GUESSERS, unknown)
    with here.database.transaction():
        for number in range(GUESSERS, rules.NETWORK_TRIES):
            unknown(number)
    with here.database.reading():
        assert session().scalars(select(Counter.count)).one() == rules.NETWORK_TRIES
    with here.database.transaction():
        assert not guess(letter, proofs.pin(letter.id), 7)
        assert guess(letter, proofs.pin(letter.id), 8), "nobody else is shut out"
    later = clock.now() + rules.NETWORK_WINDOW + timedelta(seconds=1)
    with clock.standing_at(later), here.database.transaction():
        assert guess(letter, proofs.pin(letter.id), 7)
