"""Malware: what the scanner finds is refused, and no answer is never taken for a clean one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from app.core import runtime, scanning
from app.core.errors import Refused
from app.core.runtime import Runtime
from tests.core.clamd import EICAR, LIMIT, Clamd, clamd


@pytest.fixture
def scanner() -> Iterator[Clamd]:
    with clamd() as server:
        yield server


@contextmanager
def scanned(here: Runtime, place: str | None) -> Iterator[None]:
    with runtime.using(replace(here, settings=replace(here.settings, clamd=place))):
        yield


def test_without_a_scanner_nothing_is_looked_through(here: Runtime) -> None:
    assert scanning.scan(EICAR) is None


@pytest.mark.parametrize("before", [0, 1, scanning.CHUNK - 10, 3 * scanning.CHUNK])
def test_the_test_file_is_found_wherever_it_lies(
    here: Runtime, scanner: Clamd, before: int
) -> None:
    with scanned(here, scanner.place):
        assert scanning.scan(b"x" * before + EICAR) == "Eicar-Test-Signature"
        assert scanning.scan(b"x" * before) is None
    assert scanner.asked == 2


@pytest.mark.parametrize("fault", ["hangs up", "babbles"])
def test_no_verdict_is_not_taken_for_a_good_one(here: Runtime, scanner: Clamd, fault: str) -> None:
    scanner.fault = fault
    with scanned(here, scanner.place):
        with pytest.raises(scanning.Unreachable):
            scanning.scan(b"clean")
        with pytest.raises(Refused, match="try again later"):
            scanning.refuse_malware("plan.pdf", b"clean")


def test_what_is_too_long_for_the_scanner_is_not_clean(here: Runtime, scanner: Clamd) -> None:
    with scanned(here, scanner.place), pytest.raises(scanning.Unreachable):
        scanning.scan(b"x" * (LIMIT + 1))


def test_a_scanner_that_is_away_lets_nothing_through(here: Runtime) -> None:
    for place in ("127.0.0.1:9", "unix:/nowhere/clamd.ctl"):
        with scanned(here, place), pytest.raises(scanning.Unreachable):
            scanning.scan(b"clean")


def test_who_sends_malware_is_told_what_it_is(here: Runtime, scanner: Clamd) -> None:
    with scanned(here, scanner.place), pytest.raises(Refused, match="Eicar-Test-Signature"):
        scanning.refuse_malware("plan.pdf", EICAR)
