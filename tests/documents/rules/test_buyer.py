from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from app.documents.rules import buyer
from app.documents.rules.buyer import Signs
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.party import Address, Contact, Identifier, Party
from tests.documents.strategies import einvoices

GLN = "7610000000012"


def signs_of(**party: Any) -> Signs:
    return buyer.signs(EInvoice(buyer=Party(**party)))


def test_every_sign_of_the_buyer_is_read() -> None:
    found = signs_of(
        name="Ruth Keller",
        trading_name="Keller",
        identifiers=(Identifier("K-1"), Identifier(GLN, "0088")),
        vat_identifier="DE123456789",
        electronic_address=Identifier("7300010000001", "0088"),
        contact=Contact(email="Ruth@X.example"),
        address=Address(line_1="Seestrasse 12", postcode="8002", city="Zürich", country="ch"),
    )
    assert found == Signs(
        name="Ruth Keller",
        number="K-1",
        vat_id="DE123456789",
        gln=GLN,
        endpoint="0088:7300010000001",
        email="ruth@x.example",
        is_business=True,
        street="Seestrasse 12",
        postcode="8002",
        city="Zürich",
        country="CH",
    )


def test_a_buyer_that_says_nothing_gives_no_sign() -> None:
    assert buyer.signs(EInvoice()) == Signs()


def test_the_electronic_address_is_a_mail_address_where_its_scheme_says_so() -> None:
    found = signs_of(
        electronic_address=Identifier("Office@X.example", "EM"),
        contact=Contact(email="ruth@x.example"),
    )
    assert (found.email, found.endpoint) == ("office@x.example", "EM:Office@X.example")


def test_a_gln_may_stand_in_the_electronic_address() -> None:
    assert signs_of(electronic_address=Identifier(GLN, "0088")).gln == GLN
    for wrong in ("761000000001", "7610000000012x", "GLN"):
        assert signs_of(identifiers=(Identifier(wrong, "0088"),)).gln is None


def test_the_trading_name_stands_in_for_a_missing_name() -> None:
    assert signs_of(trading_name="Keller").name == "Keller"


@pytest.mark.parametrize(
    ("party", "is_business"),
    [
        ({}, False),
        ({"name": "Ruth"}, False),
        ({"vat_identifier": "DE1"}, True),
        ({"legal_identifier": Identifier("HRB 1")}, True),
        ({"identifiers": (Identifier("K-1"),)}, False),
        ({"identifiers": (Identifier(GLN, "0088"),)}, True),
    ],
)
def test_who_has_a_legal_sign_is_a_business(party: dict[str, Any], is_business: bool) -> None:
    assert signs_of(**party).is_business is is_business


@pytest.mark.parametrize(
    ("text", "plausible"),
    [
        ("ruth@x.example", True),
        ("ruth@x", False),
        ("ruth", False),
        ("a@b.c, d@e.f", False),
        ("Ruth <ruth@x.example>", False),
        ("ruth@x.example\nBcc: y@z.example", False),
        ("x" * 250 + "@x.ch", False),
        ("", False),
    ],
)
def test_only_what_looks_like_one_address_is_taken(text: str, plausible: bool) -> None:
    assert buyer.plausible_email(text) is plausible
    assert (signs_of(contact=Contact(email=text)).email is not None) is plausible


@given(einvoices)
def test_whatever_an_invoice_says_its_signs_fit_the_columns_and_come_back(said: EInvoice) -> None:
    found = buyer.signs(said)
    lengths = {"name": 200, "number": 40, "vat_id": 32, "gln": 13, "endpoint": 100, "email": 254}
    lengths |= {"street": 200, "postcode": 20, "city": 100, "country": 2}
    for name, longest in lengths.items():
        assert len(getattr(found, name) or "") <= longest
    assert Signs.from_json(found.to_json()) == found


def test_a_seller_is_the_same_however_its_number_is_written() -> None:
    one = Party(name="Muster AG", vat_identifier="CHE-107.787.577 MWST")
    assert buyer.seller_key(one) == buyer.seller_key(
        replace(one, name="Muster", vat_identifier="che107787577mwst")
    )
    assert buyer.seller_key(Party(name="Muster AG")) != buyer.seller_key(Party(name="Muster GmbH"))
    assert buyer.seller_key(Party(name="M", legal_identifier=Identifier("HRB 7"))) == "HRB7"
    assert len(buyer.seller_key(Party(name="x" * 900))) == 200
