"""Rule servers that tests started, and their end."""

import json
import os
import signal
import socket
from pathlib import Path

from app.documents.formats.official_rules import SOCKET_NAME, RuleEngine


def server_of(engine: RuleEngine) -> int | None:
    """Return the process id of the engine's rule server, None where none listens."""
    path: Path = engine.folder() / SOCKET_NAME
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(60)
        try:
            connection.connect(str(path))
            return int(json.loads(connection.makefile().readline())["process"])
        except (ConnectionError, FileNotFoundError):
            return None


def end(engine: RuleEngine) -> None:
    """End the engine's rule server, if there is one."""
    process = server_of(engine)
    if process is not None:
        os.kill(process, signal.SIGKILL)
