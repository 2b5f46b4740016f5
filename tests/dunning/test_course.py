"""From the due date to the third reminder: real documents, exact sums, nothing twice."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.core import clock
from app.core.errors import Refused
from app.core.runtime import Runtime
from app.documents.actions import publication
from app.documents.rules.einvoice import RemindedInvoice
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.dunning import queries
from app.dunning.actions import making, noting, running
from app.dunning.rules import Collecting, Mode
from app.dunning.rules import State as ReminderState
from app.dunning.rules.levels import Level
from tests import cast, factories
from tests.dunning import houses
from tests.dunning.houses import (
    DUE,
    House,
    at,
    day_of,
    invoice,
    ordered,
    pay,
    reminders,
    steps,
    work,
)
from tests.factories import BY

FIRST = DUE + timedelta(days=10)
SECOND = FIRST + timedelta(days=14)


def test_a_reminder_is_made_on_its_day_and_published(here: Runtime, house: House) -> None:
    invoice(here, house, "2026-0412")
    day_of(here, FIRST - timedelta(days=1))
    assert reminders(here) == []
    day_of(here, FIRST)
    ((document, said),) = reminders(here)
    assert (document.number, document.state) == ("M-2026-0001", State.PUBLISHED)
    assert document.customer_id == house.keller.id
    assert (document.issue_date, document.due_date) == (FIRST, FIRST + timedelta(days=10))
    assert said.reminder_level == Decimal(1)
    (line,) = said.reminded_invoices
    assert (line.number, line.debit) == ("2026-0412", Decimal("642.24"))
    assert (said.totals.due, document.total_minor) == (Decimal("642.24"), 64224)
    assert "Ruth Keller" in said.notes[0].text
    assert said.payment_instructions[0].remittance == "RF18539007547034"


def test_three_levels_ask_for_debt_fee_and_interest_exactly(here: Runtime, house: House) -> None:
    invoice(here, house, "2026-0412")
    third = SECOND + timedelta(days=14)
    for day in (FIRST, SECOND - timedelta(days=1), SECOND, third, third + timedelta(days=200)):
        day_of(here, day)
    assert steps(here) == [("2026-0412", 1), ("2026-0412", 2), ("2026-0412", 3)]
    second, last = reminders(here)[1:]
    # 642.24 at 5 % for 24 and 38 days of 365.
    lines = [one.debit for one in second[1].reminded_invoices]
    assert lines == [Decimal("642.24"), Decimal("2.11")]
    assert [one.debit for one in last[1].reminded_invoices] == [Decimal("642.24"), Decimal("3.34")]
    assert [one.amount for one in second[1].charges] == [Decimal("20.00")]
    assert second[1].totals.due == Decimal("664.35")
    assert last[1].totals.due == Decimal("642.24") + Decimal("3.34") + Decimal("40.00")
    assert [one[0].total_minor for one in reminders(here)] == [64224, 66435, 68558]


def test_a_reminder_collects_what_a_customer_owes_on_a_level(here: Runtime, house: House) -> None:
    with here.database.transaction():
        huber = cast.customer(house.organisation, "K-2", "Max Huber", None)
    for number, due in (("A-1", DUE), ("A-2", DUE + timedelta(days=1)), ("A-3", FIRST)):
        invoice(here, house, number, due)
    invoice(here, house, "B-1", customer=huber)
    invoice(here, house, "A-4", currency="EUR")
    day_of(here, FIRST + timedelta(days=1))
    told = {document.number: said for document, said in reminders(here)}
    about = sorted(sorted(one.number for one in said.reminded_invoices) for said in told.values())
    assert about == [["A-1", "A-2"], ["A-4"], ["B-1"]]
    both = next(said for said in told.values() if len(said.reminded_invoices) == 2)
    assert both.payment_instructions[0].remittance == ""


def test_each_invoice_has_a_reminder_of_its_own_where_that_is_wanted(here: Runtime) -> None:
    one = houses.house(here, collecting=Collecting.DOCUMENT)
    for number in ("A-1", "A-2"):
        invoice(here, one, number)
    day_of(here, FIRST)
    assert [document.number for document, _said in reminders(here)] == [
        "M-2026-0001",
        "M-2026-0002",
    ]


def test_no_fee_is_asked_for_in_another_currency_than_its_own(here: Runtime) -> None:
    one = houses.house(here, levels=[Level(1, 10, 2000).to_json()])
    invoice(here, one, "A-1", currency="EUR")
    day_of(here, FIRST)
    ((_document, said),) = reminders(here)
    assert (said.charges, said.totals.due) == ((), Decimal("642.24"))


def test_a_new_version_goes_on_where_the_one_before_stood(here: Runtime, house: House) -> None:
    invoice(here, house, "A-1")
    day_of(here, FIRST)
    invoice(here, house, "A-1", net=Decimal("500.00"))
    day_of(here, SECOND)
    assert [one[1].reminder_level for one in reminders(here)] == [Decimal(1), Decimal(2)]
    assert reminders(here)[1][1].reminded_invoices[0].debit == Decimal("540.50")


def test_a_reminder_of_another_program_counts(here: Runtime, house: House) -> None:
    invoice(here, house, "A-1")
    told_by_others(here, house, "A-1", level=1, day=FIRST - timedelta(days=1))
    day_of(here, FIRST)
    assert [document.number for document, _said in reminders(here)] == ["ERP-1"]
    day_of(here, SECOND - timedelta(days=1))
    assert [document.number for document, _said in reminders(here)] == ["ERP-1", "M-2026-0001"]
    assert steps(here) == [("A-1", 1), ("A-1", 2)]


def test_ours_gives_way_to_one_that_comes_before_it_is_made(here: Runtime, house: House) -> None:
    invoice(here, house, "A-1")
    with clock.standing_at(at(FIRST)):
        with here.database.transaction():
            running.start_due()
        work(here, ["dunning.run"])
        told_by_others(here, house, "A-1", level=1, day=FIRST)
        work(here)
    assert [document.number for document, _said in reminders(here)] == ["ERP-1"]
    assert [one.state for one in ordered(here)] == [ReminderState.STOPPED]


def test_the_next_level_waits_until_the_last_one_is_out(here: Runtime) -> None:
    one = houses.house(here, publishes_at_once=False)
    published = invoice(here, one, "A-1")
    with here.database.transaction():
        publication.publish(houses.document(published), BY)
    day_of(here, FIRST)
    ((made, _said),) = reminders(here)
    assert made.state is State.READY
    day_of(here, SECOND)
    with clock.standing_at(at(SECOND)), here.database.transaction():
        publication.publish(houses.document(made.id), BY)
    day_of(here, SECOND + timedelta(days=13))
    assert len(reminders(here)) == 1
    day_of(here, SECOND + timedelta(days=14))
    assert len(reminders(here)) == 2


def test_who_owes_less_by_the_time_it_is_written_is_asked_for_less(
    here: Runtime, house: House
) -> None:
    found = invoice(here, house, "A-1")
    with clock.standing_at(at(FIRST)):
        with here.database.transaction():
            running.start_due()
        work(here, ["dunning.run"])
        (one,) = ordered(here)
        with here.database.transaction():
            asked = making.plan(one.id)
        assert asked is not None
        written = making.make(asked)
        pay(here, found, 14224)
        with here.database.transaction():
            assert making.keep(asked, written) == making.SOON
        work(here)
    ((_document, said),) = reminders(here)
    assert said.totals.due == Decimal("500.00")
    assert said.number == "M-2026-0001"


def test_what_is_only_proposed_is_counted_and_made_by_a_person(here: Runtime) -> None:
    one = houses.house(here, mode=Mode.PROPOSE)
    found = [invoice(here, one, number) for number in ("A-1", "A-2", "A-3")]
    day_of(here, FIRST)
    assert ordered(here) == []
    with here.database.reading():
        run = queries.last_run(one.organisation.id)
        assert run is not None
        assert (run.due, run.makes) == ({"1": 3}, False)
    with clock.standing_at(at(FIRST)):
        with here.database.transaction():
            assert running.order_chosen(one.organisation, one.who, found[:2]) == 1
        work(here)
    ((_document, said),) = reminders(here)
    assert [line.number for line in said.reminded_invoices] == ["A-1", "A-2"]
    with (
        clock.standing_at(at(FIRST)),
        here.database.transaction(),
        pytest.raises(Refused, match="due any more"),
    ):
        running.order_chosen(one.organisation, one.who, found[:2])


def test_a_reminder_that_was_withdrawn_is_made_again_only_if_somebody_says_so(
    here: Runtime, house: House
) -> None:
    found = invoice(here, house, "A-1")
    day_of(here, FIRST)
    ((made, _said),) = reminders(here)
    with here.database.transaction():
        publication.withdraw(houses.document(made.id), BY)
    day_of(here, SECOND)
    assert len(reminders(here)) == 1
    with here.database.transaction():
        (standing,) = queries.of_documents([found], house.organisation.id)
        assert noting.again(standing, BY)
    day_of(here, SECOND + timedelta(days=1))
    assert [one.number for one, _said in reminders(here)] == ["M-2026-0001", "M-2026-0002"]
    assert reminders(here)[1][1].reminder_level == Decimal(1)


def told_by_others(here: Runtime, one: House, number: str, *, level: int, day: date) -> None:
    """Let another program's reminder come in."""
    said = factories.einvoice(
        "ERP-1", buyer=one.keller.name, customer_number=one.keller.number, issued=day
    )
    about = (RemindedInvoice(number.lower(), debit=said.totals.due),)
    plain = replace(said, lines=(), reminder_level=Decimal(level), reminded_invoices=about)
    with clock.standing_at(at(day)):
        with here.database.transaction():
            factories.take_in(one.organisation.id, plain, kind=Kind.REMINDER)
        work(here, ["reactions.react"])
