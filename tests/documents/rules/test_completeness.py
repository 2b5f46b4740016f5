"""What an invoice must have."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from app.documents.rules.completeness import check
from app.documents.rules.einvoice import NOBODY, EInvoice, Totals
from app.documents.rules.findings import Severity
from app.documents.rules.line import Line
from app.documents.rules.party import Party

GOOD = EInvoice(
    number="1",
    issue_date=date(2026, 3, 2),
    type_code="380",
    currency="CHF",
    due_date=date(2026, 3, 2),
    seller=Party(name="Muster AG"),
    buyer=Party(name="Kunde GmbH"),
    totals=Totals(with_vat=Decimal(1)),
    lines=(Line(),),
)


def rules(einvoice: EInvoice, has_lines: bool = True) -> dict[str, Severity]:
    return {finding.rule: finding.severity for finding in check(einvoice, has_lines=has_lines)}


def test_a_complete_invoice_has_no_finding() -> None:
    assert rules(GOOD) == {}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"number": ""}, "KT-NUMBER"),
        ({"issue_date": None, "due_date": None}, "KT-DATE"),
        ({"currency": ""}, "KT-CURRENCY"),
        ({"currency": "XYZ"}, "KT-CURRENCY-UNKNOWN"),
        ({"currency": "KWD"}, "KT-CURRENCY-DECIMALS"),
        ({"seller": NOBODY}, "KT-SELLER"),
        ({"buyer": NOBODY}, "KT-BUYER"),
        ({"totals": Totals()}, "KT-TOTAL"),
        ({"type_code": "999"}, "KT-TYPE-CODE"),
        ({"lines": ()}, "KT-LINES-MISSING"),
    ],
)
def test_what_is_missing_or_cannot_be_is_fatal(change: dict[str, object], rule: str) -> None:
    found = rules(replace(GOOD, **change))  # type: ignore[arg-type]
    assert found == {rule: Severity.FATAL}


def test_a_due_date_before_the_invoice_date_is_a_warning() -> None:
    early = replace(GOOD, due_date=date(2026, 3, 1))
    assert rules(early) == {"KT-DUE-DATE": Severity.WARNING}


def test_a_profile_without_lines_is_only_information() -> None:
    assert rules(replace(GOOD, lines=()), False) == {"KT-NO-LINES": Severity.INFORMATION}
