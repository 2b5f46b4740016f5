"""What of a customer's address can be asked for as a proof, in one spelling per country (PY-05).

Sources: the countries' postal rules as the UPU collects them ("Postal addressing systems in member
countries"), SS 613401 (Sweden: `lgh 1102`), Kartverket (Norway: dwelling numbers `H0101`), NEN 5825
(Netherlands: number and addition).
"""

import re
import unicodedata
from typing import Final

from app.access.proof import Method

_SIGNS: Final = {
    "AT": "A", "BE": "B", "CH": "CH", "DE": "D", "DK": "DK", "ES": "E", "FI": "FIN", "FR": "F",
    "IT": "I", "LI": "FL", "LU": "L", "NL": "NL", "NO": "N", "PT": "P", "SE": "S",
}  # fmt: skip
"""Country → the sign that people write before its postcodes beside the country's code."""

_NUMBER_FIRST: Final = frozenset({"AU", "CA", "FR", "GB", "IE", "IN", "LU", "MT", "NZ", "US", "ZA"})
"""Countries that write the number before the street: `12 High Street`."""

_POST_BOX: Final = re.compile(
    r"(?:p\.? ?o\.? ?box|box|postbox|postboks|pb|postfach|postbus|case postale|boîte postale|[cb]p)"
    r"\.? ?[\d ]+.*|postfach"
)
_INSIDE_FIRST: Final = re.compile(r"(?:flat|apartment|apt|unit|suite|floor|room|bât|bâtiment)\b.*")
"""A part of a building, named before the street's number."""

_INSIDE_LAST: Final = re.compile(
    r"(?:[ /]+(?:lgh|lght|lägenhet|whg|wohnung|top|tür|stiege|leil|leilighet|bolig|apt|app|bus|bte"
    r"|boîte|vån|våning|\d+ ?tr|\d+ ?etg)\b|[ -]+[hkul]\d{4}\b).*"
)
"""A part of a building, named after the street's number: a flat, a floor, Norway's `H0101`."""

_YEARS_IN_NAME: Final = re.compile(r"\b(?:1[5-9]|20)\d\d(?:-(?:19|20)\d\d)? +(?=\d)")
"""`Plein 1945 12`, `Laan 1940-1945 66`."""

_SQUARE: Final = re.compile(r"[a-u] ?[1-8]")
"""A square of Mannheim, `C 4, 12`: the street has no other name."""

_AFTER: Final = r"(?: ?(?:bis|ter|quater)\b| ?[a-z]\b)?"
_MORE: Final = r"(?: ?[-/+] ?\d+[a-z]?\b)*"
_LAST: Final = re.compile(rf"(?:^|[^\w/-])(\d+{_AFTER}{_MORE}(?: 1/2)?)$")
_FIRST: Final = re.compile(rf"^(\d+{_AFTER}{_MORE})(?= |$)")
_DUTCH: Final = re.compile(r"(?:^|[^\w/-])(\d+(?:[ /-]*(?:[a-z]{1,4}|\d+(?:hoog)?)\b)*)$")
"""In the Netherlands an addition belongs to the number: `12-1`, `12 bis`, `12 hs`, `12-II`."""


def normal_postcode(postcode: str, country: str) -> str:
    """Return a postcode as it is compared: `1234AB` for "NL-1234 ab", `11455` for "SE-114 55"."""
    text = "".join(c for c in _plain(postcode) if c.isalnum()).upper()
    for sign in (country, _SIGNS.get(country, "")):
        rest = text.removeprefix(sign)
        if sign and rest[:1].isdigit():
            return rest
    return text


def house_number(street: str, country: str) -> str | None:
    """Return the house number in a street's line as it is compared: `12A` for "Musterstr. 12 a".

    None where the line has none: such a customer cannot prove anything with it. What somebody types
    as their number is read by the same rules, with or without the street, flat and floor.
    """
    for part in _plain(street).split(","):
        number = _in_part(part.strip(), country)
        if number is not None:
            return number
    return None


def possible(postcode: str, street: str, country: str, mobile: str) -> frozenset[Method]:
    """Return the methods by which a customer with these data can prove anything."""
    found = set()
    if normal_postcode(postcode, country) and house_number(street, country):
        found.add(Method.ADDRESS)
    if mobile:
        found.add(Method.SMS)
    return frozenset(found)


def _in_part(part: str, country: str) -> str | None:
    is_name = country == "DE" and _SQUARE.fullmatch(part)
    if is_name or _POST_BOX.fullmatch(part) or _INSIDE_FIRST.fullmatch(part):
        return None
    text = _YEARS_IN_NAME.sub("", _INSIDE_LAST.sub("", part)).strip(" .")
    if country == "AT":
        # Staircase and door follow the number: `Hauptstraße 3/5/12`.
        text = text.split("/")[0].strip()
    found = _FIRST.search(text) if country in _NUMBER_FIRST else None
    found = found or (_DUTCH if country == "NL" else _LAST).search(text)
    return _joined(found[1]) if found else None


def _joined(number: str) -> str:
    """Return letters and digits without what stands between; two numbers stay two."""
    words = [word.lstrip("0") or "0" for word in re.findall(r"\d+|[a-z]+", number)]
    joined = words[0]
    for word in words[1:]:
        joined += f"-{word}" if word[0].isdigit() and joined[-1].isdigit() else word
    return joined.upper()


def _plain(text: str) -> str:
    """Return text in small letters with one kind of blank, dash and slash."""
    text = unicodedata.normalize("NFKC", text.replace("½", " 1/2")).lower()
    text = re.sub(r"[‐‑‒–—―−]", "-", text).replace("⁄", "/")
    return " ".join(text.split())
