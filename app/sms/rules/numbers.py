"""Telephone numbers that may get a message (ITU-T E.164; metadata of libphonenumber)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

_MOBILE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
_COSTLY: Final = frozenset(
    {
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.UAN,
        PhoneNumberType.PERSONAL_NUMBER,
    }
)
RANGE_DIGITS: Final = 3
"""Last digits that two numbers of one range may differ in: ranges are rented by the thousand."""


class Objection(StrEnum):
    """Why nothing is sent."""

    NO_GATEWAY = "no_gateway"
    PAUSED = "paused"
    NOT_A_NUMBER = "not_a_number"
    NOT_MOBILE = "not_mobile"
    COSTLY = "costly"
    """A premium or shared-cost range, where somebody else earns by each message."""
    COUNTRY = "country"
    TOO_LONG = "too_long"
    BUDGET_OF_NUMBER = "budget_of_number"
    BUDGET_OF_RANGE = "budget_of_range"
    BUDGET_OF_COUNTRY = "budget_of_country"
    BUDGET_OF_HOUSE = "budget_of_house"


class Unfit(ValueError):
    """No message goes to this number."""

    def __init__(self, objection: Objection) -> None:
        super().__init__(objection.value)
        self.objection = objection


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes."""

    number: str
    """E.164, `+41791234542`."""
    country: str
    """ISO 3166-1."""

    @property
    def range(self) -> str:
        """The first digits, which it shares with those that were rented together with it."""
        return self.number[:-RANGE_DIGITS]


def destination(typed: str, home: str, allowed: Collection[str]) -> Destination:
    """Return where a number leads; raises `Unfit`.

    `home` is the country whose numbers may be written without one; `allowed` names countries (ISO
    3166-1).
    """
    try:
        number = phonenumbers.parse(typed, home)
    except NumberParseException as error:
        raise Unfit(Objection.NOT_A_NUMBER) from error
    kind = phonenumbers.number_type(number)
    if kind in _COSTLY:
        raise Unfit(Objection.COSTLY)
    country = phonenumbers.region_code_for_number(number)
    if country is None or not phonenumbers.is_valid_number(number):
        raise Unfit(Objection.NOT_A_NUMBER)
    if country not in allowed:
        raise Unfit(Objection.COUNTRY)
    if kind not in _MOBILE:
        raise Unfit(Objection.NOT_MOBILE)
    return Destination(_written(number), country)


def masked(number: str) -> str:
    """Return a number as it is shown: `+41 ••• ••• 42`; empty where it is none."""
    try:
        found = phonenumbers.parse(number)
    except NumberParseException:
        return ""
    return f"+{found.country_code} ••• ••• {number[-2:]}"


def countries() -> list[str]:
    """Return every country that has telephone numbers (ISO 3166-1), in the alphabet's order."""
    return sorted(phonenumbers.SUPPORTED_REGIONS)


def _written(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
