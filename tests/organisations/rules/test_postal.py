import pytest

from app.organisations.rules.postal import lacks, lines, postal

CUSTOMERS = {"street": "Seestrasse 12", "postcode": "8002", "city": "Zürich", "country": "CH"}


def test_an_address_of_its_own_is_taken_as_a_whole() -> None:
    assert postal("Ruth Keller", None, CUSTOMERS).city == "Zürich"
    assert postal("Ruth Keller", {"line": "", "street": ""}, CUSTOMERS).street == "Seestrasse 12"
    own = postal("Ruth  Keller", {"line": "c/o Meier", "street": "Weg 1", "city": "Wil"}, CUSTOMERS)
    assert (own.name, own.address_line, own.postcode, own.country) == (
        "Ruth Keller",
        "c/o Meier",
        "",
        "",
    )
    assert lacks(own, "CH") == ["postcode"]


@pytest.mark.parametrize(
    ("country", "city", "postcode", "expected"),
    [
        ("CH", "Zürich", "8002", ["8002 Zürich"]),
        ("", "Zürich", "8002", ["8002 Zürich"]),
        ("SE", "Stockholm", "114 55", ["114 55 Stockholm", "SCHWEDEN"]),
        ("GB", "Leeds", "LS1 4AP", ["Leeds", "LS1 4AP", "SCHWEDEN"]),
        ("US", "Austin, TX", "78701", ["Austin, TX 78701", "SCHWEDEN"]),
        ("IE", "Cork", "", ["Cork", "SCHWEDEN"]),
    ],
)
def test_each_country_writes_the_town_in_its_way(
    country: str, city: str, postcode: str, expected: list[str]
) -> None:
    there = postal(
        "A", {"street": "B 1", "city": city, "postcode": postcode, "country": country.lower()}, {}
    )
    assert lacks(there, "CH") == []
    assert lines(there, "CH", "Schweden") == ["A", "B 1", *expected]


@pytest.mark.parametrize("part", ["street", "postcode", "city"])
def test_what_a_letter_lacks_is_named(part: str) -> None:
    assert lacks(postal("A", None, CUSTOMERS | {part: "  "}), "CH") == [part]
