"""Twenty-four at once: no more than five answers are compared, a code lets one in, a POST is sent on once."""

from dataclasses import replace

import pytest

from app.access.principal import Principal
from app.access.proof import Level, Method
from app.core import ids, parking
from app.core.db import session
from app.core.runtime import Runtime
from app.identity import actions as identity
from app.organisations.models import Customer, Organisation
from app.organisations.queries import principal_of, signed_in
from app.sms.rules.life import Gateway
from app.step_up import actions, proofs, queries, rules
from app.step_up.models import TextedCode
from app.step_up.rules import Outcome
from tests import cast
from tests.factories import invoice_for
from tests.races.together import together
from tests.sms.house import SWISS, connect

THREADS = 24


@pytest.fixture
def guests(here: Runtime) -> list[Principal]:
    """One link, opened in as many browsers as there are threads."""
    with here.database.transaction():
        house = cast.found("races", "House of Races")
        house.proof_level, house.proof_primary = Level.SENSITIVE, Method.ADDRESS
        connect(house, Gateway.TWILIO, "")
        customer = cast.customer(house, "K-1", "Ruth", "ruth@one.example")
        customer.mobile = SWISS
        document = invoice_for(customer, "R-1")
        link = identity.make_link(
            house.id, customer.id, document.lineage_id, document.id,
            email="ruth@one.example", name="Ruth", language="en",
        )  # fmt: skip
        session().flush()
        tokens = [identity.open_link(link, cast.BROWSER) or "" for _ in range(THREADS)]
    with here.database.reading():
        found = [signed_in(token) for token in tokens]
        return [principal_of(one) for one in found if one is not None]


def things_of(who: Principal) -> tuple[Organisation, Customer]:
    return (
        session().get_one(Organisation, who.organisation_id),
        session().get_one(Customer, who.customer_id),
    )


@pytest.mark.parametrize("is_one_link", [True, False], ids=["one link", "many people"])
def test_five_of_twenty_four_answers_are_compared(
    here: Runtime, guests: list[Principal], monkeypatch: pytest.MonkeyPatch, is_one_link: bool
) -> None:
    compared: list[str] = []
    really = proofs.is_address

    def counted(postcode: str, number: str, *known: str) -> bool:
        compared.append(number)
        return really(postcode, number, *known)

    monkeypatch.setattr(proofs, "is_address", counted)

    def answer(number: int) -> Outcome:
        who = guests[number]
        who = who if is_one_link else replace(who, id=ids.new())
        network = f"203.0.113.{number}"
        return actions.answer_address(
            who, *things_of(who), network, "8002", f"{number + 100}"
        ).outcome

    outcomes = together(here, THREADS, answer)
    assert len(outcomes) == THREADS
    assert len(compared) == rules.TRIES
    assert outcomes.count(Outcome.WRONG) == rules.TRIES
    with here.database.transaction():
        house, customer = things_of(guests[0])
        late = actions.answer_address(guests[0], house, customer, "198.51.100.9", "8002", "12")
    assert late.outcome is Outcome.LOCKED


def test_a_code_lets_one_of_twenty_four_in(here: Runtime, guests: list[Principal]) -> None:
    who = guests[0]
    with here.database.transaction():
        assert actions.send_code(who, *things_of(who), "203.0.113.7")
    with here.database.reading():
        found = queries.latest_code(who.session_id, rules.FOR_PROOF)
        assert found is not None
        code = proofs.code(found.id, who.session_id, rules.FOR_PROOF)
    answers = together(
        here, THREADS, lambda _: actions.answer_code(who, *things_of(who), "203.0.113.7", code)
    )
    assert [one.outcome for one in answers].count(Outcome.RIGHT) == 1


def test_one_code_is_sent_to_twenty_four_who_ask(here: Runtime, guests: list[Principal]) -> None:
    def send(number: int) -> bool:
        who = guests[number]
        return actions.send_code(who, *things_of(who), f"203.0.113.{number}")

    assert together(here, THREADS, send) == [True]
    with here.database.reading():
        assert session().query(TextedCode).count() == 1


def test_what_was_sent_before_is_taken_by_one(here: Runtime, guests: list[Principal]) -> None:
    session_id = guests[0].session_id
    with here.database.transaction():
        parked_id = parking.park(session_id, "/language", "/", "text/plain", b"")
    taken = together(here, THREADS, lambda _: parking.take(session_id, parked_id))
    assert taken.count(True) == 1
