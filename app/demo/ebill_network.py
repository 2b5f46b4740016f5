"""A stand-in for an eBill network partner on this machine: the Software Partner API, with faults.

`python -m app.demo.ebill_network --port 8300`. It has a live and a test stage and knows each recipient
that asked for bills; what becomes of a case is told by events. What it forgets at its end nobody misses.
"""

import argparse
import base64
import json
import secrets
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from app.demo.ebill_cases import Case, objections, read
from app.demo.ebill_partner import CLIENT, DEMONSTRATED, ROOTS, Participant, Partner

HOST: Final = "127.0.0.1"
MOST: Final = 20 * 1024 * 1024
"""Bytes of a request."""
REFUSALS: Final = {"busy": 429, "down": 503, "broken": 500, "proxy": 504, "forbidden": 403}


class EbillNetwork(Partner):
    """The stand-in, as a context: serves on loopback from `with` to the end of the block."""

    def __init__(self, port: int = 0, participants: tuple[Participant, ...] = ()) -> None:
        super().__init__(participants)
        self._server = ThreadingHTTPServer((HOST, port), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> "EbillNetwork":
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
    here: EbillNetwork

    def do_GET(self) -> None:
        stage, path, query = self._asked()
        if not self._is_known():
            return
        match path:
            case "/healthcheck" if stage:
                version = {"apiVersion": "1.0.0", "applicationVersion": "stand-in"}
                named = "PRODUCTION" if stage == "live" else "TEST"
                self._data(200, {"message": "well", "environmentStage": named, **version})
            case "/biller/business-cases" if stage:
                self._search(stage, query.get("correlationId", ""))
            case "/events/business-case-status-changed" if stage:
                self.here.tell_due(stage)
                self._events(self.here.stages[stage].events, query)
            case "/events/bill-recipient-subscription-status-changed" if stage:
                self._events(self.here.stages[stage].subscriptions, query)
            case _:
                self._problem(404, "NOT_FOUND", "The specified resource was not found")

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST))
        stage, path, _query = self._asked()
        if path == "/faults":
            self._set(parse_qs(body.decode(), keep_blank_values=True))
        elif path == "/auth/oauth/token":
            self._token(parse_qs(body.decode()))
        elif not self._is_known():
            return
        elif path == "/biller/bill-recipients/search" and stage:
            self._recipients(json.loads(body))
        elif path == "/biller/business-cases" and stage:
            self._take(stage, body)
        else:
            self._problem(404, "NOT_FOUND", "The specified resource was not found")

    def _asked(self) -> tuple[str, str, dict[str, str]]:
        whole = urlsplit(self.path)
        query = {name: values[-1] for name, values in parse_qs(whole.query).items()}
        root, _slash, rest = whole.path.lstrip("/").partition("/")
        return (root, f"/{rest}", query) if root in ROOTS else ("", whole.path, query)

    def _token(self, asked: Mapping[str, list[str]]) -> None:
        _kind, _space, given = self.headers.get("Authorization", "").partition(" ")
        name, _colon, secret = base64.b64decode(given or "").decode().partition(":")
        is_right = (name, secret) == CLIENT and asked.get("grant_type") == ["client_credentials"]
        if not is_right or self.here.faults.token == "refused":  # noqa: S105 - a fault's name
            self._data(401, {"error": "invalid_client"})
            return
        token = secrets.token_hex(16)
        self.here.tokens.add(token)
        self._data(200, {"access_token": token, "token_type": "bearer", "expires_in": 600})

    def _is_known(self) -> bool:
        """Say whether the call has a token and a correlation id; answers where it has not."""
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.here.tokens:
            self._problem(401, "UNAUTHORIZED", "The access token is not valid")
            return False
        if self.here.faults.token == "ended":  # noqa: S105 - a fault's name
            self.here.tokens.discard(token)
        if not 1 <= len(self.headers.get("X-CORRELATION-ID", "")) <= 36:
            self._problem(400, "HEADER_MISSING", "X-CORRELATION-ID is missing or too long")
            return False
        return True

    def _take(self, stage: str, body: bytes) -> None:
        fault, reference = self.here.faults.submit, self.headers["X-CORRELATION-ID"]
        self.here.posted.append((stage, reference))
        if fault in REFUSALS:
            self._problem(REFUSALS[fault], fault.upper(), f"{fault}, said the stand-in")
            return
        said, wrong = read(body)
        with self.here.lock:
            used = [one.said["referenceNumber"] for one in self.here.stages[stage].cases.values()]
            wrong = wrong or objections(said, used, self.here.may_get)
            if fault == "invalid":
                wrong = [("localizedData.ger.address.city", "size must be between 1 and 35", "")]
            if wrong:
                self._problem(400, "REQUEST_BODY_VALIDATION_FAILED", "Invalid values", wrong)
                return
            case = Case(f"NWPBCID{secrets.token_hex(16).upper()}", reference, said)
            self.here.take(stage, case)
        if fault == "lost":
            self.close_connection = True
            return
        self._data(201, {} if fault == "nameless" else {"id": case.id})

    def _recipients(self, asked: Mapping[str, str]) -> None:
        found = [
            {
                "billRecipientId": one.id,
                "emailAddress": one.email,
                "ebillSubmissionStatus": "NOT_ALLOWED" if one.refuses else "ALLOWED",
            }
            for one in self.here.known(asked)
        ]
        self._data(200, found)

    def _search(self, stage: str, reference: str) -> None:
        if self.here.faults.find:
            status = 404 if self.here.faults.find == "absent" else 503
            self._problem(status, "NOT_FOUND", "The specified resource was not found")
            return
        with self.here.lock:
            found = [
                {
                    "id": one.id,
                    "correlationId": one.reference,
                    "referenceNumber": one.said["referenceNumber"],
                    "status": one.status,
                }
                for one in self.here.stages[stage].cases.values()
                if one.reference == reference
            ]
        self._data(200, found)

    def _events(self, events: list[dict[str, Any]], query: Mapping[str, str]) -> None:
        fault = self.here.faults.events
        if fault == "down":
            self._problem(503, "DOWN", "Service Unavailable")
            return
        with self.here.lock:
            told = list(events)
        ids = [one["eventId"] for one in told]
        after, limit = query.get("lastEventId", ""), min(int(query.get("limit", "1000")), 10_000)
        new = told[ids.index(after) + 1 if after in ids else 0 :][:limit]
        if fault == "twice":
            new = [one for one in new for _time in range(2)]
        # Only the way there is turned round: the last one stays last, for it is the cursor.
        if fault == "backwards":
            new = [*new[:-1][::-1], *new[-1:]]
        self._data(200, [] if fault == "never" else new)

    def _set(self, fields: Mapping[str, list[str]]) -> None:
        for name in ("submit", "find", "token", "events", "ending"):
            if name in fields:
                setattr(self.here.faults, name, fields[name][-1])
        self._data(200, {"submit": self.here.faults.submit, "ending": self.here.faults.ending})

    def _problem(
        self, status: int, kind: str, title: str, wrong: list[tuple[str, str, str]] | None = None
    ) -> None:
        names = ("fieldName", "message", "rejectedValue")
        fields = [dict(zip(names, one, strict=True)) for one in wrong or []]
        said = {"type": f"/problems/{kind}", "title": title, "status": status}
        self._data(status, said | ({"fieldErrors": fields} if fields else {}))

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
    parser = argparse.ArgumentParser(prog="python -m app.demo.ebill_network")
    parser.add_argument("--port", type=int, default=8300)
    wishes = parser.parse_args()
    EbillNetwork(wishes.port, DEMONSTRATED).serve()
