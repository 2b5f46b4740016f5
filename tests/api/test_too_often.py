"""A program that asks too often is told when to come back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.core import runtime
from app.factory import create_app
from app.web import installation
from app.web.limits import limiter
from tests import databases
from tests.api.program import check_content, described_answer
from tests.cast import Cast, set_the_stage
from tests.installation import BASE_URL, test_settings

DOCUMENTS = "/api/v1/documents"
MOST = 600


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[tuple[Flask, Cast]]:
    """A portal that limits, as every installation does but those of tests."""
    settings = test_settings(tmp_path, environment="demo")
    app = create_app(settings)
    here = installation.of(app)
    with runtime.using(here), here.database.transaction():
        stage = set_the_stage()
    yield app, stage
    limiter.enabled = False
    here.database.engine.dispose()
    databases.drop_database(settings.database_url)


def test_after_six_hundred_requests_in_a_minute_a_key_waits_and_another_does_not(
    limited: tuple[Flask, Cast],
) -> None:
    app, stage = limited
    client = app.test_client()
    one, other = (
        {"Authorization": f"Bearer {stage.keys[name]}"} for name in ("key", "strange_key")
    )
    for _time in range(2 * MOST):
        answer = client.get(f"{DOCUMENTS}?limit=1", headers=one, base_url=BASE_URL)
        if answer.status_code != 200:
            break
    assert answer.status_code == 429
    assert answer.mimetype == "application/problem+json"
    assert int(answer.headers["Retry-After"]) > 0
    described = described_answer("GET", DOCUMENTS, 429)
    check_content(described, answer.mimetype, answer.get_json(force=True))
    assert set(described["headers"]) <= set(answer.headers.keys())
    assert client.get(DOCUMENTS, headers=other, base_url=BASE_URL).status_code == 200
