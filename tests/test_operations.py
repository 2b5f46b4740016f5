from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app import operations
from app.core import clock, outbox
from app.core.db import session
from app.factory import create_app
from app.web import installation
from tests.browser import Browser
from tests.installation import BASE_URL, test_settings

TOKEN = "metrics-token-of-the-tests"


def promise(app: Flask) -> None:
    with installation.of(app).database.transaction():
        outbox.promise("housekeeping.sweep")


def metrics(app: Flask, authorization: str | None = f"Bearer {TOKEN}") -> dict[str, float]:
    headers = {"Authorization": authorization} if authorization is not None else {}
    answer = Browser(app).get("/metrics", headers=headers)
    if answer.status_code != 200:
        return {}
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in (line.split() for line in lines)}


def test_a_machine_in_good_health_says_so(app: Flask) -> None:
    answer = Browser(app).get("/healthz")
    assert (answer.status_code, answer.json) == (
        200,
        {
            "status": "ok",
            "database": "ok",
            "redis": "not configured",
            "storage": "ok",
            "queue": "ok",
        },
    )


def test_work_that_waits_too_long_is_a_failure(app: Flask) -> None:
    promise(app)
    begin = clock.now()
    with clock.standing_at(begin + timedelta(seconds=operations.OLDEST_ACCEPTABLE - 5)):
        assert Browser(app).get("/healthz").status_code == 200
    with clock.standing_at(begin + timedelta(seconds=operations.OLDEST_ACCEPTABLE + 5)):
        answer = Browser(app).get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["status"] == "failing"
    assert answer.json["queue"].startswith("waiting for 30")


def test_a_database_without_tables_is_a_failure(app: Flask) -> None:
    with installation.of(app).database.transaction():
        session().execute(text("ALTER TABLE outbox RENAME TO gone"))
    answer = Browser(app).get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["queue"].startswith("failing: ")
    assert "gone" not in answer.text


def test_a_database_that_is_away_is_a_failure_and_no_crash(tmp_path: Path) -> None:
    away = "postgresql+psycopg://nobody@/none?host=/nonexistent"
    app = create_app(test_settings(tmp_path, database_url=away))
    answer = Browser(app).get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["database"] == "failing: OperationalError"
    assert answer.json["storage"] == "ok"


def test_files_that_cannot_be_written_are_a_failure(app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "files"
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()
    folder.write_text("in the way")
    answer = Browser(app).get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["storage"].startswith("failing: ")


def test_kontor_works_on_without_redis(tmp_path: Path) -> None:
    settings = test_settings(tmp_path)
    app = create_app(replace(settings, redis_url="redis://127.0.0.1:9/0"))
    answer = Browser(app).get("/healthz")
    installation.of(app).database.engine.dispose()
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["redis"].startswith("failing: ")


def test_figures_are_for_those_who_have_the_token(app: Flask) -> None:
    wrong = [None, "", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"]
    for authorization in wrong:
        headers = {"Authorization": authorization} if authorization is not None else {}
        answer = Browser(app).get("/metrics", headers=headers)
        assert answer.status_code == 404
        assert "kontor_outbox" not in answer.text


def test_without_a_token_in_the_settings_there_are_no_figures(tmp_path: Path) -> None:
    app = create_app(
        test_settings(tmp_path, metrics_token=None, database_url=f"sqlite:///{tmp_path}/x.db")
    )
    for authorization in ("Bearer ", "Bearer None", "Bearer"):
        headers = {"Authorization": authorization}
        assert Browser(app).get("/metrics", headers=headers).status_code == 404


def test_figures_tell_how_much_waits_since_when(app: Flask) -> None:
    assert metrics(app) == {
        "kontor_outbox_due": 0,
        "kontor_outbox_dead": 0,
        "kontor_outbox_oldest_seconds": 0,
    }
    begin = clock.now()
    with clock.standing_at(begin):
        promise(app)
        promise(app)
    with clock.standing_at(begin + timedelta(seconds=90)):
        assert metrics(app)["kontor_outbox_oldest_seconds"] == 90
        assert metrics(app)["kontor_outbox_due"] == 2
    with installation.of(app).database.transaction():
        task = outbox.claim(outbox.due(1)[0], timedelta(minutes=1))
        assert task is not None
        outbox.give_up(task, "no")
    assert metrics(app)["kontor_outbox_dead"] == 1
    assert metrics(app)["kontor_outbox_due"] == 1


def test_monitors_may_ask_for_the_head(app: Flask) -> None:
    answer = app.test_client().head("/healthz", base_url=BASE_URL)
    assert (answer.status_code, answer.data) == (200, b"")
