"""Characters that are not seen."""

from dataclasses import replace

import pytest

from app.documents.rules import hidden
from app.documents.rules.einvoice import EInvoice, PaymentInstruction
from app.documents.rules.party import Party


@pytest.mark.parametrize("letter", ["\u202e", "\u200b", "\u2066", "\ufeff", "\n", "\x00", "\x85"])
def test_it_is_named_by_its_number(letter: str) -> None:
    (finding,) = hidden.check(EInvoice(seller=Party(name=f"Muster{letter}AG")))
    assert (finding.rule, finding.place) == ("KT-HIDDEN", "BT-27")
    assert f"U+{ord(letter):04X}" in finding.text()
    assert letter not in finding.text()


def test_every_place_that_is_paid_by_is_looked_at() -> None:
    said = EInvoice(
        number="R\u200b1",
        buyer=Party(name="K\u202eunde"),
        payment_instructions=(
            PaymentInstruction(iban="CH\u200b93", account_name="A\u2060B", remittance="R\u200eF"),
        ),
    )
    places = [finding.place for finding in hidden.check(said)]
    assert sorted(places) == ["BT-1", "BT-44", "BT-83", "BT-84", "BT-85"]


@pytest.mark.parametrize("name", ["Müller & Söhne", "株式会社", "שלום בע״מ", "O’Neill – Gärten"])
def test_names_of_all_countries_are_plain(name: str) -> None:
    assert hidden.check(replace(EInvoice(), seller=Party(name=name))) == []
