"""An e-invoice goes to JSON and comes back exactly."""

import json
from decimal import Decimal

import pytest
from hypothesis import given

from app.core.errors import Invalid
from app.documents.rules.einvoice import EInvoice, Totals
from app.documents.rules.line import AllowanceCharge, Item, Line
from tests.documents.strategies import einvoices


@given(einvoices)
def test_every_einvoice_comes_back_from_json_as_it_was(einvoice: EInvoice) -> None:
    again = EInvoice.from_json(json.loads(json.dumps(einvoice.to_json())))
    assert again == einvoice
    assert repr(again) == repr(einvoice)


def test_a_number_keeps_its_zeros_in_json() -> None:
    assert EInvoice(totals=Totals(due=Decimal("12.50"))).to_json() == {"totals": {"due": "12.50"}}


def test_empty_fields_are_left_out_of_json() -> None:
    einvoice = EInvoice(number="1", lines=(Line(item=Item(name="Work")),))
    assert einvoice.to_json() == {"number": "1", "lines": [{"item": {"name": "Work"}}]}


def test_a_field_of_a_later_version_is_ignored() -> None:
    assert EInvoice.from_json({"number": "1", "colour": "blue"}) == EInvoice(number="1")


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 5},
        {"issue_date": "yesterday"},
        {"lines": "none"},
        {"totals": {"due": "much"}},
        {"totals": {"due": "NaN"}},
        {"totals": []},
        {"totals": {"due": None, "paid": []}},
    ],
)
def test_a_value_of_a_wrong_type_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        EInvoice.from_json(wrong)


def test_allowances_and_charges_are_told_apart() -> None:
    allowance, charge = AllowanceCharge(amount=Decimal(1)), AllowanceCharge(is_charge=True)
    einvoice = EInvoice(allowances_charges=(allowance, charge))
    assert einvoice.allowances == (allowance,)
    assert einvoice.charges == (charge,)
