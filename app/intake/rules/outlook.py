"""The plan in numbers: what is new, what is known, and which customers are strangers."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from app.intake.rules.plan import Plan
from app.intake.rules.said import Said


def identity(said: Said) -> tuple[str, str]:
    """Return the strongest sign of a row's customer: rows that share it are one customer's."""
    if said.customer_number:
        return "number", said.customer_number
    if said.customer_email:
        return "email", said.customer_email
    return "name", said.customer_name.lower()


def is_by_name(said: Said) -> bool:
    """Say whether the name is all that a row says of its customer."""
    return not (said.customer_number or said.customer_email)


@dataclass(frozen=True, slots=True)
class Known:
    """What is there already: bytes by their SHA-256, and signs of customers that fit one each."""

    bytes: frozenset[str] = frozenset()
    signs: frozenset[tuple[str, str]] = frozenset()

    def has_customer(self, said: Said) -> bool:
        """Say whether a row's customer will be found: by number, by mail; by name where it has neither."""
        if is_by_name(said):
            return ("name", said.customer_name.lower()) in self.signs
        number, email = ("number", said.customer_number), ("email", said.customer_email)
        return number in self.signs or email in self.signs


@dataclass(frozen=True, slots=True)
class Outlook:
    """The plan in numbers."""

    documents: int
    known: int
    wrong: int
    unnamed: int
    missing: int
    customers: int
    """Customers that are not known yet."""
    kinds: Mapping[str, int]
    """Kind → how many documents of it are made."""


def outlook(of: Plan, known: Known) -> Outlook:
    """Count what will happen."""
    good = of.good
    said = [line.reading.said for line in good if line.reading.said is not None]
    new = [
        line.reading.said
        for line in good
        if line.reading.said and line.entry and line.entry.sha256 not in known.bytes
    ]
    strangers = {identity(one) for one in new if not known.has_customer(one)}
    return Outlook(
        documents=len(new),
        known=len(said) - len(new),
        wrong=len(of.lines) - len(good),
        unnamed=len(of.unnamed),
        missing=of.missing,
        customers=len(strangers),
        kinds=Counter(one.description.kind.value for one in new),
    )
