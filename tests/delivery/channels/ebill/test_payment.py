"""How a bill is to be paid: Swiss payment standards, looked at before anybody else does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.core.money import Money
from app.delivery.channels.ebill import payment
from app.documents.rules.einvoice import EInvoice, PaymentInstruction

QR_IBAN, IBAN = "CH44 3199 9123 0008 8901 2", "CH93 0076 2011 6238 5295 7"
QRR, SCOR = "21 00000 00003 13947 14300 09017", "RF18 5390 0754 7034"
TODAY = date(2026, 11, 22)


def paid_to(iban: str, reference: str, means: str = "30") -> EInvoice:
    way = PaymentInstruction(means_code=means, iban=iban, remittance=reference)
    return EInvoice(payment_instructions=(way,))


def sentence(iban: str, reference: str, means: str = "30") -> str:
    account, found = payment.account(paid_to(iban, reference, means))
    assert (account is None) is bool(found)
    return found[0][0] if found else f"{account.type} {account.reference}" if account else ""


@pytest.mark.parametrize(
    ("iban", "reference", "said"),
    [
        (QR_IBAN, QRR, "QRR 210000000003139471430009017"),
        (IBAN, SCOR, "SCOR RF18539007547034"),
        (IBAN, "", "NON "),
        (IBAN, "LH-40240", "NON "),
        ("LI21 0881 0000 2324 013A A", SCOR, "SCOR RF18539007547034"),
        (QR_IBAN, SCOR, "The account is a QR-IBAN"),
        (QR_IBAN, "", "The account is a QR-IBAN"),
        (QR_IBAN, QRR[:-1] + "8", "The account is a QR-IBAN"),
        (QR_IBAN, "0" * 27, "The account is a QR-IBAN"),
        (QR_IBAN, "²" * 27, "The account is a QR-IBAN"),
        (IBAN, QRR, "The QR reference %(reference)s needs a QR-IBAN"),
        (IBAN, "RF19539007547034", "The reference %(reference)s has a wrong check digit"),
        ("CH93 0076 2011 6238 5295 8", SCOR, "The IBAN %(iban)s has a wrong length"),
        ("DE89 3704 0044 0532 0130 00", SCOR, "eBill pays to accounts in Switzerland"),
        ("", SCOR, "The document names no account"),
    ],
)
def test_account_and_reference_have_to_fit(iban: str, reference: str, said: str) -> None:
    assert sentence(iban, reference).startswith(said)


def test_the_account_in_switzerland_is_taken_where_there_are_several() -> None:
    ways = [
        *paid_to("DE89 3704 0044 0532 0130 00", "").payment_instructions,
        *paid_to(IBAN, SCOR).payment_instructions,
    ]
    account, found = payment.account(EInvoice(payment_instructions=tuple(ways)))
    assert found == []
    assert account is not None
    assert account.iban == IBAN.replace(" ", "")


@pytest.mark.parametrize(
    ("means", "collected"), [("59", True), ("49", True), ("48", True), ("30", False), ("", False)]
)
def test_what_is_collected_is_not_released_by_the_payer(means: str, collected: bool) -> None:
    said = paid_to(IBAN, SCOR, means)
    assert payment.is_collected(said) is collected
    assert payment.is_collected(replace(said, payment_instructions=())) is False


@pytest.mark.parametrize(
    ("total", "asked", "said"),
    [
        (Money(1, "CHF"), True, ""),
        (Money(9_999_999_999, "EUR"), True, ""),
        (Money(10_000_000_000, "CHF"), True, "eBill takes amounts up to"),
        (Money(0, "CHF"), True, "Nothing is to be paid."),
        (Money(0, "CHF"), False, ""),
        (Money(100, "SEK"), True, "eBill takes Swiss francs and euros only"),
        (None, True, "The document has no amount"),
    ],
)
def test_amounts_and_currencies(total: Money | None, asked: bool, said: str) -> None:
    found = payment.amount(total, is_asked_for=asked)
    assert (found[0][0] if found else "").startswith(said)
    assert bool(found) is bool(said)


@pytest.mark.parametrize(
    ("issued", "due", "said"),
    [
        (TODAY, TODAY + timedelta(days=30), ""),
        (TODAY - timedelta(days=90), None, ""),
        (TODAY - timedelta(days=91), None, "The document is older than 90 days"),
        (TODAY + timedelta(days=1), None, "The date of the document lies in the future"),
        (TODAY, TODAY - timedelta(days=1), "It is due before it was issued."),
        (None, None, "The document has no date."),
    ],
)
def test_days(issued: date | None, due: date | None, said: str) -> None:
    found = payment.dates(issued, due, TODAY)
    assert (found[0][0] if found else "").startswith(said)
    assert bool(found) is bool(said)
