"""A house that is paid by link, and the stand-in for its payment provider."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import commands
from app.core import runtime
from app.core.runtime import Runtime
from app.demo.payment_provider import PaymentProvider
from app.factory import create_app
from app.organisations.queries import organisation_by_id
from app.payments.actions import connecting
from app.web import installation
from tests.cast import Cast, administrator
from tests.installation import test_settings


@pytest.fixture
def provider() -> Iterator[PaymentProvider]:
    """The stand-in, on loopback."""
    with PaymentProvider() as one:
        yield one


@pytest.fixture
def app(tmp_path: Path, provider: PaymentProvider) -> Iterator[Flask]:
    """The portal, with its provider."""
    one = create_app(replace(test_settings(tmp_path), mollie_url=provider.url))
    commands.init_app(one)
    here = installation.of(one)
    with runtime.using(here):
        yield one
    here.database.engine.dispose()


@pytest.fixture
def here(app: Flask) -> Runtime:
    """The installation of the portal."""
    return installation.of(app)


@pytest.fixture
def paid(here: Runtime, cast: Cast) -> Cast:
    """The cast; the house takes payments, also in parts."""
    with here.database.transaction():
        house = organisation_by_id(cast.lindenhof.id)
        who = administrator(cast.anna)
        connecting.change(house, who, key="test_0123456789", is_on=True, allows_parts=True)
    return cast
