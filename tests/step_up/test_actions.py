"""Counting, locking, telling: what is left behind by tries that fail, and by those that do not."""

import re
from collections import Counter as Tally
from collections.abc import Callable
from datetime import timedelta
from statistics import median
from time import perf_counter

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.principal import Principal
from app.access.proof import Method
from app.core import clock, journal, lockouts
from app.core.db import session
from app.core.journal import Entry
from app.notices.models import Notice
from app.organisations.models import Customer, Organisation
from app.organisations.queries import principal_of, signed_in
from app.sms.models import TextMessage
from app.step_up import actions, proofs, rules
from app.step_up.actions import telling
from app.step_up.models import TextedCode
from app.step_up.rules import Answer, Outcome
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.step_up import asking
from tests.step_up.asking import ask

Answering = Callable[..., Answer]


@pytest.fixture
def answer(app: Flask, cast: Cast) -> Answering:
    """Answer with postcode and number, in a transaction of one's own."""

    def once(who: str = "guest", number: str = "13", network: str = "203.0.113.7") -> Answer:
        with installation.of(app).database.transaction():
            found = signed_in(cast.tokens[who])
            assert found is not None
            house = session().get_one(Organisation, cast.lindenhof.id)
            customer = session().get_one(Customer, cast.keller.id)
            return actions.answer_address(
                principal_of(found), house, customer, network, "8002", number
            )

    return once


def names(app: Flask) -> Tally[str]:
    with installation.of(app).database.reading():
        return Tally(session().scalars(select(Entry.name).where(Entry.name.like("proof.%"))))


def test_waits_grow_and_no_right_answer_shortens_them(
    app: Flask, cast: Cast, answer: Answering
) -> None:
    ask(app, cast)
    now = clock.now()
    for wait in (*rules.WAITS, rules.WAITS[-1]):
        with clock.standing_at(now):
            for _ in range(rules.TRIES - 1):
                assert answer() == Answer(Outcome.WRONG)
            assert answer() == Answer(Outcome.WRONG, locked_until=now + wait)
            assert answer(number="12") == Answer(Outcome.LOCKED, locked_until=now + wait)
            assert answer("ruth", "12", "198.51.100.1").outcome is Outcome.LOCKED
        now += wait


def test_what_happened_is_written_down_without_what_was_typed(
    app: Flask, cast: Cast, answer: Answering
) -> None:
    ask(app, cast)
    for _ in range(rules.TRIES - 1):
        answer()
    answer(number="12")
    for _ in range(rules.TRIES):
        answer("ruth")
    assert names(app) == {"proof.failed": 9, "proof.given": 1, "proof.locked": 1}
    with installation.of(app).database.reading():
        for entry in journal.about("customer", cast.keller.id, limit=20):
            if entry.name.startswith("proof."):
                assert entry.data == {"method": "address"}


def test_the_customer_is_told_of_a_lock_and_not_of_every_try(
    app: Flask, cast: Cast, answer: Answering
) -> None:
    ask(app, cast)
    for _ in range(rules.TRIES + 3):
        answer()
    with installation.of(app).database.reading():
        (notice,) = session().scalars(select(Notice))
        assert notice.address == "ruth@kunden.example"
        said = re.sub(r"\d+ \w+ \d{4}, \d+:\d+", "", str(notice.said["sentences"]))
        assert "13" not in said


def test_a_network_that_tries_everybody_is_locked_and_others_are_not(
    app: Flask, cast: Cast
) -> None:
    ask(app, cast)
    keys = rules.keys(Method.ADDRESS, ("guest", "x"), cast.huber.id, "203.0.113.7")
    found = signed_in_as(app, cast, "max")
    with installation.of(app).database.transaction():
        house = session().get_one(Organisation, cast.lindenhof.id)
        customer = session().get_one(Customer, cast.huber.id)
        customer.postcode, customer.street, customer.country = "8002", "Seestrasse 12", "CH"
        for _ in range(rules.TRIES_PER_NETWORK):
            lockouts.admit(keys[1], rules.TRIES_PER_NETWORK, rules.WAITS)
        same = actions.answer_address(found, house, customer, "203.0.113.7", "8002", "12")
        other = actions.answer_address(found, house, customer, "203.0.113.8", "8002", "12")
    assert same.outcome is Outcome.LOCKED
    assert other.outcome is Outcome.RIGHT


def signed_in_as(app: Flask, cast: Cast, who: str) -> Principal:
    with installation.of(app).database.reading():
        found = signed_in(cast.tokens[who])
        assert found is not None
        return principal_of(found)


def test_very_many_failures_alarm_the_administrators_once_an_hour(app: Flask, cast: Cast) -> None:
    for _ in range(2):
        with installation.of(app).database.transaction():
            house = session().get_one(Organisation, cast.lindenhof.id)
            for _ in range(rules.ALARM + 3):
                telling.count_failure(house)
    with installation.of(app).database.reading():
        told = list(session().scalars(select(Notice.address)))
    assert told == [cast.anna.email]
    assert names(app) == {"proof.alarm": 1}
    with (
        clock.standing_at(clock.now() + timedelta(hours=2)),
        installation.of(app).database.transaction(),
    ):
        house = session().get_one(Organisation, cast.lindenhof.id)
        for _ in range(rules.ALARM):
            telling.count_failure(house)
    assert names(app) == {"proof.alarm": 1}


def test_codes_are_few_and_a_copy_of_the_database_tells_none(app: Flask, cast: Cast) -> None:
    ask(app, cast, primary=Method.SMS)
    asking.texting(app, cast)
    who, now = signed_in_as(app, cast, "ruth"), clock.now()
    sent = 0
    for number in range(rules.CODES_PER_HOUR + 2):
        with (
            clock.standing_at(now + number * rules.ASK_AGAIN),
            installation.of(app).database.transaction(),
        ):
            house = session().get_one(Organisation, cast.lindenhof.id)
            customer = session().get_one(Customer, cast.keller.id)
            try:
                sent += actions.send_code(who, house, customer, "203.0.113.7")
            except actions.TooSoon:
                continue
    assert sent == rules.CODES_PER_HOUR
    codes = {asking.code_in(text) for text in asking.texts(app)}
    with installation.of(app).database.reading():
        rows = [*session().scalars(select(TextedCode)), *session().scalars(select(TextMessage))]
        kept = " ".join(str(vars(row)) for row in rows)
        assert not [code for code in codes if f"'{code}'" in kept]
        (alive,) = session().scalars(select(TextedCode).where(TextedCode.ended_at.is_(None)))
        # Another session, another purpose: another code.
        own = proofs.code(alive.id, alive.session_id, rules.FOR_PROOF)
        assert own in codes
        assert proofs.code(alive.id, "another", rules.FOR_PROOF) != own
        assert proofs.code(alive.id, alive.session_id, "signing") != own


def test_a_refused_text_message_counts_as_not_delivered(app: Flask, cast: Cast) -> None:
    ask(app, cast, primary=Method.SMS, secondary=Method.ADDRESS)
    asking.texting(app, cast)
    asking.change(app, cast.keller, mobile="+4412")
    guest = Browser(app, cast.tokens["guest"])
    guest.post("/proof/code")
    page = guest.get("/proof").text
    assert 'data-testid="proof-reason-sms-undelivered"' in page
    assert 'data-testid="proof-address-form"' in page
    with installation.of(app).database.reading():
        assert session().scalar(select(func.count()).select_from(TextMessage)) == 0


def test_an_answer_takes_as_long_whatever_is_known() -> None:
    """Medians of many, and a generous bound: work that depends on the data would be seen."""

    def took(known: tuple[str, str]) -> float:
        times = []
        for _ in range(400):
            start = perf_counter()
            proofs.is_address("8002", "13", *known, "CH")
            times.append(perf_counter() - start)
        return median(times)

    right, wrong, nothing = (
        took(known) for known in (("8002", "Seestrasse 13"), ("9999", "Weg 1 Q"), ("", ""))
    )
    assert max(right, wrong, nothing) < 4 * min(right, wrong, nothing)
    assert not proofs.is_address("", "", "", "", "CH")
    assert not proofs.is_address("8002", "", "8002", "Am Dorfplatz", "CH")
