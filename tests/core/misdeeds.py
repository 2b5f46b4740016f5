"""The inside of a cell that does what hostile files try to make parsers do."""

import ctypes
import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app import cell
from app.core import frames
from app.core.cells import Answer


def tried(what: Any) -> Answer:
    try:
        return Answer({"done": what()})
    except OSError as error:
        return Answer({"refused": type(error).__name__})


def echo(arguments: Mapping[str, Any], payload: bytes) -> Answer:
    return Answer(dict(arguments), (payload, payload[::-1]))


def eat(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    return Answer({"size": len(bytearray(3_000_000_000))})


def crash(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    return Answer({"text": ctypes.string_at(0).decode()})


def sleep(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    time.sleep(60)
    return Answer({})


def spin(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    while True:
        pass


def leave(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    os._exit(int(arguments["code"]))


def fail(_arguments: Mapping[str, Any], payload: bytes) -> Answer:
    raise ValueError(payload.decode())


def look_around(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    return Answer({"environment": sorted(os.environ), "files": open_files()})


def open_files() -> list[int]:
    found = []
    for number in range(64):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found


def read(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    return tried(lambda: Path(arguments["path"]).read_text())


def write(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    return tried(lambda: Path(arguments["path"]).write_text("x" * 10))


def run(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    return tried(lambda: os.execv("/bin/true", ["true"]))


def connect(arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    return tried(lambda: socket.create_connection(("127.0.0.1", arguments["port"]), 2).fileno())


def chatter(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    os.write(1, b"noise of a library\n" * 1000)
    os.write(2, b"noise of a library\n" * 1000)
    return Answer({"done": True})


def lie(_arguments: Mapping[str, Any], _payload: bytes) -> Answer:
    """Say of itself what only the inside of a cell that was taken over would say."""
    frames.send(socket.socket(fileno=os.dup(0)), {"answer": {}, "kilobytes": "few"})
    time.sleep(60)
    return Answer({})


cell.WORKS.update(
    {
        one.__name__: one
        for one in (
            *(echo, eat, crash, sleep, spin, leave, fail, look_around),
            *(read, write, run, connect, chatter, lie),
        )
    }
)

if __name__ == "__main__":
    cell.main()
