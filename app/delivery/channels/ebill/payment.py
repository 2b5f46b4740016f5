"""How a bill is to be paid, looked at before anybody else does: Swiss Implementation Guidelines QR-bill 2.3.

A QR-IBAN takes a QR reference and nothing else; an ordinary IBAN takes an ISO 11649 reference, or none.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from stdnum import iban, iso11649
from stdnum.ch import esr
from stdnum.exceptions import ValidationError

from app.core.languages import N_
from app.core.money import Money
from app.documents.rules.einvoice import EInvoice, PaymentInstruction

CURRENCIES: Final = frozenset({"CHF", "EUR"})
MOST: Final = Decimal("99999999.99")
OLDEST: Final = timedelta(days=90)
"""How old a business case may be on the day that it is handed over."""
QR_BANKS: Final = range(30000, 32000)
"""Institutions of QR-IBANs."""
QR_LENGTH: Final = 27
COUNTRIES: Final = frozenset({"CH", "LI"})
TRANSFERS: Final = frozenset({"", "1", "30", "31", "42", "58", "ZZZ"})
"""Means of payment (UNTDID 4461, BT-81) by which the payer sends the money."""
COLLECTED: Final = frozenset({"48", "49", "54", "55", "59"})
"""Those by which it is collected: a card, a direct debit."""

Finding = tuple[str, dict[str, Any]]
"""A msgid and what stands in it."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where the money goes: IBAN without blanks, the reference without blanks, and of which type."""

    iban: str
    reference: str
    type: str
    """`QRR`, `SCOR`, or `NON`."""


def is_collected(said: EInvoice) -> bool:
    """Say whether the money is collected from the payer, who has nothing to release."""
    ways = said.payment_instructions
    return bool(ways) and all(one.means_code in COLLECTED for one in ways)


def dates(issued: date | None, due: date | None, today: date) -> list[Finding]:
    """Return what is wrong with the days of a case; `due` counts where money is asked for."""
    found: list[Finding] = []
    if issued is None:
        found.append((N_("The document has no date."), {}))
    elif issued > today:
        found.append((N_("The date of the document lies in the future: eBill takes it later."), {}))
    elif today - issued > OLDEST:
        found.append(
            (N_("The document is older than 90 days: eBill does not take it any more."), {})
        )
    if issued is not None and due is not None and due < issued:
        found.append((N_("It is due before it was issued."), {}))
    return found


def amount(total: Money | None, *, is_asked_for: bool) -> list[Finding]:
    """Return what is wrong with the amount; it has to be more than nothing where it is asked for."""
    if total is None:
        return [(N_("The document has no amount in a known currency."), {})]
    if total.currency not in CURRENCIES:
        sentence = N_("eBill takes Swiss francs and euros only, not %(currency)s.")
        return [(sentence, {"currency": total.currency})]
    if is_asked_for and total.minor <= 0:
        return [(N_("Nothing is to be paid."), {})]
    if abs(total.amount) > MOST:
        return [(N_("eBill takes amounts up to 99'999'999.99 only."), {})]
    return []


def account(said: EInvoice) -> tuple[Account | None, list[Finding]]:
    """Return where the money of a bill goes, or what is wrong with what the bill says of that."""
    ways = [one for one in said.payment_instructions if one.means_code in TRANSFERS and one.iban]
    if not ways:
        return None, [(N_("The document names no account to pay to."), {})]
    swiss = [one for one in ways if _squeezed(one.iban)[:2] in COUNTRIES]
    if not swiss:
        sentence = N_(
            "eBill pays to accounts in Switzerland and Liechtenstein only, not to %(iban)s."
        )
        return None, [(sentence, {"iban": _squeezed(ways[0].iban)})]
    return _checked(swiss[0])


def _checked(way: PaymentInstruction) -> tuple[Account | None, list[Finding]]:
    number, reference = _squeezed(way.iban), _squeezed(way.remittance)
    try:
        iban.validate(number, check_country=False)
    except ValidationError:
        sentence = N_("The IBAN %(iban)s has a wrong length or check digit.")
        return None, [(sentence, {"iban": number})]
    is_qr = number[4:9].isdigit() and int(number[4:9]) in QR_BANKS
    type_, wrong = _reference(reference, is_qr=is_qr)
    if wrong is not None:
        return None, [(wrong, {"reference": way.remittance.strip()})]
    return Account(number, reference if type_ != "NON" else "", type_), []


def _reference(reference: str, *, is_qr: bool) -> tuple[str, str | None]:
    """Return the type of a reference, and what is wrong with it beside its account, as a msgid."""
    if is_qr:
        if not _is_qrr(reference):
            return "", N_(
                "The account is a QR-IBAN, which needs a QR reference of 27 digits"
                " with the right check digit. The document says “%(reference)s”."
            )
        return "QRR", None
    if len(reference) == QR_LENGTH and reference.isdigit():
        return "", N_(
            "The QR reference %(reference)s needs a QR-IBAN. The document names an ordinary IBAN."
        )
    if reference.startswith("RF"):
        if iso11649.is_valid(reference):
            return "SCOR", None
        return "", N_("The reference %(reference)s has a wrong check digit (ISO 11649).")
    return "NON", None


def _is_qrr(reference: str) -> bool:
    is_whole = len(reference) == QR_LENGTH and reference.isascii() and reference.isdigit()
    return is_whole and bool(reference.strip("0")) and esr.is_valid(reference)


def _squeezed(typed: str) -> str:
    return "".join(typed.split()).upper()
