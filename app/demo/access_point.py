"""A stand-in for a Peppol access point, by the contract in docs/peppol-access-point.md, on loopback.

It serves a live and a test stage. What becomes of an invoice is told by messages: its own status, and
the responses of the other access point and of the recipient. What it forgets at its end nobody misses.
"""

import argparse
import base64
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from app.demo.peppol_network import DEMONSTRATED, ROOTS, TOKEN, USER, Network, Receiver, objections

HOST: Final = "127.0.0.1"
MOST: Final = 20 * 1024 * 1024
"""Bytes of a request."""
REFUSALS: Final = {"busy": 429, "down": 503, "broken": 500, "proxy": 504, "forbidden": 403}


class AccessPoint(Network):
    """The stand-in, as a context: serves on loopback from `with` to the end of the block."""

    def __init__(self, port: int = 0, receivers: tuple[Receiver, ...] = DEMONSTRATED) -> None:
        super().__init__(receivers)
        self._server = ThreadingHTTPServer((HOST, port), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> "AccessPoint":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve until interrupted."""
        self._server.serve_forever()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        network = self

        class Handler(_Handler):
            here = network

        return Handler


class _Handler(BaseHTTPRequestHandler):
    here: AccessPoint

    def do_GET(self) -> None:
        stage, path, query = self._asked()
        if not self._is_known():
            return
        if not stage:
            self._problem(404, "NOT_FOUND", "There is nothing here.")
        elif path == "/status":
            self._data(200, {"environment": stage, "senders": self.here.senders})
        elif path.startswith("/participants/"):
            self._participant(unquote(path.removeprefix("/participants/")))
        elif path == "/transmissions":
            self._search(stage, query.get("reference", ""))
        elif path.startswith("/transmissions/"):
            self._one(stage, path.removeprefix("/transmissions/"))
        elif path == "/messages":
            self._messages(stage, query)
        else:
            self._problem(404, "NOT_FOUND", "There is nothing here.")

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST))
        stage, path, _query = self._asked()
        if path == "/faults":
            self._set(parse_qs(body.decode(), keep_blank_values=True))
        elif not self._is_known():
            return
        elif path == "/transmissions" and stage:
            self._take(stage, json.loads(body))
        elif path == "/messages/acknowledgements" and stage:
            self.here.forget(stage, json.loads(body)["ids"])
            self._data(200, {})
        else:
            self._problem(404, "NOT_FOUND", "There is nothing here.")

    def _asked(self) -> tuple[str, str, dict[str, str]]:
        whole = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(whole.query).items()}
        root, _slash, rest = whole.path.lstrip("/").partition("/")
        return (root, f"/{rest}", query) if root in ROOTS else ("", whole.path, query)

    def _is_known(self) -> bool:
        basic = base64.b64encode(f"{USER}:{TOKEN}".encode()).decode()
        if self.headers.get("Authorization") in (f"Bearer {TOKEN}", f"Basic {basic}"):
            return True
        self._problem(401, "UNAUTHORIZED", "The credentials are not known.")
        return False

    def _participant(self, named: str) -> None:
        if self.here.faults.look_up == "down":
            self._problem(503, "DOWN", "The directory does not answer.")
            return
        found = self.here.receivers.get(named.lower())
        if found is None:
            self._problem(404, "PARTICIPANT_UNKNOWN", f"{named} is not registered.")
            return
        self._data(
            200, {"participant": found.id, "name": found.name, "documentTypes": list(found.takes)}
        )

    def _take(self, stage: str, said: dict[str, Any]) -> None:
        fault, reference = self.here.faults.submit, self.headers.get("Idempotency-Key", "")
        self.here.posted.append((stage, reference))
        if fault in REFUSALS:
            self._problem(REFUSALS[fault], fault.upper(), f"{fault}, said the stand-in")
            return
        known = self.here.by_reference(stage, reference)
        if known is not None:
            is_same = known["document"] == said["document"]
            self._data(200 if is_same else 409, self.here.shown(known))
            return
        wrong = objections(said, stage, reference, self.here)
        if fault == "invalid":
            wrong = [("PEPPOL-EN16931-R120", "Invoice line net amount MUST equal …", "/Invoice")]
        if wrong:
            self._problem(422, "DOCUMENT_INVALID", "The document is not valid.", wrong)
            return
        taken = self.here.take(stage, said)
        if fault == "lost":
            self.close_connection = True
            return
        self._data(201, {} if fault == "nameless" else self.here.shown(taken))

    def _search(self, stage: str, reference: str) -> None:
        if self.here.faults.find:
            self._problem(503, "DOWN", "The search does not answer.")
            return
        found = self.here.by_reference(stage, reference)
        self._data(200, {"transmissions": [self.here.shown(found)] if found else []})

    def _one(self, stage: str, named: str) -> None:
        found = self.here.stages[stage].transmissions.get(named)
        if found is None:
            self._problem(404, "TRANSMISSION_UNKNOWN", f"{named} is not known.")
            return
        self._data(200, self.here.shown(found))

    def _messages(self, stage: str, query: Mapping[str, str]) -> None:
        fault = self.here.faults.messages
        if fault == "down":
            self._problem(503, "DOWN", "Service Unavailable")
            return
        self.here.tell_due(stage)
        after, limit = query.get("after", ""), min(int(query.get("limit", "100")), 100)
        new = self.here.waiting(stage, after)[:limit]
        if fault == "twice":
            new = [one for one in new for _time in range(2)]
        if fault == "backwards":
            new = new[::-1]
        self._data(200, {"messages": [] if fault == "never" else new})

    def _set(self, fields: Mapping[str, list[str]]) -> None:
        for name in ("submit", "find", "look_up", "messages", "ending"):
            if name in fields:
                setattr(self.here.faults, name, fields[name][-1])
        self._data(200, {"submit": self.here.faults.submit, "ending": self.here.faults.ending})

    def _problem(
        self, status: int, code: str, detail: str, wrong: list[tuple[str, str, str]] | None = None
    ) -> None:
        names = ("rule", "message", "location")
        errors = [dict(zip(names, one, strict=True)) for one in wrong or []]
        said = {"code": code, "detail": detail, "status": status}
        self._data(status, said | ({"errors": errors} if errors else {}))

    def _data(self, status: int, body: Any) -> None:
        content = json.dumps(body).encode()
        kind = "application/json" if status < 400 else "application/problem+json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: what goes by here is somebody's bills."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m app.demo.access_point")
    parser.add_argument("--port", type=int, default=8310)
    wishes = parser.parse_args()
    AccessPoint(wishes.port).serve()
