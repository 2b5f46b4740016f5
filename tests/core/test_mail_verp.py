import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Invalid
from app.core.mail import read_verp, verp

KEY = b"one key of this installation"
REFERENCES = st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True)


@given(REFERENCES)
def test_a_bounce_address_gives_its_reference_back(reference: str) -> None:
    address = verp(reference, KEY, "bounces.example")
    assert read_verp(address, KEY) == reference
    assert len(address.split("@")[0]) <= 64


def test_the_case_may_be_folded_on_the_way() -> None:
    address = verp("4f2a9c", KEY, "bounces.example")
    assert read_verp(address.upper(), KEY) == "4f2a9c"
    assert address == address.lower()


@given(REFERENCES, st.integers(0, 200), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567.-+@"))
def test_a_changed_address_is_nobodys(reference: str, place: int, character: str) -> None:
    local = verp(reference, KEY, "b.example").removesuffix("@b.example")
    place %= len(local)
    changed = local[:place] + character + local[place + 1 :]
    assert (read_verp(f"{changed}@b.example", KEY) is None) == (changed != local)


def test_another_key_reads_nothing() -> None:
    assert read_verp(verp("4f2a", KEY, "b.example"), b"another") is None


def test_two_references_differ_in_more_than_the_reference() -> None:
    macs = {verp(str(number), KEY, "b.example").split(".")[1] for number in range(200)}
    assert len(macs) == 200
    assert {len(mac.split("@")[0]) for mac in macs} == {16}


@pytest.mark.parametrize(
    "address", ["", "bounce+@b.example", "bounce+a.b@c", "x", "bounce+a." + "a" * 16, "K" * 10000]
)
def test_what_is_no_bounce_address_is_nobodys(address: str) -> None:
    assert read_verp(address, KEY) is None


@pytest.mark.parametrize("reference", ["", "A", "a.b", "a+b", "ä", "a\n", "a" * 41, "a@b"])
def test_a_reference_that_a_server_could_change_is_refused(reference: str) -> None:
    with pytest.raises(Invalid):
        verp(reference, KEY, "b.example")


def test_a_domain_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid):
        verp("a", KEY, "b.example\r\nx")
