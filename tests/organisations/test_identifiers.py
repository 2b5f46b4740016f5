"""Identifiers as banks, tax offices and registers print them, and the mistakes that people make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisations.rules import identifiers
from app.organisations.rules.identifiers import Unsound

IBANS = (
    ("CH93 0076 2011 6238 5295 7", "CH9300762011623852957"),
    ("de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
    ("AT61-1904-3002-3457-3201", "AT611904300234573201"),
    ("LI21 0881 0000 2324 013A A", "LI21088100002324013AA"),
    ("SE45 5000 0000 0583 9825 7466", "SE4550000000058398257466"),
    ("NO93 8601 1117 947", "NO9386011117947"),
    ("DK50 0040 0440 1162 43", "DK5000400440116243"),
    ("FI21 1234 5600 0007 85", "FI2112345600000785"),
    ("NL91 ABNA 0417 1643 00", "NL91ABNA0417164300"),
    ("FR14 2004 1010 0505 0001 3M02 606", "FR1420041010050500013M02606"),
    ("GB29 NWBK 6016 1331 9268 19", "GB29NWBK60161331926819"),
    ("IT60 X054 2811 1010 0000 0123 456", "IT60X0542811101000000123456"),
    ("ES91 2100 0418 4502 0005 1332", "ES9121000418450200051332"),
    ("BE68 5390 0754 7034", "BE68539007547034"),
    ("LU28 0019 4006 4475 0000", "LU280019400644750000"),
)
"""The registry's own examples (SWIFT, IBAN registry), typed in several ways."""

NO_IBANS = (
    "CH93 0076 2011 6238 5295 8",
    "CH93 0076 2011 6238 5295",
    "CH39 0076 2011 6238 5295 7",
    "XX93 0076 2011 6238 5295 7",
    "9300762011623852957",
    "Raiffeisen 4711",
    "CH93 0076 2011 6238 5295 7 / Konto",
    "--",
)


@pytest.mark.parametrize(("typed", "stored"), IBANS)
def test_an_iban_has_one_spelling(typed: str, stored: str) -> None:
    assert identifiers.iban(typed) == stored
    assert identifiers.iban(identifiers.grouped(stored)) == stored


@pytest.mark.parametrize("typed", NO_IBANS)
def test_what_is_no_iban_is_refused(typed: str) -> None:
    with pytest.raises(Unsound, match="IBAN"):
        identifiers.iban(typed)


def test_a_qr_iban_takes_no_money_back() -> None:
    with pytest.raises(Unsound, match="QR-IBAN"):
        identifiers.iban("CH44 3199 9123 0008 8901 2")


def test_two_digits_that_changed_places_are_found() -> None:
    for _typed, stored in IBANS:
        for place in range(4, len(stored) - 1):
            one, other = stored[place : place + 2]
            if one != other:
                with pytest.raises(Unsound):
                    identifiers.iban(stored[:place] + other + one + stored[place + 2 :])


@pytest.mark.parametrize("typed", ["POFICHBEXXX", "deutdeff", "UBSW CH ZH 80A", "NWBKGB2L"])
def test_a_bic_has_eight_or_eleven_characters(typed: str) -> None:
    assert identifiers.bic(typed) == "".join(typed.split()).upper()


@pytest.mark.parametrize("typed", ["POFICHB", "POFI CHBE X", "1234CHBE", "POFICHBEXXXX", "Ä"])
def test_what_is_no_bic_is_refused(typed: str) -> None:
    with pytest.raises(Unsound, match="BIC"):
        identifiers.bic(typed)


VAT_IDS = (
    ("CHE-107.787.577 MWST", "CHE107787577MWST"),
    ("CHE-107.787.577", "CHE107787577"),
    ("che-107.787.577 tva", "CHE107787577TVA"),
    ("DE 136 695 976", "DE136695976"),
    ("ATU13585627", "ATU13585627"),
    ("SE556677889901", "SE556677889901"),
    ("NO 995 525 828 MVA", "NO995525828MVA"),
    ("DK 13585628", "DK13585628"),
    ("FI 2077474-0", "FI20774740"),
    ("NL004495445B01", "NL004495445B01"),
    ("FR40303265045", "FR40303265045"),
    ("GB 980 7806 84", "GB980780684"),
    ("XI980780684", "XI980780684"),
    ("IT 00743110157", "IT00743110157"),
    ("ES B58378431", "ESB58378431"),
    ("BE 0428.759.497", "BE0428759497"),
    ("LU15027442", "LU15027442"),
    ("EL 094259216", "EL094259216"),
    ("US-123456789", "US123456789"),
)


@pytest.mark.parametrize(("typed", "stored"), VAT_IDS)
def test_a_vat_number_is_stored_as_documents_are_compared(typed: str, stored: str) -> None:
    assert identifiers.vat_id(typed) == stored == identifiers.identifier(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "DE136695977",
        "CHE-107.787.578 MWST",
        "CHE-107.787.577 XYZ",
        "SE556701234501",
        "NO995525829MVA",
        "GB980780685",
        "ATU13585628",
        "136695976",
        "U13585627",
        "DE",
        "keine",
    ],
)
def test_what_is_no_vat_number_is_refused(typed: str) -> None:
    with pytest.raises(Unsound):
        identifiers.vat_id(typed)


@pytest.mark.parametrize(
    ("country", "typed", "stored"),
    [
        ("CH", "CHE-100.155.212", "CHE100155212"),
        ("SE", "556677-8899", "5566778899"),
        ("NO", "988 077 917", "988077917"),
        ("DK", "DK 13585628", "13585628"),
        ("FI", "2077474-0", "20774740"),
        ("FR", "552 008 443", "552008443"),
        ("AT", "FN 122119m", "122119m"),
        ("DE", "Amtsgericht  München HRB 12345", "Amtsgericht München HRB 12345"),
        ("GB", "01234567", "01234567"),
        ("", "whatever", "whatever"),
    ],
)
def test_a_registration_is_checked_where_the_country_has_one(
    country: str, typed: str, stored: str
) -> None:
    assert identifiers.registration(typed, country) == stored
    assert identifiers.registration(stored, country) == stored


@pytest.mark.parametrize("country", sorted(identifiers.REGISTERS))
def test_every_example_of_a_register_is_right_and_a_wrong_number_shows_it(country: str) -> None:
    _module, example = identifiers.REGISTERS[country]
    identifiers.registration(example, country)
    with pytest.raises(Unsound) as refused:
        identifiers.registration("12", country)
    assert refused.value.values["example"] == example


def test_a_uid_and_a_gln_have_check_digits() -> None:
    assert identifiers.uid("che-100.155.212") == "CHE100155212"
    assert identifiers.gln("76 0999 9000 027") == "7609999000027"
    for check, wrong in (
        (identifiers.uid, "CHE-100.155.213"),
        (identifiers.uid, "100155212x"),
        (identifiers.gln, "7609999000028"),
        (identifiers.gln, "760999900002"),
        (identifiers.gln, "٧٦٠٩٩٩٩٠٠٠٠٢٧"),
    ):
        with pytest.raises(Unsound):
            check(wrong)


def test_of_an_account_only_the_end_is_shown() -> None:
    assert identifiers.masked("CH9300762011623852957") == "…2957"
    assert identifiers.masked("") == ""


@given(st.text(max_size=40))
def test_no_text_breaks_a_check_and_what_passes_passes_again(text: str) -> None:
    for check in (
        identifiers.iban,
        identifiers.bic,
        identifiers.vat_id,
        identifiers.uid,
        identifiers.gln,
    ):
        try:
            once = check(text)
        except Unsound:
            continue
        assert check(once) == once
