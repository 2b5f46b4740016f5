import re

import pytest

from app.core import tokens


def test_a_token_has_256_random_bits_in_43_characters() -> None:
    made = {tokens.new() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", one) for one in made)


def test_the_fingerprint_is_the_sha_256_and_does_not_hold_the_token() -> None:
    token = "a" * 43
    assert tokens.fingerprint("abc") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert token not in tokens.fingerprint(token)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [("a", "a", True), ("a", "b", False), ("é", "é", True), ("", "a", False)],
)
def test_secrets_are_compared_whatever_they_hold(one: str, other: str, same: bool) -> None:
    assert tokens.same(one, other) is same
