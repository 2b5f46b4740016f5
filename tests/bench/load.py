"""A client that asks for one page over several connections, as often as it is answered."""

import selectors
import socket
from dataclasses import dataclass, field
from time import perf_counter

CONNECTIONS = 8


@dataclass(frozen=True)
class Ask:
    """One page: where it is, whose cookie asks, whether htmx asks for a block."""

    port: int
    path: str
    cookie: str = ""
    block: str = ""

    @property
    def head(self) -> bytes:
        """Return the request as it goes over the wire."""
        lines = [f"GET {self.path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"Cookie: kontor={self.cookie}"] if self.cookie else []
        if self.block:
            lines += ["HX-Request: true", f"HX-Target: section#{self.block}"]
        return "\r\n".join([*lines, "Accept-Language: en", "", ""]).encode()


@dataclass
class _Connection:
    wire: socket.socket
    began: float = 0.0
    read: bytearray = field(default_factory=bytearray)


class NotWell(RuntimeError):
    """A page was not answered with 200."""


def once(ask: Ask) -> bytes:
    """Return the body of one answer; raises `NotWell`."""
    with socket.create_connection(("127.0.0.1", ask.port), timeout=60) as wire:
        wire.sendall(ask.head)
        read = bytearray()
        while not _is_whole(read):
            read += _received(wire)
    head, _, body = bytes(read).partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200"):
        raise NotWell(f"{ask.path}: {head[:200]!r}")
    return body


def measure(ask: Ask, seconds: float) -> list[float]:
    """Ask for `seconds` over eight connections; returns the seconds that each answer took."""
    head, took = ask.head, []
    with selectors.DefaultSelector() as ready:
        connections = [
            _Connection(socket.create_connection(("127.0.0.1", ask.port), timeout=60))
            for _place in range(CONNECTIONS)
        ]
        end = perf_counter() + seconds
        for one in connections:
            ready.register(one.wire, selectors.EVENT_READ, one)
            one.began = perf_counter()
            one.wire.sendall(head)
        while (now := perf_counter()) < end or not took:
            for key, _events in ready.select(timeout=max(0.01, end - now)):
                one = key.data
                one.read += _received(one.wire)
                if _is_whole(one.read):
                    if not one.read.startswith(b"HTTP/1.1 200"):
                        raise NotWell(f"{ask.path}: {bytes(one.read[:200])!r}")
                    now = perf_counter()
                    took.append(now - one.began)
                    one.read.clear()
                    one.began = now
                    one.wire.sendall(head)
        for one in connections:
            one.wire.close()
    return took


def _received(wire: socket.socket) -> bytes:
    data = wire.recv(262_144)
    if not data:
        raise NotWell("the server hung up")
    return data


def _is_whole(read: bytearray) -> bool:
    end = read.find(b"\r\n\r\n")
    if end < 0:
        return False
    place = read.lower().find(b"content-length:", 0, end)
    length = int(read[place + 15 : read.find(b"\r\n", place)])
    return len(read) >= end + 4 + length
