"""What tests are given: an installation, its application, the cast, browsers."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import commands
from app.core import languages, runtime
from app.core.runtime import Runtime
from app.documents.formats.official_rules import RuleEngine
from app.factory import create_app
from app.web import installation
from tests import databases, made_once
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import build, test_settings
from tests.rule_servers import end
from tests.stage import database, on_stage

TESTS = Path(__file__).parent
OF_A_DATABASE = frozenset({"app", "here", "session", "cast", "demonstration", "house"})
"""Fixtures that open a database; all others that do so are built on them."""
OPENS_ONE = frozenset({"databases", "build", "test_settings", "both", "installation"})
"""What a module imports that opens databases without a fixture."""
LOOKS = re.compile(r"/(?:test_views\.py|views/[^/]+|(?:desk|admin)/[^/]+|laws/test_templates\.py)$")
"""Tests that mirror views and templates: they look at pages, and views touch no table."""
ASK_ALONE = frozenset(
    {
        *("admin/test_views.py", "api/test_views.py", "audit/test_views.py"),
        *("bundles/test_views.py", "desk/test_customers.py", "desk/test_home.py"),
        *("desk/test_links.py", "evidence/test_views.py", "exports/test_views.py"),
        *("federation/test_views.py", "payments/test_views.py", "portal/views/test_security.py"),
        *("portal/views/test_views.py", "privacy/test_views.py", "sms/test_views.py"),
        *("statements/test_views.py", "step_up/test_views.py", "ways_in/test_views.py"),
        "webhooks/test_views.py",
    }
)
"""Tests of views that run on both all the same: they ask the database what no other test asks.

Found by writing down every statement of every test; the others ask two writes alone at most.
"""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what depends on the database: the rest has passed with SQLite already."""
    if databases.kinds() != ("postgresql",):
        return
    kept = [one for one in items if _depends_on_the_database(one)]
    config.hook.pytest_deselected(items=[one for one in items if one not in set(kept)])
    items[:] = kept


def _depends_on_the_database(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function):
        return True
    place = item.path.relative_to(TESTS).as_posix()
    if LOOKS.search(f"/{place}") and place not in ASK_ALONE:
        return False
    return bool(OF_A_DATABASE & set(item.fixturenames) or OPENS_ONE & vars(item.module).keys())


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    """Every test begins in the source language."""
    with languages.speaking("en"):
        yield


@pytest.fixture(scope="session", autouse=True)
def _made_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Make once for all tests what is the same in each portal."""
    with made_once.in_this_process(tmp_path_factory.mktemp("templates")):
        yield


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Runtime]:
    """An installation at work, with an empty database."""
    one = build(tmp_path)
    with runtime.using(one):
        yield one
    _close(one)


@pytest.fixture
def session(here: Runtime) -> Iterator[Session]:
    """A transaction of the installation at work."""
    with here.database.transaction() as opened:
        yield opened


@pytest.fixture
def app(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The portal, with an empty database, or with the cast's where a test wants the cast."""
    given = {"database_url": database(tmp_path)} if "cast" in request.fixturenames else {}
    one = create_app(test_settings(tmp_path, **given))
    commands.init_app(one)
    with runtime.using(installation.of(one)):
        yield one
    _close(installation.of(one))


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Everybody, in the portal's database."""
    return on_stage(installation.of(app))


@pytest.fixture
def browser(app: Flask, cast: Cast) -> Callable[[str], Browser]:
    """A browser for one of the cast by name, or a program for one of its keys; "nobody" is neither."""
    return lambda name: Browser(app, cast.tokens.get(name), cast.keys.get(name))


def _close(one: Runtime) -> None:
    end(RuleEngine(one.settings.runtime_dir))
    one.database.engine.dispose()
    databases.drop_database(one.settings.database_url)
