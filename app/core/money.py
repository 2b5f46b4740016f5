"""Money: an integer of minor units and an ISO 4217 currency. No float anywhere."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from iso4217 import Currency

from app.core.errors import Invalid


def exponent(currency: str) -> int:
    """Return how many decimals `currency` has by ISO 4217 (CHF 2, JPY 0, KWD 3).

    Raises `Invalid` for a code that is not in the standard.
    """
    try:
        digits: int | None = Currency(currency).exponent
    except ValueError as error:
        raise Invalid(f"{currency!r} is not an ISO 4217 currency") from error
    return digits or 0


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Round half away from zero, as invoices do: -0.005 → -0.01 at two digits."""
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of money: `minor` in the smallest unit of `currency` (12'345 CHF-Rappen = 123.45)."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """Return `amount` of `currency`, rounded half up to its ISO 4217 exponent."""
        digits = exponent(currency)
        return cls(int(rounded(amount, digits).scaleb(digits)), currency)

    @property
    def amount(self) -> Decimal:
        """The amount in major units, exact."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise Invalid(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)
