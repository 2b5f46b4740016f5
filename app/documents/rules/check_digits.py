"""Check digits of the identifiers in an e-invoice: a wrong one is a typing mistake, so a warning.

Sources: ISO 13616 (IBAN), ISO 11649 (RF reference), SIX payment standards (QR reference), GS1 (GLN,
GTIN), and each country's VAT number, all by python-stdnum.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from stdnum import ean, get_cc_module, iban, iso11649
from stdnum.ch import esr
from stdnum.exceptions import ValidationError

from app.core.languages import N_
from app.documents.rules.einvoice import EInvoice, PaymentInstruction
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.line import Line
from app.documents.rules.party import Identifier, Party

GLN: Final = "0088"
GTIN: Final = "0160"
"""Schemes of ISO 6523 for GS1's location and article numbers."""

_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
_QR_REFERENCE: Final = re.compile(r"\d{27}")
_COUNTRIES: Final = {"EL": "gr", "XI": "gb"}
"""Prefixes of VAT identifiers that are not the country's own code (BR-CO-09)."""


def check(einvoice: EInvoice) -> list[Finding]:
    """Return a warning for every identifier whose check digits are wrong."""
    findings = [
        finding
        for instruction in einvoice.payment_instructions
        for finding in _payment(instruction)
    ]
    findings += _party(einvoice.seller, "BT-31", "BT-29")
    findings += _party(einvoice.buyer, "BT-48", "BT-46")
    if einvoice.payee:
        findings += _party(einvoice.payee, "", "BT-60")
    if einvoice.tax_representative:
        findings += _party(einvoice.tax_representative, "BT-63", "")
    if einvoice.delivery and einvoice.delivery.location:
        findings += _gln(einvoice.delivery.location, "BT-71")
    findings += [finding for line in einvoice.lines for finding in _gtin(line)]
    return list(dict.fromkeys(findings))


def _is_right(validate: Callable[[str], str], number: str) -> bool:
    try:
        validate(number)
    except ValidationError:
        return False
    return True


def _warning(rule: str, sentence: str, place: str, number: str) -> Finding:
    return Finding(rule, Severity.WARNING, sentence, place, {"number": number})


def _payment(instruction: PaymentInstruction) -> Iterator[Finding]:
    for place, account in (("BT-84", instruction.iban), ("BT-91", instruction.debited_iban)):
        number = re.sub(r"\s", "", account).upper()
        if _IBAN.fullmatch(number) and not _is_right(_validate_iban, number):
            sentence = N_("The IBAN %(number)s has a wrong check digit or length.")
            yield _warning("KT-IBAN", sentence, place, number)
    reference = re.sub(r"\s", "", instruction.remittance).upper()
    if _QR_REFERENCE.fullmatch(reference) and not _is_right(esr.validate, reference):
        sentence = N_("The QR reference %(number)s has a wrong check digit.")
        yield _warning("KT-QR-REFERENCE", sentence, "BT-83", reference)
    if re.fullmatch(r"RF\d{2}[A-Z0-9]{1,21}", reference) and not _is_right(
        iso11649.validate, reference
    ):
        sentence = N_("The creditor reference %(number)s has a wrong check digit.")
        yield _warning("KT-CREDITOR-REFERENCE", sentence, "BT-83", reference)


def _validate_iban(number: str) -> str:
    return str(iban.validate(number, check_country=False))


def _party(party: Party, vat_place: str, place: str) -> Iterator[Finding]:
    if vat_place and not _is_vat_identifier(party.vat_identifier):
        sentence = N_("The VAT identifier %(number)s has a wrong form or check digit.")
        yield _warning("KT-VAT-IDENTIFIER", sentence, vat_place, party.vat_identifier)
    addresses = [party.electronic_address, party.legal_identifier, *party.identifiers]
    for identifier in filter(None, addresses):
        yield from _gln(identifier, place)


def _is_vat_identifier(number: str) -> bool:
    """Say whether the check digits are right; True for a country whose rule is not known."""
    prefix = number[:2].upper()
    module = get_cc_module(_COUNTRIES.get(prefix, prefix.lower()), "vat") if number else None
    return module is None or _is_right(module.validate, number)


def _gln(identifier: Identifier, place: str) -> Iterator[Finding]:
    if identifier.scheme == GLN and not _is_gs1(identifier.value, 13):
        sentence = N_("The GLN %(number)s has a wrong check digit or length.")
        yield _warning("KT-GLN", sentence, place, identifier.value)


def _gtin(line: Line) -> Iterator[Finding]:
    identifier = line.item.standard_identifier
    if identifier and identifier.scheme == GTIN and not _is_gs1(identifier.value):
        sentence = N_("Line article number (GTIN) %(number)s has a wrong check digit or length.")
        place = f"BT-157, {line.identifier}"
        yield _warning("KT-GTIN", sentence, place, identifier.value)


def _is_gs1(number: str, length: int = 0) -> bool:
    return (not length or len(number) == length) and _is_right(ean.validate, number)
