"""Programs that ask at the same moment, through the real web server, and one that asks too often."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from json import loads
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core import runtime
from app.core.db import session
from app.core.runtime import Runtime
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import Document
from app.factory import create_app
from app.intake.models import Intake
from app.web import installation
from tests import databases
from tests.api.conftest import invoice
from tests.bench.servers import Server
from tests.cast import Cast, set_the_stage
from tests.installation import test_settings
from tests.jobs import processes
from tests.rule_servers import end

MANY = 8


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: Any


@dataclass(frozen=True)
class Portal:
    """Two real processes of the web server, and whoever may ask them."""

    here: Runtime
    stage: Cast
    url: str

    def post(self, content: bytes, **headers: str) -> Answer:
        given = {
            "Authorization": f"Bearer {self.stage.keys['key']}",
            "Content-Type": "application/xml",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        request = urllib.request.Request(
            f"{self.url}/api/v1/documents", data=content, headers=given
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, dict(answer.headers), loads(answer.read()))
        except urllib.error.HTTPError as error:
            return Answer(error.code, dict(error.headers), loads(error.read()))

    def count(self, table: type) -> int:
        with self.here.database.reading():
            return session().scalar(select(func.count()).select_from(table)) or 0


@pytest.fixture(scope="module", params=databases.kinds())
def portal(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    folder = tmp_path_factory.mktemp("together")
    try:
        url = databases.fresh_database(request.param, folder)
    except databases.Absent as absent:
        pytest.skip(str(absent))
    here = installation.of(create_app(test_settings(folder, database_url=url)))
    with runtime.using(here), here.database.transaction():
        stage = set_the_stage()
    server = Server("wsgi:app", processes.environment(here.settings), threads=4)
    try:
        found = Portal(here, stage, f"http://127.0.0.1:{server.port}")
        processes.eventually(lambda: _answers(found.url), seconds=60)
        yield found
    finally:
        server.end()
    end(RuleEngine(here.settings.runtime_dir))
    here.database.engine.dispose()
    databases.drop_database(url)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def together(portal: Portal, *requests: tuple[bytes, dict[str, str]]) -> list[Answer]:
    """Send all requests at one moment."""
    ready = Barrier(len(requests))

    def send(one: tuple[bytes, dict[str, str]]) -> Answer:
        ready.wait(timeout=30)
        return portal.post(one[0], **one[1])

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, requests))


def test_the_same_bytes_at_one_moment_make_one_document(portal: Portal) -> None:
    before = portal.count(Document), portal.count(Intake)
    answers = together(portal, *[(invoice("T-1"), {})] * MANY)
    assert sorted(one.status for one in answers) == [200] * (MANY - 1) + [201]
    assert len({one.content["id"] for one in answers}) == 1
    assert (portal.count(Document), portal.count(Intake)) == (before[0] + 1, before[1] + 1)


def test_the_same_key_of_a_request_at_one_moment_gives_one_answer(portal: Portal) -> None:
    before = portal.count(Document)
    key = {"Idempotency_Key": "one-and-the-same"}
    answers = together(portal, *[(invoice("T-2"), key)] * MANY)
    assert [one.status for one in answers] == [201] * MANY
    assert all(one.content == answers[0].content for one in answers)
    assert portal.count(Document) == before + 1


def test_one_key_for_different_requests_serves_one_of_them(portal: Portal) -> None:
    before = portal.count(Document)
    key = {"Idempotency_Key": "two-minds"}
    answers = together(portal, *[(invoice(f"T-3{n}"), key) for n in range(MANY)])
    assert sorted(one.status for one in answers) == [201] + [422] * (MANY - 1)
    refused = next(one for one in answers if one.status == 422)
    assert refused.content["type"] == "urn:kontor:problem:idempotency-key-reused"
    assert portal.count(Document) == before + 1


def test_versions_of_one_number_at_one_moment_are_all_kept_in_a_row(portal: Portal) -> None:
    sent = [(invoice("T-4", ("Thank you", f"Thank you {n}")), {}) for n in range(MANY)]
    answers = together(portal, *sent)
    kept = [one for one in answers if one.status == 201]
    assert {one.status for one in answers} <= {201, 503}
    assert sorted(one.content["version"] for one in kept) == list(range(1, len(kept) + 1))
    assert len(kept) >= 1
