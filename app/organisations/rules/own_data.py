"""What is known of a customer, field by field: what each is called, and its one spelling by country."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from app.core.languages import N_
from app.organisations.rules import identifiers
from app.organisations.rules.identifiers import Unsound


class Field(StrEnum):
    """The data of a customer that the customer may change; named like the columns."""

    NAME = "name"
    ADDRESS_LINE = "address_line"
    STREET = "street"
    POSTCODE = "postcode"
    CITY = "city"
    COUNTRY = "country"
    LANGUAGE = "language"
    EMAIL = "email"
    PHONE = "phone"
    MOBILE = "mobile"
    IBAN = "iban"
    BIC = "bic"
    ACCOUNT_HOLDER = "account_holder"
    VAT_ID = "vat_id"
    UID = "uid"
    REGISTRATION = "registration"
    GLN = "gln"


FIELD_NAMES: Final = {
    Field.NAME: N_("Name"),
    Field.ADDRESS_LINE: N_("Additional line"),
    Field.STREET: N_("Street and number"),
    Field.POSTCODE: N_("Postcode"),
    Field.CITY: N_("Town"),
    Field.COUNTRY: N_("Country"),
    Field.LANGUAGE: N_("Language"),
    Field.EMAIL: N_("E-mail address for documents"),
    Field.PHONE: N_("Telephone"),
    Field.MOBILE: N_("Mobile phone"),
    Field.IBAN: N_("IBAN"),
    Field.BIC: N_("BIC"),
    Field.ACCOUNT_HOLDER: N_("Account holder"),
    Field.VAT_ID: N_("VAT number"),
    Field.UID: N_("Swiss company number (UID)"),
    Field.REGISTRATION: N_("Company registration"),
    Field.GLN: N_("GLN"),
}

LENGTHS: Final = {
    Field.NAME: 200,
    Field.ADDRESS_LINE: 200,
    Field.STREET: 200,
    Field.POSTCODE: 20,
    Field.CITY: 100,
    Field.EMAIL: 254,
    Field.ACCOUNT_HOLDER: 200,
    Field.REGISTRATION: 40,
}
"""Most characters of what has no form of its own."""

NULLABLE: Final = frozenset({Field.LANGUAGE, Field.EMAIL, Field.VAT_ID, Field.GLN})
"""Columns in which nothing is NULL; in the others it is an empty text."""

ACCOUNT: Final = (Field.IBAN, Field.BIC, Field.ACCOUNT_HOLDER)
BY_COUNTRY: Final = frozenset({Field.POSTCODE, Field.REGISTRATION})
"""What is read anew where the country changes."""

_FOUR: Final = (re.compile(r"(\d{4})"), r"\1", "8001")
_FIVE: Final = (re.compile(r"(\d{5})"), r"\1", "10115")
POSTCODES: Final = {
    "CH": (re.compile(r"([1-9]\d{3})"), r"\1", "8001"),
    "LI": (re.compile(r"(94[89]\d)"), r"\1", "9490"),
    "DE": (re.compile(r"(\d{5})"), r"\1", "10115"),
    "AT": (re.compile(r"([1-9]\d{3})"), r"\1", "1010"),
    "SE": (re.compile(r"([1-9]\d{2})(\d{2})"), r"\1 \2", "111 22"),
    "NO": _FOUR,
    "DK": _FOUR,
    "FI": (re.compile(r"(\d{5})"), r"\1", "00100"),
    "NL": (re.compile(r"([1-9]\d{3})([A-Z]{2})"), r"\1 \2", "1012 AB"),
    "FR": _FIVE,
    "GB": (
        re.compile(r"([A-Z]{1,2}\d[A-Z\d]?|GIR)(\d[A-Z]{2}|0AA)"),
        r"\1 \2",
        "SW1A 1AA",
    ),
    "IT": _FIVE,
    "ES": (re.compile(r"((?:0[1-9]|[1-4]\d|5[0-2])\d{3})"), r"\1", "28013"),
    "BE": (re.compile(r"([1-9]\d{3})"), r"\1", "1000"),
    "LU": (re.compile(r"(\d{4})"), r"\1", "1009"),
}
"""Country → form without blanks, how it is written, an example (each country's post)."""

_OTHER_POSTCODE: Final = re.compile(r"(?=.*[A-Z0-9])[A-Z0-9][A-Z0-9 -]{1,10}[A-Z0-9]")
_MOBILE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})


def sound(field: Field, typed: str, country: str) -> str:
    """Return a value in its one spelling, empty where nothing was typed; raises `Unsound`.

    `country` (ISO 3166-1, may be empty) is the customer's: it decides about postcode, phone, register.
    """
    text = " ".join(typed.split())
    if not text:
        if field is Field.NAME:
            raise Unsound(N_("Enter a name."))
        return ""
    most = LENGTHS.get(field, 64)
    if len(text) > most:
        raise Unsound(N_("At most %(most)s characters."), most=str(most))
    return _written(field, text, country)


def _written(field: Field, text: str, country: str) -> str:
    match field:
        case Field.EMAIL:
            return email(text)
        case Field.POSTCODE:
            return postcode(text, country)
        case Field.PHONE | Field.MOBILE:
            return phone(text, country, is_mobile=field is Field.MOBILE)
        case Field.REGISTRATION:
            return identifiers.registration(text, country)
    check = {
        Field.IBAN: identifiers.iban,
        Field.BIC: identifiers.bic,
        Field.VAT_ID: identifiers.vat_id,
        Field.UID: identifiers.uid,
        Field.GLN: identifiers.gln,
    }.get(field)
    return check(text) if check is not None else text


def email(typed: str) -> str:
    """Return an address in lower case (RFC 5321); raises `Unsound`."""
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise Unsound(N_("Enter an address like name@example.org.")) from error
    return found.normalized.lower()


def postcode(typed: str, country: str) -> str:
    """Return a postcode as its country writes it; raises `Unsound`."""
    text = " ".join(typed.upper().split())
    known = POSTCODES.get(country)
    if known is None:
        if _OTHER_POSTCODE.fullmatch(text) is None:
            raise Unsound(N_("A postcode has 3 to 10 letters and digits."))
        return text
    form, written, example = known
    bare = re.sub(r"[\s-]", "", text.removeprefix(f"{country}-"))
    found = form.fullmatch(bare) if bare.isascii() else None
    if found is None:
        raise Unsound(
            N_("That is no postcode of this country. It looks like %(example)s."), example=example
        )
    return found.expand(written)


def phone(typed: str, country: str, *, is_mobile: bool = False) -> str:
    """Return a telephone number as E.164 (`+41441234567`); raises `Unsound`."""
    try:
        number = phonenumbers.parse(typed, country or None)
    except NumberParseException as error:
        if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
            raise Unsound(N_("Begin with + and the country, as in +41 44 668 18 00.")) from error
        raise Unsound(_NO_NUMBER) from error
    if not phonenumbers.is_valid_number(number):
        raise Unsound(_NO_NUMBER)
    if is_mobile and phonenumbers.number_type(number) not in _MOBILE:
        raise Unsound(N_("That is not a mobile number. Enter it under “Telephone”."))
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


_NO_NUMBER: Final = N_(
    "There is no such number. Compare the digits, and begin with + if it is in another country."
)


def spelled(field: Field, value: str, country: str = "") -> str:
    """Return a value as people read it; a telephone number of `country` without its prefix."""
    if field is Field.IBAN:
        return identifiers.grouped(value)
    if field is Field.UID and re.fullmatch(r"CHE\d{9}", value):
        return f"CHE-{value[3:6]}.{value[6:9]}.{value[9:]}"
    return _dialled(value, country) if field in (Field.PHONE, Field.MOBILE) else value


def _dialled(number: str, country: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    is_here = phonenumbers.region_code_for_number(parsed) == country
    form = PhoneNumberFormat.NATIONAL if is_here else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, form)


def incomplete(values: Mapping[Field, str]) -> dict[Field, str]:
    """Return the fields that the others ask for, each with a msgid."""
    account, holder = values.get(Field.IBAN, ""), values.get(Field.ACCOUNT_HOLDER, "")
    found = {}
    if account and not holder:
        found[Field.ACCOUNT_HOLDER] = N_("Enter whose account it is.")
    if not account and (holder or values.get(Field.BIC, "")):
        found[Field.IBAN] = N_("Enter the IBAN, or leave the whole account empty.")
    return found


def values_of(customer: object) -> dict[Field, str]:
    """Return what a customer has in every field; nothing is an empty text."""
    return {field: str(getattr(customer, field.value) or "") for field in Field}


def stored(field: Field, value: str) -> str | None:
    """Return a value as its column keeps it."""
    return None if not value and field in NULLABLE else value
