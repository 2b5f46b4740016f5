"""Twenty at once: codes, links and addresses keep their promises."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.core import clock, counters
from app.core.db import session
from app.core.errors import Missing
from app.core.runtime import Runtime
from app.identity import actions, queries, rules
from app.identity.actions import Browser
from app.identity.models import (
    CapabilityLink,
    Factor,
    LoginSession,
    MailedCode,
    PasswordReset,
    Person,
)
from app.identity.proofs import mailed_code
from app.organisations import actions as organisations
from app.organisations.rules import MemberRole
from tests import cast
from tests.factories import BY, invoice_for
from tests.identity.authenticator import App, enrol, scan
from tests.races.together import THREADS, Meeting, together

BROWSER = Browser("203.0.113.7", "Mozilla/5.0 (Tests)")


@pytest.fixture
def anna(here: Runtime) -> Person:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        return cast.member(house, "Anna Amsler", MemberRole.STAFF)


@pytest.fixture
def link(here: Runtime) -> CapabilityLink:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        document = invoice_for(customer, "R-1")
        return actions.make_link(
            house.id,
            customer.id,
            document.lineage_id,
            document.id,
            email="ruth@one.example",
            name="Ruth",
            language="en",
        )


def living_sessions() -> int:
    rows = select(func.count()).where(LoginSession.ended_at.is_(None))
    return session().scalar(rows) or 0


def ask(here: Runtime, person: Person) -> str:
    with here.database.transaction():
        return actions.ask_for_code(person.email)


def wrong(code_id: str) -> str:
    return "000001" if mailed_code.code(code_id) != "000001" else "000002"


def test_a_code_lets_one_of_twenty_in(here: Runtime, anna: Person) -> None:
    code_id = ask(here, anna)
    right = mailed_code.code(code_id)
    tokens = together(here, THREADS, lambda _: actions.sign_in_with_code(code_id, right, BROWSER))
    assert sum(token is not None for token in tokens) == 1
    with here.database.reading():
        assert living_sessions() == 1


def test_twenty_guesses_at_once_are_five(here: Runtime, anna: Person) -> None:
    code_id = ask(here, anna)
    guess = wrong(code_id)
    together(here, THREADS, lambda _: actions.sign_in_with_code(code_id, guess, BROWSER))
    with here.database.reading():
        assert session().get_one(MailedCode, code_id).tries == rules.CODE_TRIES
    with here.database.transaction():
        right = mailed_code.code(code_id)
        assert actions.sign_in_with_code(code_id, right, BROWSER) is None
    with here.database.reading():
        assert living_sessions() == 0


def test_of_twenty_codes_asked_for_at_once_five_are_for_somebody(
    here: Runtime, anna: Person
) -> None:
    codes = together(here, THREADS, lambda _: actions.ask_for_code(anna.email))
    with here.database.reading():
        real = [one for one in codes if session().get_one(MailedCode, one).person_id]
    assert len(real) == rules.CODES_PER_HOUR


def test_twenty_passwords_at_once_are_ten_tries(here: Runtime, anna: Person) -> None:
    password = "a walnut rolls downhill"
    with here.database.transaction():
        actions.set_password(session().get_one(Person, anna.id), password)
    wrong_ones = rules.PASSWORD_TRIES
    together(here, wrong_ones, lambda _: actions.sign_in(anna.email, "not this one", BROWSER))
    with here.database.transaction():
        assert actions.sign_in(anna.email, password, BROWSER) is None
    later = clock.now() + rules.PASSWORD_WINDOW + timedelta(seconds=1)
    with clock.standing_at(later), here.database.transaction():
        assert actions.sign_in(anna.email, password, BROWSER) is not None


def test_after_a_revocation_nobody_is_in_whoever_came_first(
    here: Runtime, link: CapabilityLink
) -> None:
    def race(number: int) -> str | None:
        if number == THREADS // 2:
            actions.revoke_link(link.id)
            return None
        return actions.open_link(session().get_one(CapabilityLink, link.id), BROWSER)

    together(here, THREADS, race)
    with here.database.transaction():
        assert living_sessions() == 0
        assert actions.open_link(session().get_one(CapabilityLink, link.id), BROWSER) is None


def test_every_opening_of_a_link_is_counted(here: Runtime, link: CapabilityLink) -> None:
    meeting = Meeting(here, THREADS)

    def open_it(_number: int) -> str | None:
        found = session().get_one(CapabilityLink, link.id)
        meeting.wait()
        return actions.open_link(found, BROWSER)

    tokens = together(here, THREADS, open_it)
    assert len({token for token in tokens if token}) == THREADS
    with here.database.reading():
        assert session().get_one(CapabilityLink, link.id).uses == THREADS
        assert all(queries.live_session(token) for token in tokens if token)


def test_one_address_becomes_one_login_whichever_organisation_asks_first(here: Runtime) -> None:
    with here.database.transaction():
        houses = [cast.found(f"house-{n}", f"House {n}") for n in range(2)]
    meeting = Meeting(here, THREADS)

    def register(number: int) -> str:
        meeting.wait()
        return organisations.add_member(
            houses[number % 2].id,
            BY,
            email="Anna@One.example ",
            name="Anna",
            role=MemberRole.STAFF,
            language=None,
        ).id

    (person_id,) = together(here, THREADS, register)
    with here.database.reading():
        (person,) = session().scalars(select(Person))
        assert (person.id, person.email) == (person_id, "anna@one.example")


def test_one_number_becomes_one_customer(here: Runtime) -> None:
    with here.database.transaction():
        house = cast.found("races", "House of Races")
    meeting = Meeting(here, THREADS)

    def add(number: int) -> str:
        meeting.wait()
        return cast.customer(house, "K-1", f"Customer {number}", None).id

    assert len(together(here, THREADS, add)) == 1


def test_a_code_of_an_app_lets_one_of_twenty_in(here: Runtime, anna: Person) -> None:
    password = "a walnut rolls downhill"
    with here.database.transaction():
        person = session().get_one(Person, anna.id)
        actions.set_password(person, password)
        phone, codes = enrol(person)

    def halfway(_number: int) -> str:
        came = actions.sign_in(anna.email, password, BROWSER)
        assert isinstance(came, actions.Halfway)
        return came.step_id

    with here.database.transaction():
        steps = [halfway(number) for number in range(THREADS)]
        again = [halfway(number) for number in range(THREADS)]
    for code, mine in ((phone.code(), steps), (codes[0], again)):
        tokens = together(
            here, THREADS, lambda n, c=code, m=mine: actions.sign_in_with_factor(m[n], c, BROWSER)
        )
        assert sum(token is not None for token in tokens) == 1
        with here.database.transaction():
            counters.forget(f"factor:{anna.id}")
    with here.database.reading():
        assert living_sessions() == 2


def test_a_factor_that_comes_while_the_last_one_goes_is_asked_for(
    here: Runtime, anna: Person
) -> None:
    for _round in range(5):
        with here.database.transaction():
            person = session().get_one(Person, anna.id)
            old, _codes = enrol(person, "Old")
            new = actions.begin_totp(person, "New")
            phone, new_id = scan(new), new.id

        def race(number: int, old: App = old, phone: App = phone, new_id: str = new_id) -> None:
            person = session().get_one(Person, anna.id)
            if number:
                actions.confirm_totp(person, session().get_one(Factor, new_id), phone.code())
            else:
                actions.remove_factor(person, session().get_one(Factor, old.factor_id))

        together(here, 2, race)
        with here.database.transaction():
            person = session().get_one(Person, anna.id)
            assert person.has_factor
            assert queries.recovery_codes_left(anna.id) == rules.RECOVERY_CODES
            actions.remove_factor(person, session().get_one(Factor, new_id))


def test_a_letter_sets_one_of_twenty_passwords(here: Runtime, anna: Person) -> None:
    with here.database.transaction():
        actions.ask_for_reset(anna.email)
    with here.database.reading():
        (row,) = session().scalars(select(PasswordReset))

    def choose(number: int) -> bool:
        try:
            one = session().get_one(PasswordReset, row.id)
            actions.reset_password(one, f"walnut number {number} rolls downhill", "House")
        except Missing:
            return False
        return True

    assert sum(together(here, THREADS, choose)) == 1
