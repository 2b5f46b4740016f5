"""A house that sends, its stand-in for a gateway, and an installation that reaches it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask

from app.core import runtime
from app.core.runtime import Runtime
from app.demo.sms_gateway import SmsGateway
from app.factory import create_app
from app.web import installation
from tests.installation import test_settings


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[SmsGateway]:
    """The stand-in, on loopback."""
    with SmsGateway(folder=tmp_path / "texts") as one:
        one.faults.patience = 1.0
        yield one


@pytest.fixture
def app(tmp_path: Path, gateway: SmsGateway) -> Iterator[Flask]:
    """The portal, with its gateway."""
    settings = replace(test_settings(tmp_path), twilio_url=gateway.url, outbound_private=True)
    one = create_app(settings)
    here = installation.of(one)
    with runtime.using(here):
        yield one
    here.database.engine.dispose()


@pytest.fixture
def here(app: Flask) -> Runtime:
    """The installation of the portal."""
    return installation.of(app)
