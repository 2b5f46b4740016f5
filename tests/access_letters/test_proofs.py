"""Code and PIN follow from the id and the installation's key, and from nothing that is stored."""

from pathlib import Path

import pytest

from app.access_letters import proofs, rules
from app.core import ids, runtime
from app.core.runtime import Runtime
from tests.installation import build


@pytest.mark.usefixtures("here")
def test_every_letter_has_its_own_code_and_pin() -> None:
    letters = [ids.new() for _ in range(300)]
    codes = [proofs.code(one) for one in letters]
    assert len(set(codes)) == 300
    assert all(rules.normal_code(one) == one for one in codes)
    assert set("".join(codes)) == set(rules.ALPHABET)
    pins = [proofs.pin(one) for one in letters]
    assert all(rules.normal_pin(one) == one for one in pins)
    assert len(set(pins)) > 290


def test_another_installation_derives_others(here: Runtime, tmp_path: Path) -> None:
    letter = ids.new()
    mine = proofs.code(letter), proofs.pin(letter), proofs.fingerprint("K7QX4M2PDR")
    other = build(tmp_path, secret=b"another secret of at least thirty-two characters")
    with runtime.using(other):
        theirs = proofs.code(letter), proofs.pin(letter), proofs.fingerprint("K7QX4M2PDR")
    other.database.engine.dispose()
    assert here.settings.secret != other.settings.secret
    assert not set(mine) & set(theirs)


@pytest.mark.usefixtures("here")
def test_without_a_letter_no_pin_fits() -> None:
    letter = ids.new()
    assert proofs.matches(proofs.pin(letter), letter)
    assert not proofs.matches(proofs.pin(proofs.NOBODY), None)
