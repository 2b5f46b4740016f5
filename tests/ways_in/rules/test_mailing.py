import pytest

from app.ways_in.rules.mailing import (
    Head,
    address,
    is_allowed,
    is_answerable,
    is_listed,
    is_vouched_for,
    listed,
    read_address,
)

TOKEN = "abcdefghijklmn23"
DOMAIN = "in.kontor.example"


def head(*senders: str, results: tuple[str, ...] = (), is_automatic: bool = False) -> Head:
    return Head(senders, None, is_automatic, results)


def test_an_address_is_read_as_it_was_written_whatever_its_case() -> None:
    written = address("haus-1", TOKEN, DOMAIN)
    assert read_address(written.upper(), DOMAIN) == ("haus-1", TOKEN)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "haus@in.kontor.example",
        f"haus+{TOKEN}@kontor.example",
        f"haus+{TOKEN[1:]}@{DOMAIN}",
        f"haus+{TOKEN}@evil.example@{DOMAIN}",
        f"-haus+{TOKEN}@{DOMAIN}",
        f'"haus+{TOKEN}"@{DOMAIN}',
        f"haus+{TOKEN}\n@{DOMAIN}",
    ],
)
def test_any_other_address_is_none_of_ours(given: str) -> None:
    assert read_address(given, DOMAIN) is None


def test_a_domain_on_the_list_means_its_addresses_and_no_subdomain() -> None:
    senders = ["a@x.example", "@y.example"]
    for one in ("a@x.example", "A@X.example", "anybody@y.example"):
        assert is_listed(one, senders)
    for one in ("b@x.example", "a@sub.y.example", "a@notty.example", "", "@y.example.evil", "y"):
        assert not is_listed(one, senders)


def test_a_list_is_compared_in_lower_case_each_line_once() -> None:
    assert listed(" A@x.example,\n*@Y.example\r\n\na@X.example ") == ["a@x.example", "@y.example"]


def test_both_the_envelope_and_everybody_in_from_have_to_be_listed() -> None:
    senders = ["a@x.example", "b@x.example"]
    assert is_allowed(head("a@x.example"), "b@x.example", senders)
    assert is_allowed(head("a@x.example", "b@x.example"), "a@x.example", senders)
    assert not is_allowed(head("a@x.example", "c@x.example"), "a@x.example", senders)
    assert not is_allowed(head("a@x.example"), "c@x.example", senders)
    assert not is_allowed(head("a@x.example"), "", senders)
    assert not is_allowed(head(), "a@x.example", senders)


@pytest.mark.parametrize(
    ("result", "vouches"),
    [
        ("mx.example; dkim=pass header.d=x.example", True),
        ("MX.example 1; spf=none; dkim=pass (2048-bit key) header.i=@mail.x.example", False),
        ("mx.example; dkim=pass header.i=bot@x.example header.s=1", True),
        ("mx.example; dkim=pass header.d=EXAMPLE", False),
        ("mx.example; dkim=pass header.d=le", False),
        ("mx.example; dkim=pass header.d=notx.example", False),
        ('mx.example; spf=pass smtp.mailfrom="a@x.example"', True),
        ("mx.example; spf=pass", True),
        ("mx.example; spf=pass smtp.mailfrom=b@other.example", False),
        ("mx.example; spf=softfail smtp.mailfrom=a@x.example", False),
        ("mx.example; dkim=fail (dkim=pass header.d=x.example)", False),
        ("mx.example.evil; dkim=pass header.d=x.example", False),
        ("mx.example", False),
        ("", False),
    ],
)
def test_only_the_named_verifier_vouches_and_only_for_the_domain_of_the_from(
    result: str, vouches: bool
) -> None:
    one = head("a@x.example", results=(result,))
    assert is_vouched_for(one, "a@x.example", "mx.example") is vouches


def test_a_domain_above_that_of_the_sender_counts_as_well() -> None:
    one = head("a@mail.x.example", results=("mx.example; dkim=pass header.d=x.example",))
    assert is_vouched_for(one, "a@mail.x.example", "mx.example")


def test_programs_nobody_and_ourselves_are_never_answered() -> None:
    assert is_answerable(head("a@x.example"), "a@x.example", [DOMAIN])
    assert not is_answerable(head("a@x.example", is_automatic=True), "a@x.example", [DOMAIN])
    assert not is_answerable(head("a@x.example"), "", [DOMAIN])
    assert not is_answerable(head("a@x.example"), f"haus+{TOKEN}@{DOMAIN.upper()}", [DOMAIN])
