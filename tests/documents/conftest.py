"""One rule server for all tests of documents, ended when they are done."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.documents.formats.official_rules import SOCKET_NAME, RuleEngine


def server_of(engine: RuleEngine) -> int | None:
    """Return the process id of the engine's rule server, None where none listens."""
    path: Path = engine.folder() / SOCKET_NAME
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(60)
        try:
            connection.connect(str(path))
        except (ConnectionError, FileNotFoundError):
            return None
        return int(json.loads(connection.makefile().readline())["process"])


def end(engine: RuleEngine) -> None:
    """End the engine's rule server, if there is one."""
    process = server_of(engine)
    if process is not None:
        os.kill(process, signal.SIGKILL)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RuleEngine]:
    """An engine with a server of its own."""
    started = RuleEngine(tmp_path_factory.mktemp("rules", numbered=True) / "run", idle_seconds=120)
    yield started
    end(started)
