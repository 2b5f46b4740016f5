"""What people type about themselves, country by country: one spelling, or a sentence that helps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisations.models import Customer
from app.organisations.rules import own_data
from app.organisations.rules.identifiers import Unsound
from app.organisations.rules.own_data import FIELD_NAMES, POSTCODES, Field

POSTCODES_TYPED = (
    ("CH", "8001", "8001"),
    ("CH", "CH-8001", "8001"),
    ("LI", "9490", "9490"),
    ("DE", "D 10115", None),
    ("DE", "DE-01067", "01067"),
    ("AT", "1010", "1010"),
    ("SE", "11122", "111 22"),
    ("SE", "SE-111 22", "111 22"),
    ("NO", "0010", "0010"),
    ("DK", "1050", "1050"),
    ("FI", "00100", "00100"),
    ("NL", "1012ab", "1012 AB"),
    ("FR", "75008", "75008"),
    ("FR", "2A004", None),
    ("GB", "sw1a1aa", "SW1A 1AA"),
    ("GB", "M1 1AE", "M1 1AE"),
    ("GB", "EC1A1BB", "EC1A 1BB"),
    ("GB", "GIR 0AA", "GIR 0AA"),
    ("IT", "00118", "00118"),
    ("ES", "28013", "28013"),
    ("ES", "53001", None),
    ("BE", "1000", "1000"),
    ("LU", "L-1009", None),
    ("LU", "LU-1009", "1009"),
    ("CH", "0800", None),
    ("CH", "80011", None),
    ("LI", "8001", None),
    ("DE", "1011", None),
    ("AT", "0101", None),
    ("SE", "011 22", None),
    ("NL", "0012 AB", None),
    ("NL", "1012", None),
    ("GB", "12345", None),
    ("CH", "٨٠٠١", None),
    ("IE", "d04 x4c7", "D04 X4C7"),
    ("US", "90210-1234", "90210-1234"),
    ("JP", "100-0001", "100-0001"),
    ("US", "90", None),
    ("US", "12345678901234", None),
    ("US", "9*210", None),
    ("", "123", "123"),
)
"""Country, as typed, as stored; None: refused."""


@pytest.mark.parametrize(("country", "typed", "stored"), POSTCODES_TYPED)
def test_a_postcode_is_what_its_country_writes(
    country: str, typed: str, stored: str | None
) -> None:
    if stored is None:
        with pytest.raises(Unsound, match="postcode"):
            own_data.sound(Field.POSTCODE, typed, country)
    else:
        assert own_data.sound(Field.POSTCODE, typed, country) == stored


@pytest.mark.parametrize("country", sorted(POSTCODES))
def test_every_example_of_a_postcode_is_one(country: str) -> None:
    _form, _written, example = POSTCODES[country]
    assert own_data.postcode(example, country) == example
    with pytest.raises(Unsound) as refused:
        own_data.postcode("?", country)
    assert refused.value.values == {"example": example}


PHONES = (
    ("CH", "044 668 18 00", "+41446681800"),
    ("CH", "0041 44 668 18 00", "+41446681800"),
    ("CH", "+49 30 123456", "+4930123456"),
    ("LI", "232 00 00", "+4232320000"),
    ("DE", "(030) 12 34 56", "+4930123456"),
    ("AT", "01 5134567", "+4315134567"),
    ("SE", "08-123 456 78", "+46812345678"),
    ("NO", "22 12 34 56", "+4722123456"),
    ("DK", "33 12 34 56", "+4533123456"),
    ("FI", "09 1234567", "+35891234567"),
    ("GB", "020 7946 0958", "+442079460958"),
    ("FR", "01 42 34 56 78", "+33142345678"),
    ("IT", "06 698 12345", "+390669812345"),
    ("CH", "123", None),
    ("CH", "044 668 18", None),
    ("CH", "044 668 18 000000", None),
    ("", "044 668 18 00", None),
    ("CH", "call me", None),
)


@pytest.mark.parametrize(("country", "typed", "stored"), PHONES)
def test_a_telephone_number_is_dialled_from_its_country(
    country: str, typed: str, stored: str | None
) -> None:
    if stored is None:
        with pytest.raises(Unsound):
            own_data.sound(Field.PHONE, typed, country)
    else:
        assert own_data.sound(Field.PHONE, typed, country) == stored
        shown = own_data.spelled(Field.PHONE, stored, country)
        assert own_data.sound(Field.PHONE, shown, country) == stored


def test_a_mobile_number_is_mobile_and_a_number_without_its_country_asks_for_it() -> None:
    assert own_data.sound(Field.MOBILE, "079 123 45 67", "CH") == "+41791234567"
    with pytest.raises(Unsound, match="Telephone"):
        own_data.sound(Field.MOBILE, "044 668 18 00", "CH")
    with pytest.raises(Unsound, match="Begin with"):
        own_data.sound(Field.PHONE, "044 668 18 00", "")


def test_numbers_are_shown_as_their_reader_dials_them() -> None:
    assert own_data.spelled(Field.PHONE, "+41446681800", "CH") == "044 668 18 00"
    assert own_data.spelled(Field.PHONE, "+41446681800", "DE") == "+41 44 668 18 00"
    assert own_data.spelled(Field.PHONE, "old 12", "DE") == "old 12"
    assert own_data.spelled(Field.UID, "CHE100155212") == "CHE-100.155.212"
    assert own_data.spelled(Field.IBAN, "NO9386011117947") == "NO93 8601 1117 947"
    assert own_data.spelled(Field.CITY, "Zürich") == "Zürich"


@pytest.mark.parametrize("typed", ["Ruth@Keller.example", "  ruth@keller.EXAMPLE "])
def test_an_address_is_in_lower_case(typed: str) -> None:
    assert own_data.sound(Field.EMAIL, typed, "") == "ruth@keller.example"


@pytest.mark.parametrize(
    "typed", ["ruth", "ruth@", "@x.ch", "a@b", "a@b..ch", "a b@c.ch", "a@b.ch,"]
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(Unsound, match=r"name@example\.org"):
        own_data.sound(Field.EMAIL, typed, "")


def test_a_name_is_needed_and_nothing_else() -> None:
    for field in Field:
        if field is Field.NAME:
            with pytest.raises(Unsound, match="name"):
                own_data.sound(field, "  ", "CH")
        else:
            assert own_data.sound(field, " ", "CH") == ""


def test_what_is_too_long_for_its_column_is_refused() -> None:
    for field, most in own_data.LENGTHS.items():
        column = Customer.__table__.c[field.value]
        assert most <= (column.type.length or 0), field  # type: ignore[attr-defined]
        with pytest.raises(Unsound, match="At most"):
            own_data.sound(field, "x" * (most + 1), "CH")


def test_every_field_has_a_column_and_a_name() -> None:
    assert set(FIELD_NAMES) == set(Field)
    for field in Field:
        column = Customer.__table__.c[field.value]
        assert column.nullable == (field in own_data.NULLABLE)


def test_an_account_has_a_holder_and_a_holder_has_an_account() -> None:
    iban, holder = "CH9300762011623852957", "Ruth Keller"
    for values, missing in (
        ({}, set()),
        ({Field.IBAN: iban, Field.ACCOUNT_HOLDER: holder}, set()),
        ({Field.IBAN: iban}, {Field.ACCOUNT_HOLDER}),
        ({Field.ACCOUNT_HOLDER: holder}, {Field.IBAN}),
        ({Field.BIC: "POFICHBEXXX"}, {Field.IBAN}),
    ):
        assert set(own_data.incomplete(values)) == missing  # type: ignore[arg-type]


TYPED = st.text(max_size=30) | st.text("0123456789 +-().CHEDABXäß", max_size=25)


@given(TYPED, st.sampled_from(["", "IE", "US", *POSTCODES]), st.sampled_from(list(Field)))
def test_what_is_sound_stays_as_it_is_and_fits_its_column(
    typed: str, country: str, field: Field
) -> None:
    try:
        once = own_data.sound(field, typed, country)
    except Unsound:
        return
    assert own_data.sound(field, once, country) == once
    assert len(once) <= (Customer.__table__.c[field.value].type.length or 0) or field in (  # type: ignore[attr-defined]
        Field.COUNTRY,
        Field.LANGUAGE,
    )
