"""Whatever is asked: every answer is one that the description names, and nothing breaks.

schemathesis makes the requests out of `/api/v1/openapi.json`, sound ones and broken ones, and sends
them to the real application.
"""

from collections.abc import Iterator

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

from app.api.description import load
from app.core import languages, runtime
from app.documents.formats.official_rules import RuleEngine
from app.factory import create_app
from app.intake.actions import taking
from app.web import installation
from tests import databases
from tests.cast import Cast, set_the_stage
from tests.installation import BASE_URL, test_settings

EXAMPLES = 60
"""Requests of each kind to each address; with more it only takes longer."""


@pytest.fixture(scope="module")
def portal(
    tmp_path_factory: pytest.TempPathFactory, engine: RuleEngine
) -> Iterator[tuple[Flask, Cast]]:
    """A portal with everybody in it, for all requests."""
    one = create_app(test_settings(tmp_path_factory.mktemp("portal")))
    here = installation.of(one)
    with pytest.MonkeyPatch.context() as patch, runtime.using(here):
        patch.setattr(taking, "RuleEngine", lambda _folder: engine)
        with languages.speaking("en"), here.database.transaction():
            stage = set_the_stage()
        yield one, stage
    here.database.engine.dispose()
    databases.drop_database(here.settings.database_url)


@pytest.fixture(scope="module")
def described(portal: tuple[Flask, Cast]) -> schemathesis.BaseSchema:
    """The description as the application gives it."""
    app, _stage = portal
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, base_url=BASE_URL)
    assert set(schema.raw_schema["paths"]) == set(load()["paths"])
    # Every request has a sound key: who has none is tried in the law of access.
    del schema.raw_schema["security"], schema.raw_schema["components"]["securitySchemes"]
    return schema


ADDRESSES = [
    (method.upper(), path)
    for path, methods in sorted(load()["paths"].items())
    for method in methods
    if method != "parameters"
]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_every_answer_is_as_described(
    described: schemathesis.BaseSchema,
    portal: tuple[Flask, Cast],
    method: str,
    path: str,
    mode: GenerationMode,
) -> None:
    _app, stage = portal
    operation = described[path][method]
    headers = {"Authorization": f"Bearer {stage.keys['key']}"}

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case) -> None:
        case.call_and_validate(base_url=BASE_URL, headers=headers, excluded_checks=left_out)

    if mode is GenerationMode.NEGATIVE and path.endswith("openapi.json"):
        pytest.skip("nothing about this request can be wrong")
    # No schema of OpenAPI can say which XML or PDF is a document.
    left_out = [schemathesis.checks.positive_data_acceptance] if method == "POST" else []
    ask()
