from dataclasses import replace

import pytest
from argon2 import PasswordHasher

from app.core import ids, runtime, tokens
from app.core.runtime import Runtime
from app.identity import rules
from app.identity.proofs import capability, mailed_code, password


def test_a_password_is_kept_as_argon2id() -> None:
    kept = password.hashed("correct horse battery staple")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "horse" not in kept
    assert kept != password.hashed("correct horse battery staple"), "each has its own salt"
    assert password.matches("correct horse battery staple", kept)
    assert not password.matches("correct horse battery stapl", kept)


@pytest.mark.parametrize("kept", [None, "", "no hash at all", "$argon2id$v=19$m=19456"])
def test_without_a_hash_nothing_fits(kept: str | None) -> None:
    assert not password.matches("nobody has this password", kept)
    assert not password.matches("", kept)


def test_no_hash_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same function is asked, with the same cost: that can be counted, a clock cannot."""
    asked: list[str] = []
    verify = PasswordHasher.verify

    def counting(self: PasswordHasher, hash: str, given: str) -> bool:  # noqa: A002 - argon2's name
        asked.append(hash)
        return bool(verify(self, hash, given))

    monkeypatch.setattr(PasswordHasher, "verify", counting)
    password.matches("x", None)
    password.matches("x", password.hashed("correct horse battery staple"))
    assert len(asked) == 2
    assert asked[0].rsplit("$", 2)[0] == asked[1].rsplit("$", 2)[0]


def test_a_code_follows_from_its_row_and_the_installations_key(here: Runtime) -> None:
    one, other = ids.new(), ids.new()
    assert mailed_code.code(one) == mailed_code.code(one)
    assert len(mailed_code.code(one)) == rules.CODE_DIGITS
    assert mailed_code.code(one).isdigit()
    codes = {mailed_code.code(ids.new()) for _ in range(200)}
    assert len(codes) > 190
    foreign = replace(here, settings=replace(here.settings, secret=b"another installation"))
    before = [mailed_code.code(one), mailed_code.code(other)]
    with runtime.using(foreign):
        assert [mailed_code.code(one), mailed_code.code(other)] != before


def test_a_code_may_be_typed_with_blanks(here: Runtime) -> None:
    row = ids.new()
    code = mailed_code.code(row)
    assert mailed_code.matches(f" {code[:3]} {code[3:]}\t", row)
    for wrong in ("", code[:-1], code + "0", code[::-1] + "x", "٣" * 6):
        assert not mailed_code.matches(wrong, row)


def test_the_token_of_a_link_follows_from_its_id_and_the_installations_key(here: Runtime) -> None:
    one = ids.new()
    token = capability.token(one)
    assert token == capability.token(one) != capability.token(ids.new())
    assert len(token) == len(tokens.new()) == 43
    assert one not in token
    with runtime.using(replace(here, settings=replace(here.settings, secret=b"another"))):
        assert capability.token(one) != token


def test_a_link_leads_to_the_organisations_own_address(here: Runtime) -> None:
    one = ids.new()
    url = capability.url("https://portal.lindenhof.example", one)
    assert url == f"https://portal.lindenhof.example/link/{capability.token(one)}"
