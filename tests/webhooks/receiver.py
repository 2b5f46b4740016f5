"""A program that hears of what happens: it checks signatures with a library of others, and has faults."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import sleep
from typing import Any

from standardwebhooks.webhooks import Webhook, WebhookVerificationError


@dataclass
class Receiver:
    """What it was told, and how it answers."""

    url: str = ""
    secrets: list[str] = field(default_factory=list)
    """Those that it takes; a message has to be signed with each of them."""
    statuses: list[int] = field(default_factory=list)
    """The faults that come first, one for each message; 0: it hangs up without an answer."""
    patience: float = 0.0
    """Seconds until it answers."""
    body: bytes = b"ok"
    verified: list[dict[str, Any]] = field(default_factory=list)
    """Messages with a good signature, each time they came."""
    ids: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    forged: int = 0

    def hear(self, headers: dict[str, str], body: bytes) -> int:
        """Return the status to answer with."""
        try:
            for secret in self.secrets:
                Webhook(secret).verify(body, headers)
        except WebhookVerificationError:
            self.forged += 1
            return 401
        self.verified.append(json.loads(body))
        self.ids.append(headers["webhook-id"])
        self.signatures.append(headers["webhook-signature"])
        sleep(self.patience)
        return self.statuses.pop(0) if self.statuses else 204


@contextmanager
def receiving(*statuses: int, patience: float = 0.0) -> Iterator[Receiver]:
    """Listen on this machine until the block ends."""
    receiver = Receiver(statuses=list(statuses), patience=patience)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status = receiver.hear(headers, body)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            answer = b"" if status == 204 else receiver.body
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_about: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/kontor"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
