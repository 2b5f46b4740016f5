"""Postcodes and house numbers in one spelling, as five countries and their neighbours write them."""

import pytest

from app.access.proof import Method
from app.organisations.rules import proving


@pytest.mark.parametrize(
    ("country", "one", "other"),
    [
        ("NL", "1234 AB", "1234ab"),
        ("NL", "NL-1234 AB", "1234AB"),
        ("SE", "SE-114 55", "11455"),
        ("SE", "S-114 55", "114 55"),
        ("DE", "D-10115", "10115"),
        ("CH", "CH-8001", " 8001 "),
        ("NO", "N-0155", "0155"),
        ("GB", "se1 9gf", "SE1 9GF"),
        ("FI", "FIN-00100", "FI-00100"),
        ("DE", "１０１１５", "10115"),
    ],
)
def test_a_postcode_is_the_same_however_it_is_written(country: str, one: str, other: str) -> None:
    assert proving.normal_postcode(one, country) == proving.normal_postcode(other, country) != ""


def test_postcodes_that_differ_stay_different() -> None:
    assert proving.normal_postcode("1234 AB", "NL") != proving.normal_postcode("1234 AC", "NL")
    assert proving.normal_postcode("SE1 9GF", "GB") == "SE19GF"
    assert proving.normal_postcode("0155", "NO") != proving.normal_postcode("155", "NO")


@pytest.mark.parametrize(
    ("country", "street", "number"),
    [
        ("NL", "Kerkstraat 12 a", "12A"),
        ("NL", "Kerkstraat 12-A", "12A"),
        ("NL", "Kerkstraat 12-1", "12-1"),
        ("NL", "Kerkstraat 12 1", "12-1"),
        ("NL", "Kerkstraat 12/1", "12-1"),
        ("NL", "Kerkstraat 12 bis", "12BIS"),
        ("NL", "Kerkstraat 12-II", "12II"),
        ("NL", "1e Kerkstraat 7 hs", "7HS"),
        ("NL", "Plein 1945 12", "12"),
        ("NL", "Laan 1940-1945 66", "66"),
        ("DE", "Musterstr. 12a", "12A"),
        ("DE", "Musterstraße 12 A", "12A"),
        ("DE", "Am Platz 3–5", "3-5"),
        ("DE", "Am Platz 3 - 5", "3-5"),
        ("DE", "Straße des 17. Juni 135", "135"),
        ("DE", "Hinterhaus, Gasse 4½", "4-1-2"),
        ("DE", "C 4, 12", "12"),
        ("AT", "Hauptstraße 3/5/12", "3"),
        ("AT", "Hauptstraße 3 Top 7", "3"),
        ("CH", "Seestrasse 12", "12"),
        ("CH", "Seestrasse 12 b", "12B"),
        ("SE", "Storgatan 5 lgh 1102", "5"),
        ("SE", "Storgatan 5B, 2 tr", "5B"),
        ("SE", "Storgatan 5 3 tr ö.g.", "5"),
        ("NO", "Storgata 5 B", "5B"),
        ("NO", "Storgata 5 B H0101", "5B"),
        ("NO", "Storgata 5B, H0101", "5B"),
        ("DK", "Nørregade 12, 2. tv", "12"),
        ("BE", "Kerkstraat 012 bus 3", "12"),
        ("GB", "12 High Street", "12"),
        ("GB", "Flat 3, 12a High Street", "12A"),
        ("FR", "12 bis, rue de la Paix", "12BIS"),
        ("FR", "12-14 rue du 8 Mai", "12-14"),
        ("GB", "Downing Street 10", "10"),
    ],
)
def test_the_number_of_a_house_is_found_where_the_country_writes_it(
    country: str, street: str, number: str
) -> None:
    assert proving.house_number(street, country) == number


@pytest.mark.parametrize(
    ("country", "typed", "number"),
    [
        ("NL", "12 A", "12A"),
        ("NL", "12", "12"),
        ("SE", "5, lgh 1102", "5"),
        ("NO", "5b H0101", "5B"),
        ("DE", "3-5", "3-5"),
        ("GB", "12A", "12A"),
        ("DE", "Musterstr. 12", "12"),
        ("DE", "zwölf", None),
        ("DE", "", None),
    ],
)
def test_what_somebody_types_is_read_by_the_same_rules(
    country: str, typed: str, number: str | None
) -> None:
    assert proving.house_number(typed, country) == number


@pytest.mark.parametrize(
    ("country", "street"),
    [
        ("DE", "Am Dorfplatz"),
        ("DE", "Straße des 17. Juni"),
        ("DE", "Postfach 12 34"),
        ("SE", "Box 123"),
        ("NO", "Postboks 12 Sentrum"),
        ("NL", "Postbus 99"),
        ("GB", "Rose Cottage"),
        ("GB", "PO Box 7"),
        ("SE", ""),
    ],
)
def test_an_address_without_a_number_proves_nothing(country: str, street: str) -> None:
    assert proving.house_number(street, country) is None
    assert proving.possible("1234", street, country, "") == frozenset()


def test_a_customer_proves_with_what_is_known_of_it() -> None:
    both = frozenset({Method.ADDRESS, Method.SMS})
    assert proving.possible("8001", "Seestrasse 12", "CH", "+41791234567") == both
    assert proving.possible("", "Seestrasse 12", "CH", "+41791234567") == {Method.SMS}
    assert proving.possible("8001", "Seestrasse 12", "CH", "") == {Method.ADDRESS}
