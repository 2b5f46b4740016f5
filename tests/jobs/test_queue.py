"""Whoever can write to Redis still cannot run code: real Redis, real worker, the real attacks."""

import http.server
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis
from rq.job import Job, JobStatus
from rq.serializers import JSONSerializer, PickleSerializer

from app.core.runtime import Runtime
from jobs import queue
from tests.both import installation
from tests.jobs import processes
from tests.jobs.work import promise, row

CONTROL = """
import sys
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer, DefaultSerializer
kind = {"json": JSONSerializer, "pickle": DefaultSerializer}[sys.argv[2]]
connection = Redis.from_url(sys.argv[1])
queue = Queue("kontor", connection=connection, serializer=kind)
SimpleWorker([queue], connection=connection, serializer=kind).work(burst=True)
"""
"""A worker as RQ makes it, to show that an attack would work on one."""


@dataclass(frozen=True)
class Victim:
    """An installation with a running worker, and the Redis that an attacker can write to."""

    here: Runtime
    client: Redis
    url: str
    output: Path
    trace: Path

    def works(self) -> None:
        """Wait until the worker has done honest work: it came after all that was queued before."""
        one = promise(self.here, "housekeeping.sweep")
        job = queue.queue(self.client).enqueue_call("jobs.pump.drain", result_ttl=0)
        processes.eventually(lambda: not self.client.exists(job.key))
        assert row(self.here, one) is None


@pytest.fixture(scope="module")
def victim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Victim]:
    folder = tmp_path_factory.mktemp("victim")
    with installation("sqlite", folder) as here, processes.redis() as (url, client):
        settings = replace(here.settings, redis_url=url)
        output = folder / "worker.log"
        with processes.worker(settings, output):
            yield Victim(here, client, url, output, folder / "trace")


@pytest.fixture(autouse=True)
def _clean(victim: Victim) -> None:
    victim.trace.unlink(missing_ok=True)
    victim.works()


def attack(
    client: Redis, serializer: Any, function: str, *arguments: str, **fields: str | bytes
) -> Job:
    """Write a job into our queue as an attacker would, past our own code."""
    job = Job.create(
        function,
        args=arguments,
        connection=client,
        serializer=serializer,
        origin=queue.NAME,
        status=JobStatus.QUEUED,
    )
    job.save()
    for name, value in fields.items():
        client.hset(job.key, name, value)
    client.rpush(f"rq:queue:{queue.NAME}", job.id)
    return job


def status(client: Redis, job: Job) -> str:
    value = client.hget(job.key, "status")
    return value.decode() if isinstance(value, bytes) else ""


@pytest.mark.parametrize("kind", ["json", "pickle"])
def test_the_attack_is_a_real_one(tmp_path: Path, kind: str) -> None:
    serializer = JSONSerializer if kind == "json" else PickleSerializer
    with processes.redis() as (url, client):
        attack(client, serializer, "os.system", f"touch {tmp_path}/trace")
        subprocess.run([sys.executable, "-c", CONTROL, url, kind], check=True, capture_output=True)
    assert (tmp_path / "trace").exists()


@pytest.mark.parametrize("serializer", [JSONSerializer, PickleSerializer])
@pytest.mark.parametrize("function", ["os.system", "subprocess.getoutput", "builtins.exec"])
def test_no_function_is_called_but_ours(victim: Victim, serializer: type, function: str) -> None:
    code = f"touch {victim.trace}" if function != "builtins.exec" else f"open('{victim.trace}','w')"
    job = attack(victim.client, serializer, function, code)
    victim.works()
    assert not victim.trace.exists()
    assert status(victim.client, job) == "failed"


def test_a_pickle_that_runs_code_when_it_is_read_is_not_read(victim: Victim) -> None:
    payload = b"cposix\nsystem\n(S'touch " + str(victim.trace).encode() + b"'\ntR."
    fields = dict.fromkeys(("data", "meta", "result"), payload)
    attack(victim.client, JSONSerializer, "jobs.pump.drain", **fields)
    victim.works()
    assert not victim.trace.exists()


def test_a_method_of_an_instance_is_not_called(victim: Victim) -> None:
    data = json.dumps(["format", "{0.__class__} of an instance", ["x"], {}])
    job = attack(victim.client, JSONSerializer, "jobs.pump.drain", data=data)
    victim.works()
    assert status(victim.client, job) == "failed"


@pytest.mark.parametrize("event", ["success", "failure", "stopped"])
@pytest.mark.parametrize("function", ["jobs.pump.drain", "os.system"])
def test_no_callback_is_called(victim: Victim, event: str, function: str) -> None:
    before = victim.output.read_text()
    # print takes any arguments, and what it says lands in the worker's output.
    fields = {f"{event}_callback_name": "builtins.print"}
    attack(victim.client, JSONSerializer, function, **fields)
    victim.works()
    said = victim.output.read_text().removeprefix(before)
    assert "Job(" not in said
    assert "KontorJob" not in said.replace("jobs.queue.KontorJob", "")


class _Listener(http.server.BaseHTTPRequestHandler):
    """Counts the requests that reach it."""

    def do_GET(self) -> None:
        self.server.seen.append(self.path)  # type: ignore[attr-defined]
        self.send_response(204)
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - the name that http.server calls

    def log_message(self, *_about: object) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    server = http.server.HTTPServer(("127.0.0.1", 0), _Listener)
    server.seen = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", server.seen  # type: ignore[attr-defined]
    server.shutdown()
    thread.join()
    server.server_close()


def webhooks(url: str) -> str:
    both = [{"url": f"{url}/{word}", "job_status": word} for word in ("finished", "failed")]
    return json.dumps(both)


def test_rq_itself_would_open_an_url_that_stands_in_redis(
    listener: tuple[str, list[str]],
) -> None:
    url, seen = listener
    with processes.redis() as (redis_url, client):
        attack(client, JSONSerializer, "os.getpid", webhooks=webhooks(url))
        subprocess.run(
            [sys.executable, "-c", CONTROL, redis_url, "json"], check=True, capture_output=True
        )
    assert seen == ["/finished"]


@pytest.mark.parametrize("function", ["jobs.pump.drain", "os.system"])
def test_no_url_is_opened(victim: Victim, listener: tuple[str, list[str]], function: str) -> None:
    url, seen = listener
    attack(victim.client, JSONSerializer, function, webhooks=webhooks(url))
    victim.works()
    assert seen == []


def test_a_pump_takes_no_arguments_from_redis(victim: Victim) -> None:
    job = attack(victim.client, JSONSerializer, "jobs.pump.drain", "sqlite:///elsewhere.db")
    victim.works()
    assert status(victim.client, job) == "failed"


def test_a_worker_outlives_rubbish(victim: Victim) -> None:
    attack(victim.client, JSONSerializer, "jobs.pump.drain", data=b"\xff\x00 no json")
    victim.client.rpush(f"rq:queue:{queue.NAME}", "no-such-job")
    victim.works()


def test_pumps_do_not_pile_up(tmp_path: Path) -> None:
    with processes.redis() as (url, client):
        connection = queue.connect(url)
        for _ in range(5):
            queue.kick(connection)
        ours = queue.queue(client)
        assert len(ours) == queue.PUMPS
        jobs = ours.get_jobs()
        assert [job.func_name for job in jobs] == ["jobs.pump.drain"] * queue.PUMPS
        assert all(job.args in ([], ()) and job.kwargs == {} for job in jobs)
        connection.close()
