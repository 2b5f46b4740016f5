"""Secrets of others: sealed by the newest key, opened by all, sealed anew on demand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from app.core import runtime, sealing
from app.core.errors import Invalid
from app.core.runtime import Runtime
from app.core.settings import PROJECT

OLD, NEW, OTHER = (
    b"an old key of thirty-two characters!",
    b"a new key of thirty-two characters!!",
    b"x" * 40,
)


@contextmanager
def keyed(here: Runtime, *keys: bytes) -> Iterator[Runtime]:
    """The same installation, with other keys to seal with."""
    one = replace(here, settings=replace(here.settings, sealing_keys=keys))
    with runtime.using(one):
        yield one


def test_what_is_sealed_shows_nothing_and_opens_again(here: Runtime) -> None:
    sealed = sealing.seal("live_secret")
    assert "live_secret" not in sealed
    assert sealing.unseal(sealed) == "live_secret"
    assert sealed != sealing.seal("live_secret")


def test_a_key_from_outside_opens_what_was_sealed_before_there_was_one(here: Runtime) -> None:
    before = sealing.seal("live_secret")
    with keyed(here, NEW):
        assert sealing.unseal(before) == "live_secret"
        assert not sealing.is_newest(before)
        assert sealing.is_newest(sealing.seal("live_secret"))


def test_an_old_key_still_opens_while_it_stands_behind_the_new_one(here: Runtime) -> None:
    with keyed(here, OLD):
        sealed = sealing.seal("live_secret")
    with keyed(here, NEW, OLD):
        assert sealing.unseal(sealed) == "live_secret"
    with keyed(here, NEW), pytest.raises(Invalid):
        sealing.unseal(sealed)


def test_another_installation_opens_nothing(here: Runtime) -> None:
    with keyed(here, OLD):
        sealed = sealing.seal("live_secret")
    with (
        runtime.using(replace(here, settings=replace(here.settings, secret=OTHER))),
        pytest.raises(Invalid),
    ):
        sealing.unseal(sealed)


def test_every_column_that_keeps_something_sealed_is_found_when_the_key_changes() -> None:
    """A forgotten one would be lost with the old key."""
    marked = {f"{column.table.name}.{column.name}" for column in sealing.columns()}
    sources = [one.read_text() for one in (PROJECT / "app").rglob("*.py")]
    assert "payment_settings.sealed_key" in marked
    assert len(marked) == sum(source.count("sealing.seal(") for source in sources)
