"""Where a letter on paper goes: the lines of an address as its country writes them.

Sources: "Postal addressing systems in member countries" (UPU, S42); SN 010130, DIN 5008, SS 613401.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FIELDS: Final = ("address_line", "street", "postcode", "city", "country")
"""Parts of an address, as a customer has them. `Recipient.postal` calls the first `line`."""

TOWN_FIRST: Final = frozenset({"AU", "CA", "IE", "IN", "NZ", "SG", "US", "ZA"})
"""Countries that write the town, then the postcode, in one line."""
POSTCODE_LAST: Final = frozenset({"GB", "GG", "IM", "JE"})
"""Countries whose postcode has a line of its own below the town."""
NO_POSTCODE: Final = frozenset({"AE", "AO", "BS", "GH", "HK", "IE", "JM", "KE", "PA", "QA", "UG"})
"""Countries without postcodes, or where they are not needed."""
MOST_LINES: Final = 6
"""What a window shows."""


@dataclass(frozen=True, slots=True)
class Postal:
    """Who gets a letter, and where: parts as they are typed, country by ISO 3166-1."""

    name: str
    address_line: str
    street: str
    postcode: str
    city: str
    country: str


def postal(name: str, own: Mapping[str, str] | None, customers: Mapping[str, str]) -> Postal:
    """Return where somebody's letters go: an address of their own, else the customer's, as a whole.

    Parts of one are never mixed with parts of the other.
    """
    own = {"address_line": (own or {}).get("line", ""), **(own or {})}
    chosen = own if any(own.get(field) for field in FIELDS) else customers
    said = {field: " ".join(str(chosen.get(field) or "").split()) for field in FIELDS}
    said["country"] = said["country"].upper()
    return Postal(name=" ".join(str(chosen.get("name") or name).split()), **said)


def lacks(address: Postal, home: str) -> list[str]:
    """Return which parts a letter would lack to arrive; `home` is the sender's country."""
    country = address.country or home
    needed = ["name", "street", "city"]
    if country not in NO_POSTCODE:
        needed.append("postcode")
    return [field for field in needed if not getattr(address, field)]


def lines(address: Postal, home: str, country: str = "") -> list[str]:
    """Return the lines of an envelope, at most `MOST_LINES`.

    `country`: the country's name in the sender's language; it stands last, in capitals, where the
    letter leaves the sender's country `home` (UPU, Convention Regulations 17-107).
    """
    there = address.country or home
    written = [address.name, address.address_line, address.street, *_town(address, there)]
    if there != home:
        written.append((country or there).upper())
    return [line for line in written if line][:MOST_LINES]


def _town(address: Postal, country: str) -> list[str]:
    if country in POSTCODE_LAST:
        return [address.city, address.postcode]
    order = (address.city, address.postcode) if country in TOWN_FIRST else _numbered(address)
    return [" ".join(part for part in order if part)]


def _numbered(address: Postal) -> tuple[str, str]:
    return address.postcode, address.city
