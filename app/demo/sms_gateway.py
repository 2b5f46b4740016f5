"""A stand-in for SMS gateways on this machine: Twilio's Messages API and a plain JSON one, with faults.

`python -m app.demo.sms_gateway --port 8200 --folder texts`. It sends nothing anywhere: each message
becomes a file that the demo's mailbox shows. What it forgets at its end nobody misses.
"""

import argparse
import base64
import json
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

from app.demo import caught_texts
from app.demo.caught_texts import CaughtText
from app.sms.providers import http_gateway, twilio

HOST: Final = "127.0.0.1"
POLL: Final = 0.02
"""Seconds after which it looks whether it is to stop."""
REFUSALS: Final = {
    "invalid": (400, 21211, "Invalid 'To' Phone Number"),
    "unsubscribed": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "landline": (400, 21614, "'To' number is not a valid mobile number"),
    "busy": (429, 20429, "Too Many Requests"),
    "down": (503, 20503, "Service Unavailable"),
    "proxy": (504, 0, "Gateway Timeout"),
}
"""Fault → status, Twilio's error code and its words (https://www.twilio.com/docs/api/errors)."""
MOST: Final = 64 * 1024
"""Bytes of a request."""


@dataclass
class Faults:
    """What goes wrong: set it at any time, also by `POST /faults` with these names as fields."""

    send: str = ""
    """One of `REFUSALS`; `hang` (takes the message and never answers), `lost` (takes it and hangs up)."""
    delivery: str = ""
    """`undelivered`: taken, and given up later."""
    receipts: str = ""
    """`lost`; `twice`; `backwards`: delivered before sent; `early`: before the message is answered."""
    delay: float = 0.2
    """Seconds until a receipt comes."""
    patience: float = 60.0
    """Seconds that `hang` hangs."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A message that was taken, and how to tell of it."""

    sid: str
    receipt_url: str
    is_twilio: bool
    account: str
    token: str


@dataclass
class _Books:
    taken: list[CaughtText] = field(default_factory=list)
    told: list[tuple[str, int]] = field(default_factory=list)
    """State and status of every receipt that was handed over."""
    lock: threading.Lock = field(default_factory=threading.Lock)


class SmsGateway:
    """The stand-in, as a context: serves on loopback from `with` to the end of the block."""

    def __init__(self, port: int = 0, folder: Path | None = None) -> None:
        self.faults = Faults()
        self.books = _Books()
        self.folder = folder
        self.receipt_key = b""
        """What receipts of the plain interface are signed with."""
        self._server = ThreadingHTTPServer((HOST, port), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> "SmsGateway":
        serving = threading.Thread(target=self._server.serve_forever, args=(POLL,), daemon=True)
        serving.start()
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

    def keep(self, number: str, sender: str, text: str) -> None:
        """Keep one message, for the mailbox and for tests."""
        one = CaughtText(caught_texts.new_id(), number, sender, text)
        with self.books.lock:
            self.books.taken.append(one)
        if self.folder is not None:
            caught_texts.keep(self.folder, one)

    def tell(self, taken: _Taken) -> None:
        """Hand over the receipts of one message."""
        last = self.faults.delivery or "delivered"
        states = {
            "lost": [],
            "twice": ["sent", last, last],
            "backwards": [last, "sent"],
        }.get(self.faults.receipts, ["sent", last])
        for state in states:
            self.books.told.append((state, self._hand_over(taken, state)))

    def _hand_over(self, taken: _Taken, state: str) -> int:
        body, headers = (
            _twilio_receipt(taken, state) if taken.is_twilio else self._plain_receipt(taken, state)
        )
        request = urllib.request.Request(taken.receipt_url, body, headers)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def _plain_receipt(self, taken: _Taken, state: str) -> tuple[bytes, dict[str, str]]:
        state = "failed" if state == "undelivered" else state
        body = json.dumps({"reference": taken.sid, "state": state}).encode()
        message_id, moment = secrets.token_hex(8), str(int(time.time()))
        return body, {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": moment,
            "webhook-signature": http_gateway.signature(self.receipt_key, message_id, moment, body),
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Handler(_Handler):
            here = gateway

        return Handler


def _twilio_receipt(taken: _Taken, state: str) -> tuple[bytes, dict[str, str]]:
    fields = {"AccountSid": taken.account, "MessageSid": taken.sid, "MessageStatus": state}
    if state == "undelivered":
        fields["ErrorCode"] = "30003"
    body = urlencode(fields).encode()
    signed = twilio.signature(taken.token, taken.receipt_url, body)
    return body, {
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Twilio-Signature": signed,
    }


class _Handler(BaseHTTPRequestHandler):
    here: SmsGateway

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), MOST))
        _empty, *parts = self.path.split("/")
        match parts:
            case ["faults"]:
                self._set(parse_qs(body.decode(), keep_blank_values=True))
            case ["2010-04-01", "Accounts", account, "Messages.json"]:
                asked = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
                wanted = (asked.get("To", ""), asked.get("From", ""), asked.get("Body", ""))
                self._take(wanted, asked.get("StatusCallback", ""), account)
            case ["messages"]:
                said = json.loads(body)
                wanted = (str(said.get("to")), str(said.get("from")), str(said.get("text")))
                self._take(wanted, str(said.get("receipt_url", "")), "")
            case _:
                self._data(404, {"code": 20404, "message": "The resource was not found"})

    def _set(self, fields: Mapping[str, list[str]]) -> None:
        for name in ("send", "delivery", "receipts"):
            if name in fields:
                setattr(self.here.faults, name, fields[name][-1])
        self._data(200, {"send": self.here.faults.send, "delivery": self.here.faults.delivery})

    def _take(self, wanted: tuple[str, str, str], receipt_url: str, account: str) -> None:
        fault, token = self.here.faults.send, self._token(account)
        if token is None:
            self._data(401, {"code": 20003, "message": "Authenticate"})
            return
        if fault in REFUSALS:
            status, code, message = REFUSALS[fault]
            self._data(status, {"code": code, "message": message, "status": status})
            return
        self.here.keep(*wanted)
        taken = _Taken(f"SM{secrets.token_hex(16)}", receipt_url, bool(account), account, token)
        if self.here.faults.receipts == "early":
            self.here.tell(taken)
        elif receipt_url:
            threading.Timer(self.here.faults.delay, self.here.tell, (taken,)).start()
        if fault == "hang":
            time.sleep(self.here.faults.patience)
        if fault in ("hang", "lost"):
            self.close_connection = True
            return
        said = {"sid": taken.sid, "status": "queued"} if account else {"id": taken.sid}
        self._data(201, said)

    def _token(self, account: str) -> str | None:
        """Return the secret that came along; None where none did, or it is another account's."""
        kind, _space, given = self.headers.get("Authorization", "").partition(" ")
        if kind == "Bearer":
            return given or None
        name, _colon, token = base64.b64decode(given).decode().partition(":")
        return token if token and (not account or name == account) else None

    def _data(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: what goes by here is somebody's codes."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m app.demo.sms_gateway")
    parser.add_argument("--port", type=int, default=8200)
    parser.add_argument("--folder", type=Path)
    wishes = parser.parse_args()
    SmsGateway(wishes.port, wishes.folder).serve()
