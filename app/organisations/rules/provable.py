"""By which proofs a customer can be asked at all, in one word that an index can hold (PY-04, PY-07)."""

from enum import StrEnum
from typing import Final

from app.access.proof import Method
from app.organisations.rules import proving


class Provable(StrEnum):
    """What a customer's data are good for."""

    NOTHING = "nothing"
    ADDRESS = "address"
    SMS = "sms"
    BOTH = "both"


METHODS: Final = {
    Provable.NOTHING: frozenset[Method](),
    Provable.ADDRESS: frozenset({Method.ADDRESS}),
    Provable.SMS: frozenset({Method.SMS}),
    Provable.BOTH: frozenset(Method),
}
"""Word → the methods that it stands for."""

_WORDS: Final = {methods: word for word, methods in METHODS.items()}


def provable(postcode: str, street: str, country: str, mobile: str) -> Provable:
    """Return the word for what a customer with these data can prove."""
    return _WORDS[proving.possible(postcode, street, country, mobile)]


def beyond(asked: frozenset[Method]) -> tuple[Provable, ...]:
    """Return the words of customers who can prove nothing by the `asked` methods."""
    return tuple(word for word, methods in METHODS.items() if not methods & asked)
