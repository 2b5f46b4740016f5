"""Participants of the network as people type them."""

import re

import pytest

from app.delivery.channels.peppol.participants import SCHEMES, participant
from app.documents.formats.profiles import STYLESHEETS, Profile, folder


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("0192:991825827", "0192:991825827"),
        (" 0192 : 991 825 827 ", "0192:991825827"),
        ("iso6523-actorid-upis::0007:5567321707", "0007:5567321707"),
        ("9930:DE123456789", "9930:DE123456789"),
        ("0088:7300010000001", "0088:7300010000001"),
        ("0192:991825828", None),  # its check digit
        ("0088:73513537", None),  # a GTIN-8 is no GLN
        ("9901:12345678", None),  # a scheme that was removed
        ("EM:ruth@kunden.example", None),
        ("0192:", None),
        ("991825827", None),
        ("9930:<x>", None),
    ],
)
def test_what_is_typed_is_read_or_is_none(typed: str, read: str | None) -> None:
    found = participant(typed)
    assert (str(found) if found else None) == read


def test_the_schemes_are_those_of_the_official_rules() -> None:
    rules = (folder() / STYLESHEETS[Profile.UBL]).read_text()
    (listed,) = set(re.findall(r"contains\('( 0002 0007 [^']* EM )'", rules))
    assert {one for one in listed.split() if one.isdigit()} == SCHEMES
