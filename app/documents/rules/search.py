"""What somebody may mean who types a few characters into the one search box."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from app.core.languages import N_

LONGEST_WORD: Final = 40
MOST_WORDS: Final = 20
"""Words that are remembered of the names of one document's files."""
SHORTEST: Final = 2
"""Letters that a word of a file's name needs to be looked for."""

_BLANKS: Final = re.compile(r"[\s'’]")
_CURRENCY: Final = re.compile(r"^([A-Za-z]{3})(?=[\d-])|(?<=\d)([A-Za-z]{3})$")
_AMOUNT: Final = re.compile(
    r"-?\d{1,3}([.,])\d{3}(\1\d{3})*([.,]\d{1,3})?|-?\d{1,12}([.,]\d{1,3})?"
)
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY: Final = re.compile(r"(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})")
_WORD: Final = re.compile(r"[^\W_]+")


class Meaning(StrEnum):
    """What a text was taken for."""

    NUMBER = "number"
    ORDER = "order"
    CUSTOMER = "customer"
    AMOUNT = "amount"
    DATE = "date"
    FILE = "file"


MEANING_NAMES: Final = {
    Meaning.NUMBER: N_("as number"),
    Meaning.ORDER: N_("as order number"),
    Meaning.CUSTOMER: N_("as customer"),
    Meaning.AMOUNT: N_("as amount"),
    Meaning.DATE: N_("as date"),
    Meaning.FILE: N_("as file name"),
}


@dataclass(frozen=True, slots=True)
class Meanings:
    """All that a text can mean; nothing is decided, every meaning is looked up."""

    text: str
    """As the beginning of a number, an order number, a customer's name or number."""
    amount: Decimal | None = None
    """In major units of some currency."""
    day: date | None = None
    words: tuple[str, ...] = ()
    """Beginnings of words of a file's name, all of them wanted; the longest first."""

    def tried(self, *, with_customers: bool) -> list[Meaning]:
        """Return what is looked up, in the order in which a page says it."""
        return [
            Meaning.NUMBER,
            Meaning.ORDER,
            *([Meaning.CUSTOMER] if with_customers else []),
            *([Meaning.AMOUNT] if self.amount is not None else []),
            *([Meaning.DATE] if self.day is not None else []),
            *([Meaning.FILE] if self.words else []),
        ]


def meanings(text: str, *, decimal_sign: str, is_month_first: bool) -> Meanings:
    """Return what `text` can mean to a reader who writes decimals and days in this way."""
    trimmed = text.strip()
    return Meanings(
        text=trimmed,
        amount=amount(trimmed, decimal_sign),
        day=day(trimmed, is_month_first=is_month_first),
        words=wanted_words(trimmed),
    )


def amount(text: str, decimal_sign: str) -> Decimal | None:
    """Read an amount: `1284.50`, `1'284.50`, `1.284,50`, `1,284.50 EUR`; None where it is none.

    One sign before three digits parts thousands, unless it is the reader's `decimal_sign`.
    """
    plain = _CURRENCY.sub("", _BLANKS.sub("", text))
    if not plain.isascii() or not _AMOUNT.fullmatch(plain):
        return None
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return Decimal(plain)
    sign, behind = plain[last], plain[last + 1 :]
    parts_thousands = len(behind) == 3 and sign != decimal_sign and len(plain[:last]) <= 12
    if plain.count(sign) > 1 or parts_thousands:
        return Decimal(plain.replace(".", "").replace(",", ""))
    return Decimal(f"{plain[:last].replace('.', '').replace(',', '')}.{behind}")


def day(text: str, *, is_month_first: bool) -> date | None:
    """Read a day: `2026-11-03`, `3.11.2026`, `3/11/26`; two digits mean this century.

    With dots the day stands first everywhere; with other signs as the reader's country writes.
    """
    if not text.isascii():
        return None
    iso, found = _ISO_DAY.fullmatch(text), _DAY.fullmatch(text)
    if iso is not None:
        year, month, number = (int(part) for part in iso.groups())
    elif found is not None:
        first, sign, second, last = found.groups()
        year = int(last) + (2000 if len(last) == 2 else 0)
        swapped = is_month_first and sign != "."
        number, month = (int(second), int(first)) if swapped else (int(first), int(second))
    else:
        return None
    try:
        return date(year, month, number)
    except ValueError:
        return None


def wanted_words(text: str) -> tuple[str, ...]:
    """Return the beginnings of words that a file's name must have, the longest first."""
    stem = PurePosixPath(text).stem if re.search(r"\.[A-Za-z]{3,4}$", text) else text
    found = [word[:LONGEST_WORD] for word in _WORD.findall(stem.lower())]
    long = {word for word in found if len(word) >= SHORTEST}
    return tuple(sorted(long, key=lambda word: (-len(word), word))[:5])


def words_of(names: list[str]) -> list[str]:
    """Return the words of files' names without their endings, each once, in order."""
    stems = [PurePosixPath(name).stem.lower() for name in names]
    words = [word[:LONGEST_WORD] for stem in stems for word in _WORD.findall(stem)]
    return list(dict.fromkeys(word for word in words if len(word) >= SHORTEST))[:MOST_WORDS]
