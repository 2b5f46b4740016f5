"""A program that hears about events: it keeps what arrives, and checks it as Standard Webhooks says."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import monotonic, sleep
from typing import Any

from tests.journeys.house import PATIENCE


@dataclass(frozen=True)
class Heard:
    """One call, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The id of the message, the same with each try."""
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:
        """What it says."""
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """Say whether `webhook-signature` holds the HMAC-SHA256 of `id.timestamp.body`."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        signed = f"{self.id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        return f"v1,{expected}" in self.headers["webhook-signature"].split()


class Receiver(ThreadingHTTPServer):
    """Takes everything with 200, and remembers it."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.heard: list[Heard] = []

    @property
    def url(self) -> str:
        """Where it listens, without a path."""
        return f"http://127.0.0.1:{self.server_port}"

    def wait_for(self, path: str, event: str, count: int = 1) -> list[Heard]:
        """Wait until so many calls about a type of event have come in on a path; return them."""
        end = monotonic() + PATIENCE
        while monotonic() < end:
            of_path = [one for one in self.heard if one.path == path]
            found = [one for one in of_path if one.message["type"] == event]
            if len(found) >= count:
                return found
            sleep(0.1)
        raise AssertionError(f"{event} did not come to {path}: {self.heard}")


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append(Heard(self.path, headers, body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"thank you")

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def listening() -> Iterator[Receiver]:
    """Listen until the block ends."""
    with Receiver() as receiver:
        thread = Thread(target=receiver.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()
