"""Quotes, reminders, order confirmations and delivery notes: read, checked, held with reasons."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.formats.examination import Examination
from app.documents.formats.examine import examine
from app.documents.rules.einvoice import EInvoice, Note, RemindedInvoice
from app.documents.rules.findings import Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.line import Period
from tests.documents.formats.test_safe_xml import BOMB
from tests.documents.other_documents import NAMES, other

KINDS = {
    "Quotation": Kind.QUOTE,
    "Reminder": Kind.REMINDER,
    "OrderResponse": Kind.ORDER_CONFIRMATION,
    "OrderResponseSimple": Kind.ORDER_CONFIRMATION,
    "DespatchAdvice": Kind.DELIVERY_NOTE,
}


def look(content: bytes) -> Examination:
    return examine(content, "file", size_limit=1_000_000, engine=None)


def said(name: str, *changes: tuple[str, str]) -> EInvoice:
    found = look(other(name, *changes)).einvoice
    assert found is not None
    return found


def rules(examination: Examination, severity: Severity) -> set[str]:
    assert all(one.text() for one in examination.findings)
    return {one.rule for one in examination.findings if one.severity is severity}


@pytest.mark.parametrize("name", NAMES)
def test_a_good_document_is_read_and_only_told_that_it_has_no_official_rules(name: str) -> None:
    examination = look(other(name))
    assert [one.rule for one in examination.findings] == ["KT-NO-OFFICIAL-RULES"]
    assert not examination.is_held
    assert examination.kind is KINDS[name]
    einvoice = examination.einvoice
    assert einvoice is not None
    assert (einvoice.seller.name, einvoice.buyer.name) == ("Muster AG", "Kunde GmbH")
    assert einvoice.buyer.identifiers[0].value == "K-1"
    assert EInvoice.from_json(einvoice.to_json()) == einvoice


def test_a_quote_says_how_long_it_holds_and_what_it_costs() -> None:
    quote = said("Quotation")
    assert quote.validity == Period(date(2026, 3, 2), date(2026, 4, 2))
    assert (quote.totals.due, quote.totals.with_vat, quote.currency) == (
        Decimal("310.00"),
        None,
        "CHF",
    )
    assert quote.tender == "ASK-7"
    (line,) = quote.lines
    assert (line.item.name, line.quantity, line.net) == ("Work", Decimal(31), Decimal("310.00"))


def test_a_currency_that_only_stands_at_the_amounts_is_found() -> None:
    unnamed = ("<cbc:PricingCurrencyCode>CHF</cbc:PricingCurrencyCode>", "")
    assert said("Quotation", unnamed).currency == "CHF"


def test_a_reminder_says_its_level_and_its_invoices() -> None:
    reminder = said("Reminder")
    assert reminder.reminder_level == 2
    assert reminder.due_date == date(2026, 5, 12)
    assert reminder.reminded_invoices == (
        RemindedInvoice("R-1001", date(2026, 3, 2), debit=Decimal("335.11")),
        RemindedInvoice(debit=Decimal("10.00"), note="Reminder fee"),
    )


def test_an_order_confirmation_says_what_it_answers() -> None:
    changed, refused = said("OrderResponse"), said("OrderResponseSimple")
    assert (changed.response_code, changed.purchase_order) == ("CA", "PO-7")
    assert changed.delivery is not None
    assert changed.delivery.planned == Period(date(2026, 3, 9), date(2026, 3, 10))
    assert changed.lines[0].status == "Revised"
    assert (refused.response_code, refused.purchase_order) == ("RE", "PO-8")
    assert refused.notes == (Note("Sold out"),)
    accepted = said("OrderResponseSimple", (">false<", ">true<"))
    assert accepted.response_code == "AP"


def test_a_delivery_note_has_quantities_and_no_prices() -> None:
    note = said("DespatchAdvice")
    (line,) = note.lines
    assert (line.quantity, line.outstanding, line.unit) == (Decimal(90), Decimal(10), "KGM")
    assert (line.net, line.price, line.order_line) == (None, None, "1")
    assert line.note == "Out of stock"
    assert note.totals == type(note.totals)()


CHANGES = [
    ("Quotation", ("2026-04-02", "2026-03-01"), "KT-QUOTE-EXPIRED"),
    ("Quotation", ("<cbc:StartDate>2026-03-02", "<cbc:StartDate>2026-05-02"), "KT-QUOTE-VALIDITY"),
    ("Quotation", (">31<", ">99<"), "KT-LINE-NET"),
    ("Quotation", (">310.00</cbc:Payable", ">310.01</cbc:Payable"), None),
    ("Quotation", ("<cbc:ID>Q-1</cbc:ID>", ""), "KT-NUMBER"),
    ("Quotation", ("CHF", "XXQ"), "KT-CURRENCY-UNKNOWN"),
    ("Reminder", ("345.11</cbc:Payable", "0.00</cbc:Payable"), "KT-REMINDER-NOTHING"),
    ("Reminder", (">10.00<", ">11.00<"), "KT-LINES"),
    ("Reminder", ("<cbc:ID>M-1</cbc:ID>", ""), "KT-SCHEMA"),
    ("OrderResponse", ("<cbc:ID>A-1</cbc:ID>", "<cbc:ID> </cbc:ID>"), "KT-NUMBER"),
    ("OrderResponse", ("2026-03-03", "3 March"), "KT-DATE"),
    ("OrderResponse", ("cac:BuyerCustomerParty", "cac:BuyerParty"), "KT-SCHEMA"),
    ("OrderResponseSimple", ("cbc:AcceptedIndicator", "cbc:Accepted"), "KT-SCHEMA"),
    ("OrderResponseSimple", ("Kunde GmbH", ""), None),
    ("DespatchAdvice", (">90<", ">-90<"), "KT-DELIVERED-NEGATIVE"),
    ("DespatchAdvice", ("cac:DespatchLine", "cac:InvoiceLine"), "KT-SCHEMA"),
]


@pytest.mark.parametrize(("name", "change", "rule"), CHANGES)
def test_what_cannot_be_is_held(name: str, change: tuple[str, str], rule: str | None) -> None:
    found = rules(look(other(name, change)), Severity.FATAL)
    assert found == set() if rule is None else rule in found


WARNINGS = [
    ("Reminder", (">R-1001<", "> <"), "KT-REMINDED"),
    ("Reminder", (">2</cbc:Reminder", ">0</cbc:Reminder"), "KT-REMINDER-LEVEL"),
    ("OrderResponse", (">PO-7<", "> <"), "KT-ORDER"),
    ("OrderResponse", (">CA<", ">OK<"), "KT-RESPONSE-CODE"),
]


@pytest.mark.parametrize(("name", "change", "rule"), WARNINGS)
def test_what_is_odd_is_said_and_not_held(name: str, change: tuple[str, str], rule: str) -> None:
    examination = look(other(name, change))
    assert rules(examination, Severity.WARNING) == {rule}
    assert not examination.is_held


@pytest.mark.parametrize("name", NAMES)
def test_truncated_and_hostile_variants_are_held(name: str) -> None:
    content = other(name)
    for part in (len(content) // 3, len(content) - 3):
        assert rules(look(content[:part]), Severity.FATAL) == {"KT-XML-SYNTAX"}
    hostile = content.replace(f"<{name} ".encode(), BOMB[: BOMB.index("]>") + 2].encode() + b"<x ")
    assert rules(look(hostile), Severity.FATAL) <= {"KT-XML-DOCTYPE", "KT-XML-SYNTAX"}
    assert look(hostile).einvoice is None
    assert look(content.replace(b"cbc:IssueDate", b"cbc:Date")).is_held
    assert look(content.replace(f"{name}-2".encode(), f"{name}-3".encode())).is_held


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_makes_it_fail(data: st.DataObject) -> None:
    content = bytearray(other(data.draw(st.sampled_from(NAMES))))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    examination = look(bytes(content))
    assert "KT-UNREADABLE" not in {one.rule for one in examination.findings}
    assert examination.is_held or examination.einvoice is not None
