"""Fresh, migrated databases for tests: SQLite files, and databases of a private PostgreSQL server.

The server listens on a socket in a directory of its own, on no port, and forgets everything: it
does not sync. It ends with the process that started it, also when that one is killed.
"""

import atexit
import os
import pwd
import shutil
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from urllib.parse import parse_qs, urlsplit

import psycopg
from alembic import command as alembic

from app.commands import migrations
from app.core.db import sqlite_module
from app.core.orphans import start_guard, tell

KINDS = ("sqlite", "postgresql")
USER = "postgres"
"""The name of the server's one role; on this socket everybody is trusted to be it."""

FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
PATIENCE = 60.0
"""Seconds for the server to start."""

FORGETFUL = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}

_running: dict[Path, subprocess.Popen[bytes]] = {}
_numbers = count(1)


class Absent(RuntimeError):
    """There is no PostgreSQL on this machine; the message is one sentence."""


def chosen() -> str:
    """Return the kind of database that `KONTOR_TEST_DATABASE` asks for, `sqlite` by default."""
    kind = os.environ.get("KONTOR_TEST_DATABASE", "sqlite")
    if kind not in KINDS:
        raise ValueError(f"KONTOR_TEST_DATABASE must be one of {', '.join(KINDS)}.")
    return kind


def kinds() -> tuple[str, ...]:
    """Return what tests of both databases run on: both, or what `KONTOR_TEST_DATABASE` asks for."""
    return (chosen(),) if "KONTOR_TEST_DATABASE" in os.environ else KINDS


def fresh_database(kind: str, directory: Path, template: str | None = None) -> str:
    """Return the URL of a database of `kind`; a SQLite file lies in `directory`.

    It is empty and migrated, or a copy of `template`: the path of a SQLite file, or the name of a
    database. PostgreSQL is started at the first call. Raises `Absent` where there is none.
    """
    number = next(_numbers)
    if kind == "sqlite":
        directory.mkdir(parents=True, exist_ok=True)
        file = directory / f"kontor-{number}.db"
        shutil.copyfile(template or _migrated_file(), file)
        return f"sqlite:///{file}"
    server, name = _shared_server(), f"kontor_{number}"
    of = template or _migrated_template(server)
    with _administration(server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {of}")
    return _url(server, name)


def drop_database(url: str) -> None:
    """Remove a database that `fresh_database` made, whoever is connected; a file is left alone."""
    parts = urlsplit(url)
    if parts.scheme.startswith("postgresql"):
        server = Path(parse_qs(parts.query)["host"][0])
        with _administration(server) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {parts.path[1:]} WITH (FORCE)")


def copy_database(url: str, name: str) -> None:
    """Copy a PostgreSQL database to which nobody is connected; it goes away with the server."""
    server, of = _place(url)
    with _administration(server) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {of}")


def replace_database(url: str, template: str) -> None:
    """Put a copy of `template` in a PostgreSQL database's place."""
    server, name = _place(url)
    with _administration(server) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def _place(url: str) -> tuple[Path, str]:
    parts = urlsplit(url)
    return Path(parse_qs(parts.query)["host"][0]), parts.path[1:]


def start_postgresql(directory: Path) -> str:
    """Start a private server in `directory` and return the URL of its database `postgres`.

    `directory` is emptied of nothing and has to be new; run by root, the server gets a user of its
    own, who must be able to reach `directory`. Raises `Absent` where there is no PostgreSQL.
    """
    initdb, postgres = find("initdb"), find("postgres")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    user = _unprivileged()
    if user is not None:
        os.chown(directory, user.pw_uid, user.pw_gid)
    who = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    data = directory / "data"
    making = [initdb, "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    made = subprocess.run(  # type: ignore[call-overload]
        [str(word) for word in making], cwd="/", capture_output=True, text=True, check=False, **who
    )
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")
    settings = {"unix_socket_directories": str(directory), **FORGETFUL}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    log = (directory / "log").open("wb")
    running: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
        [str(postgres), "-D", str(data), *options],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        **who,
    )
    tell(_guard(), f"+{running.pid}")
    _running[directory] = running
    _await(directory, running)
    return _url(directory, "postgres")


def stop_postgresql(directory: Path) -> None:
    """Stop the server in `directory` at once: nothing of it is wanted any more."""
    running = _running.pop(directory)
    running.send_signal(3)  # SIGQUIT: PostgreSQL's immediate shutdown
    running.wait(timeout=PATIENCE)
    tell(_guard(), f"-{running.pid}")


def find(name: str) -> Path:
    """Return a program of PostgreSQL, the newest there is; raises `Absent`."""
    on_path = shutil.which(name)
    candidates = [Path(on_path)] if on_path else []
    for pattern in FOLDERS:
        candidates += sorted(Path("/").glob(f"{pattern[1:]}/{name}"), reverse=True)
    if not candidates:
        raise Absent("PostgreSQL is not installed: install its server package to run these tests.")
    return candidates[0]


def _unprivileged() -> pwd.struct_passwd | None:
    """Return the user for the server where we are root, which PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return None
    known = {user.pw_name: user for user in pwd.getpwall()}
    return known.get("postgres") or known["nobody"]


def _await(directory: Path, running: subprocess.Popen[bytes]) -> None:
    last = monotonic() + PATIENCE
    while running.poll() is None and monotonic() < last:
        try:
            with _administration(directory):
                return
        except psycopg.OperationalError:
            sleep(0.05)
    log = (directory / "log").read_text("utf-8", "replace")
    raise RuntimeError(f"PostgreSQL did not start: {log[-500:]}")


@cache
def _guard() -> subprocess.Popen[bytes]:
    return start_guard()


@cache
def _shared_server() -> Path:
    """Return the directory of this process's server; it goes away at the end of the process."""
    # Not below pytest's own folder: nobody else may enter that, and a socket's path is short.
    directory = Path(tempfile.mkdtemp(prefix="kontor-pg-"))
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    start_postgresql(directory)
    atexit.register(stop_postgresql, directory)
    return directory


@cache
def _migrated_template(server: Path) -> str:
    with _administration(server) as connection:
        connection.execute("CREATE DATABASE migrated")
    alembic.upgrade(migrations(_url(server, "migrated")), "head")
    with _administration(server) as connection:
        # A template must have no connection left, and gets none any more.
        connection.execute("ALTER DATABASE migrated ALLOW_CONNECTIONS false")
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'migrated'"
        )
    return "migrated"


@cache
def _migrated_file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="kontor-sqlite-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file, copy = folder / "migrated.db", folder / "template.db"
    alembic.upgrade(migrations(f"sqlite:///{file}"), "head")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("VACUUM INTO ?", [str(copy)])
    keep_a_log(copy)
    return copy


def keep_a_log(file: Path) -> None:
    """Let a SQLite file say that it has a write-ahead log: else who opens a copy changes it first."""
    with closing(sqlite_module().connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")


def _administration(server: Path) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=str(server), user=USER, dbname="postgres", autocommit=True)


def _url(server: Path, name: str) -> str:
    return f"postgresql+psycopg://{USER}@/{name}?host={server}"
