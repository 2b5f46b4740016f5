"""Programs with the keys of the cast, and the invoice that they send."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.documents.formats.official_rules import RuleEngine
from app.intake.actions import taking
from tests.api.program import Program
from tests.cast import Cast
from tests.documents.conftest import end
from tests.documents.invoices import ubl

KELLER = (
    "<cac:PartyIdentification><cbc:ID>K-1</cbc:ID></cac:PartyIdentification><cac:PostalAddress>"
    "<cbc:CityName>Biel</cbc:CityName>"
)


def invoice(number: str = "R-1001", *changes: tuple[str, str]) -> bytes:
    """Return a sound invoice for Ruth Keller, customer K-1."""
    biel = "<cac:PostalAddress><cbc:CityName>Biel</cbc:CityName>"
    return ubl(("R-1001", number), (biel, KELLER), *changes)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuleEngine]:
    """One rule server for all tests of this folder."""
    started = RuleEngine(tmp_path_factory.mktemp("rules", numbered=True) / "run", idle_seconds=120)
    yield started
    end(started)


@pytest.fixture(autouse=True)
def _one_engine(engine: RuleEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every installation ask the same, real, rule server: starting one takes seconds."""
    monkeypatch.setattr(taking, "RuleEngine", lambda _folder: engine)


@pytest.fixture
def program(app: Flask, cast: Cast) -> Callable[[str], Program]:
    """A program with a key of the cast by its name; "nobody" has none."""
    return lambda name: Program(app, cast.keys.get(name))
