"""One rule server for the tests of renditions; starting one takes seconds."""

import pytest

from app.documents.formats.official_rules import RuleEngine
from app.renditions.actions import making
from tests.documents.conftest import engine

__all__ = ["engine"]


@pytest.fixture(autouse=True)
def _one_engine(engine: RuleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every installation ask the same, real, rule server."""
    monkeypatch.setattr(making, "RuleEngine", lambda _folder: engine)
