"""`flask secrets rotate`: every stored secret under the new key, whatever happens meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from app.core import runtime, sealing
from app.core.db import session
from app.payments.models import PaymentSettings
from app.web import installation
from tests.cast import Cast

OLD, NEW = b"an old key of thirty-two characters!", b"a new key of thirty-two characters!!"


@pytest.fixture
def keyed(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The portal with other keys from now on."""

    @contextmanager
    def with_keys(*keys: bytes) -> Iterator[None]:
        here = installation.of(app)
        one = replace(here, settings=replace(here.settings, sealing_keys=keys))
        with monkeypatch.context() as patched:
            patched.setitem(app.extensions, installation.KEY, one)
            with runtime.using(one):
                yield

    return with_keys


def houses(cast: Cast) -> tuple[str, str]:
    return cast.lindenhof.id, cast.dora.organisation_id


def keep(app: Flask, cast: Cast) -> None:
    with installation.of(app).database.transaction():
        for house_id in houses(cast):
            session().merge(
                PaymentSettings(
                    organisation_id=house_id,
                    is_on=True,
                    sealed_key=sealing.seal(f"key of {house_id}"),
                    key_ending="x",
                )
            )


def kept(app: Flask, cast: Cast) -> list[str]:
    with installation.of(app).database.reading():
        found = [session().get_one(PaymentSettings, one).sealed_key for one in houses(cast)]
    return [one or "" for one in found]


def test_rotating_seals_everything_by_the_new_key_and_twice_changes_nothing(
    app: Flask, cast: Cast, keyed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "SLICE", 1)
    with keyed(OLD):
        keep(app, cast)
    with keyed(NEW, OLD):
        first = app.test_cli_runner().invoke(args=["secrets", "rotate"])
        again = app.test_cli_runner().invoke(args=["secrets", "rotate"])
    assert "payment_settings.sealed_key: 2 sealed anew" in first.output
    assert "payment_settings.sealed_key: 0 sealed anew" in again.output
    with keyed(NEW):
        names = [sealing.unseal(one) for one in kept(app, cast)]
    assert names == [f"key of {one}" for one in houses(cast)]


def test_a_secret_whose_key_is_gone_is_named_and_left_as_it_is(
    app: Flask, cast: Cast, keyed: Any
) -> None:
    with keyed(OLD):
        keep(app, cast)
    before = kept(app, cast)
    with keyed(NEW):
        result = app.test_cli_runner().invoke(args=["secrets", "rotate"])
    assert result.exit_code == 1
    assert "payment_settings.sealed_key cannot be opened" in result.output
    assert kept(app, cast) == before
