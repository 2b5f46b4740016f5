"""Check digits: right ones pass, one wrong digit is a warning."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.rules.check_digits import check
from app.documents.rules.einvoice import Delivery, EInvoice, PaymentInstruction
from app.documents.rules.findings import Severity
from app.documents.rules.line import Item, Line
from app.documents.rules.party import Identifier, Party
from tests.documents.strategies import einvoices


def rules(einvoice: EInvoice) -> list[str]:
    findings = check(einvoice)
    assert all(finding.severity is Severity.WARNING for finding in findings)
    return [finding.rule for finding in findings]


@pytest.mark.parametrize(
    ("field", "right", "wrong", "rule"),
    [
        ("iban", "CH93 0076 2011 6238 5295 7", "CH9300762011623852958", "KT-IBAN"),
        ("iban", "DE89370400440532013000", "DE8937040044053201300", "KT-IBAN"),
        ("debited_iban", "NO9386011117947", "NO9386011117948", "KT-IBAN"),
        (
            "remittance",
            "210000000003139471430009017",
            "210000000003139471430009018",
            "KT-QR-REFERENCE",
        ),
        ("remittance", "RF18 5390 0754 7034", "RF19539007547034", "KT-CREDITOR-REFERENCE"),
    ],
)
def test_a_wrong_digit_in_a_payment_is_a_warning(
    field: str, right: str, wrong: str, rule: str
) -> None:
    def with_value(value: str) -> EInvoice:
        return EInvoice(payment_instructions=(replace(PaymentInstruction(), **{field: value}),))

    assert rules(with_value(right)) == []
    assert rules(with_value(wrong)) == [rule]


@pytest.mark.parametrize("account", ["", "1234-5678", "BG 5050-1055", "Invoice 12"])
def test_an_account_that_is_no_iban_is_no_finding(account: str) -> None:
    instruction = PaymentInstruction(iban=account, remittance=account)
    assert rules(EInvoice(payment_instructions=(instruction,))) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("CHE-107.787.577 MWST", "CHE-107.787.578 MWST"),
        ("DE136695976", "DE136695978"),
        ("SE556703748501", "SE556703748502"),
        ("NO995525828MVA", "NO995525829MVA"),
        ("EL023456780", "EL123456781"),
    ],
)
def test_a_wrong_digit_in_a_vat_identifier_is_a_warning(right: str, wrong: str) -> None:
    assert rules(EInvoice(seller=Party(vat_identifier=right))) == []
    assert rules(EInvoice(seller=Party(vat_identifier=wrong))) == ["KT-VAT-IDENTIFIER"]


def test_a_vat_identifier_of_a_country_without_a_known_rule_is_no_finding() -> None:
    assert rules(EInvoice(buyer=Party(vat_identifier="ZZ123"))) == []


def test_a_wrong_digit_in_a_gln_or_gtin_is_a_warning() -> None:
    gln, gtin = Identifier("4000001123452", "0088"), Identifier("4012345001235", "0160")
    good = EInvoice(
        seller=Party(identifiers=(gln,)),
        buyer=Party(electronic_address=gln),
        delivery=Delivery(location=gln),
        lines=(Line(item=Item(standard_identifier=gtin)),),
    )
    assert rules(good) == []
    bad_gln, bad_gtin = Identifier("4000001123453", "0088"), Identifier("4012345001236", "0160")
    bad = replace(
        good,
        delivery=Delivery(location=bad_gln),
        lines=(Line(item=Item(standard_identifier=bad_gtin)),),
    )
    assert rules(bad) == ["KT-GLN", "KT-GTIN"]


@given(einvoices)
def test_no_einvoice_makes_the_checks_fail(einvoice: EInvoice) -> None:
    assert all(finding.text() for finding in check(einvoice))


@given(st.text(max_size=30))
def test_no_text_in_an_identifier_makes_the_checks_fail(text: str) -> None:
    party = Party(vat_identifier=text, identifiers=(Identifier(text, "0088"),))
    instruction = PaymentInstruction(iban=text, remittance=text, debited_iban=text)
    einvoice = EInvoice(seller=party, buyer=party, payment_instructions=(instruction,))
    assert all(finding.text() for finding in check(einvoice))
