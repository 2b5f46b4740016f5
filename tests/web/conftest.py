"""The portal without a database, for tests of manners that need none."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core import runtime
from app.factory import create_app
from app.web import installation
from tests.installation import test_settings


@pytest.fixture(scope="session")
def _without_database(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("portal")
    return create_app(test_settings(folder, database_url=f"sqlite:///{folder}/none.db"))


@pytest.fixture
def portal(_without_database: Flask) -> Iterator[Flask]:
    """The portal; whatever asks its database fails."""
    with runtime.using(installation.of(_without_database)):
        yield _without_database
