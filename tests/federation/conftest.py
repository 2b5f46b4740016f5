"""A house whose people sign in at a provider, and the stand-in for it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app import commands
from app.core import runtime
from app.core.runtime import Runtime
from app.demo.identity_provider import IdentityProvider
from app.factory import create_app
from app.federation.actions import connecting
from app.federation.actions.connecting import Wish
from app.organisations.queries import organisation_by_id
from app.web import installation
from tests.cast import Cast, administrator
from tests.installation import test_settings


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    """The stand-in, on loopback."""
    with IdentityProvider() as one:
        yield one


@pytest.fixture
def app(tmp_path: Path) -> Iterator[Flask]:
    """The portal, which may call this machine."""
    one = create_app(replace(test_settings(tmp_path), outbound_private=True))
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
def connected(here: Runtime, cast: Cast, provider: IdentityProvider) -> Cast:
    """The cast; Lindenhof's people can sign in at the provider, which knows Ben."""
    provider.know(cast.ben.email)
    with here.database.transaction():
        house = organisation_by_id(cast.lindenhof.id)
        wish = Wish(provider.url, provider.client_id, provider.secret, "Acme", True, False)
        client = connecting.client_of(house, wish)
        trial = connecting.try_out(client)
        assert trial.endpoints is not None, trial.steps
        connecting.keep(house, wish, client, trial.endpoints, administrator(cast.anna))
    return cast
