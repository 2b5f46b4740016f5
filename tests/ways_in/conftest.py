"""A house with a customer and a drop folder, on each kind of database, and one rule server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core import runtime
from app.core.runtime import Runtime
from app.documents.formats.official_rules import RuleEngine
from app.intake.actions import taking
from app.organisations.models import Organisation
from tests import cast, databases
from tests.both import installation
from tests.documents.conftest import engine
from tests.rule_servers import end

__all__ = ["engine", "here"]


@pytest.fixture(params=databases.kinds())
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Runtime]:
    """An installation with a drop folder that takes files at once."""
    with installation(
        request.param,
        tmp_path,
        drop_folder=tmp_path / "drop",
        drop_folder_quiet=0.0,
        mail_in_domain="in.kontor.example",
        document_limit=1024 * 1024,
        retry_seconds=1,
    ) as one:
        yield one
        end(RuleEngine(one.settings.runtime_dir))


@pytest.fixture
def one_engine(engine: RuleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process ask a rule server that runs already: starting one takes seconds."""
    monkeypatch.setattr(taking, "RuleEngine", lambda _folder: engine)


@pytest.fixture
def house(here: Runtime) -> Organisation:
    """An organisation that publishes at once, with the customer K-1."""
    with runtime.using(here), here.database.transaction():
        found = cast.found("lindenhof", "Haus Lindenhof", language="de")
        cast.customer(found, "K-1", "Ruth Keller", "ruth@kunden.example")
        cast.found("brandt", "Brandt GmbH")
    return found
