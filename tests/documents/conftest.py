"""One rule server for all tests of documents, ended when they are done."""

from collections.abc import Iterator

import pytest

from app.documents.formats.official_rules import RuleEngine
from tests.rule_servers import end


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuleEngine]:
    """An engine with a server of its own."""
    started = RuleEngine(tmp_path_factory.mktemp("rules", numbered=True) / "run", idle_seconds=120)
    yield started
    end(started)
