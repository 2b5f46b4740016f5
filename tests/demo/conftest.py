"""A demonstration, seeded once for all that look at it; and the official rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import runtime
from app.core.runtime import Runtime
from app.demo import seeding
from app.documents.formats.official_rules import RuleEngine
from tests import databases
from tests.installation import build
from tests.rule_servers import end


class Interruption(Exception):
    """Somebody pressed Ctrl-C."""


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuleEngine]:
    """An engine with a server of its own."""
    started = RuleEngine(tmp_path_factory.mktemp("rules", numbered=True) / "run", idle_seconds=120)
    yield started
    end(started)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """An installation that was seeded, interrupted after the second house was founded, and seeded on."""
    one = build(tmp_path_factory.mktemp("demonstration"))
    told: list[str] = []

    def interrupt(line: str) -> None:
        told.append(line)
        if len(told) == 3:
            raise Interruption

    with pytest.raises(Interruption):
        seeding.seed(one, interrupt)
    assert len(told) == 3
    seeding.seed(one, told.append)
    with runtime.using(one):
        yield one
    end(RuleEngine(one.settings.runtime_dir))
    one.database.engine.dispose()
    databases.drop_database(one.settings.database_url)


@pytest.fixture
def mails(demonstration: Runtime) -> Path:
    """Where the demonstration's mails lie."""
    folder = demonstration.settings.mail_caught_in
    assert folder is not None
    return folder
