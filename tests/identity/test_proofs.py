import base64
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from argon2 import PasswordHasher

from app.core import ids, runtime, tokens
from app.core.runtime import Runtime
from app.identity import rules
from app.identity.proofs import capability, mailed_code, password, recovery, totp


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


@pytest.mark.parametrize(
    ("moment", "digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_of_an_app_are_those_of_the_standard(moment: int, digits: str) -> None:
    """RFC 6238, appendix B, SHA-1: eight digits there, of which we take the last six."""
    seed = base64.b32encode(b"12345678901234567890").decode()
    assert totp.code(seed, moment // totp.SECONDS) == digits[-6:]
    at = datetime.fromtimestamp(moment, UTC)
    assert totp.step_of(seed, f" {digits[-6:-3]} {digits[-3:]}", at) == moment // 30


def test_an_app_reads_who_where_and_the_seed_from_the_address() -> None:
    seed = totp.seed()
    parts = urlsplit(totp.address(seed, "ruth@kunden.example", "Haus: Lindenhof"))
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert unquote(parts.path) == "/Haus  Lindenhof:ruth@kunden.example"
    assert parse_qs(parts.query)["secret"] == [seed]
    assert len(base64.b32decode(seed)) == 20
    assert totp.grouped(seed).replace(" ", "") == seed


def test_a_recovery_code_is_kept_for_one_person_and_one_installation(here: Runtime) -> None:
    code = recovery.new()
    kept = recovery.kept("A", code)
    assert recovery.kept("A", code.upper().replace("-", " ").replace("1", "I")) == kept
    assert recovery.kept("B", code) != kept
    foreign = replace(here, settings=replace(here.settings, secret=b"another installation"))
    with runtime.using(foreign):
        assert recovery.kept("A", code) != kept
    assert len({recovery.new() for _ in range(500)}) == 500
