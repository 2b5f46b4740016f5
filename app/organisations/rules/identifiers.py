"""Identifiers of a bank account and of a business, in one spelling each: what is wrong says how to mend it.

Sources: ISO 13616 (IBAN), ISO 9362 (BIC), GS1 (GLN), and each country's numbers, by python-stdnum.
"""

import re
from collections.abc import Callable
from types import ModuleType
from typing import Final

from stdnum import bic as stdnum_bic
from stdnum import ean
from stdnum import iban as stdnum_iban
from stdnum.at import businessid
from stdnum.ch import uid as ch_uid
from stdnum.ch import vat as ch_vat
from stdnum.dk import cvr
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus
from stdnum.fr import siren
from stdnum.gb import vat as gb_vat
from stdnum.no import mva
from stdnum.no import orgnr as no_orgnr
from stdnum.se import orgnr as se_orgnr

from app.core.languages import N_
from app.organisations.rules import identifier


class Unsound(ValueError):
    """What was typed cannot be right; `sentence` is a msgid that says how to mend it."""

    def __init__(self, sentence: str, **values: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


REGISTERS: Final[dict[str, tuple[ModuleType, str]]] = {
    "AT": (businessid, "FN 122119m"),
    "CH": (ch_uid, "CHE-100.155.212"),
    "DK": (cvr, "13585628"),
    "FI": (ytunnus, "2077474-0"),
    "FR": (siren, "552 008 443"),
    "NO": (no_orgnr, "988 077 917"),
    "SE": (se_orgnr, "556677-8899"),
}
"""Country → the numbers of its register of companies, and what one looks like; others are free."""

_QR_BANKS: Final = range(30000, 32000)
"""Institutions of QR-IBANs, which take QR bills only (SIX, Swiss payment standards)."""


def iban(typed: str) -> str:
    """Return an IBAN without blanks; raises `Unsound`."""
    number = identifier(typed) or ""
    wrong = N_(
        "This IBAN has a wrong length or check digit. Compare it with your bank’s, digit by digit."
    )
    found = _checked(_validate_iban, number, wrong)
    if found[:2] in ("CH", "LI") and found[4:9].isdigit() and int(found[4:9]) in _QR_BANKS:
        raise Unsound(
            N_(
                "This is a QR-IBAN, which takes QR bills only. Enter the ordinary IBAN of the account."
            )
        )
    return found


def _validate_iban(number: str) -> str:
    # Without the countries' lists of banks: a new bank must not be refused.
    return str(stdnum_iban.validate(number, check_country=False))


def bic(typed: str) -> str:
    """Return a BIC of 8 or 11 characters; raises `Unsound`."""
    wrong = N_("A BIC has 8 or 11 letters and digits, like POFICHBEXXX.")
    return _checked(stdnum_bic.validate, identifier(typed) or "", wrong)


def gln(typed: str) -> str:
    """Return a GLN; raises `Unsound`."""
    number = identifier(typed) or ""
    if re.fullmatch(r"[0-9]{13}", number) is None:
        raise Unsound(N_("A GLN has 13 digits."))
    return _checked(
        ean.validate, number, N_("The check digit of this GLN is wrong. Compare it once more.")
    )


def uid(typed: str) -> str:
    """Return a Swiss UID, `CHE100155212`; raises `Unsound`."""
    wrong = N_("A UID looks like CHE-100.155.212. Compare it once more: its check digit is wrong.")
    return _checked(ch_uid.validate, identifier(typed) or "", wrong)


def vat_id(typed: str) -> str:
    """Return a VAT identifier as it is compared (BT-48), with its country; raises `Unsound`."""
    number = identifier(typed) or ""
    if re.fullmatch(r"[A-Z]{2}(?=.*[0-9])[A-Z0-9]{2,26}", number) is None:
        raise Unsound(N_("Begin with the two letters of the country, as in DE136695976."))
    wrong = N_("This VAT number has a wrong length or check digit. Compare it once more.")
    if (validate := _of_tax(number)) is not None:
        _checked(validate, number, wrong)
    return number


def _of_tax(number: str) -> Callable[[str], str] | None:
    """Return what checks a VAT number of its country; None where no rule is known."""
    prefix = number[:2]
    if prefix == "CH":
        return ch_uid.validate if re.fullmatch(r"CHE\d{9}", number) else ch_vat.validate
    if prefix == "EL" or prefix.lower() in eu_vat.MEMBER_STATES or prefix == "XI":
        return eu_vat.validate
    return {"GB": gb_vat.validate, "NO": mva.validate}.get(prefix)


def registration(typed: str, country: str) -> str:
    """Return a number of the country's register of companies; raises `Unsound`."""
    text = " ".join(typed.split())
    if country not in REGISTERS:
        return text
    module, example = REGISTERS[country]
    wrong = N_("This number does not fit the country’s register. It looks like %(example)s.")
    return _checked(module.validate, text, wrong, example=example)


def _checked(validate: Callable[[str], str], number: str, wrong: str, **values: str) -> str:
    try:
        return str(validate(number))
    except ValidationError as error:
        raise Unsound(wrong, **values) from error


def masked(account: str) -> str:
    """Return what may be shown of an IBAN where it is not needed in full: `…5678`."""
    return f"…{account[-4:]}" if account else ""


def grouped(account: str) -> str:
    """Return an IBAN in groups of four, as it is printed (ISO 13616)."""
    return " ".join(account[place : place + 4] for place in range(0, len(account), 4))
