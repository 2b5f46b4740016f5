"""A stand-in for Mollie on this machine: the part of its Payments API v2 that Kontor uses, with faults.

`python -m app.demo.payment_provider --port 8100`. Its checkout page asks what the payer does. What it
forgets at its end nobody misses: it is for demonstrations and tests.
"""

import argparse
import json
import secrets
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, urlencode

HOST: Final = "127.0.0.1"
POLL: Final = 0.02
"""Seconds after which it looks whether it is to stop."""
ANSWERS: Final = {"paid": "Pay", "failed": "Let it fail", "canceled": "Cancel", "expired": "Expire"}


@dataclass
class Faults:
    """What goes wrong: set it at any time."""

    create: str = ""
    """`down` (503), `slow`, `garbage` (no JSON), `lost` (made, but the answer never comes)."""
    look: str = ""
    """The same for looking at a payment; `foreign`: with somebody else's reference."""
    hook: str = ""
    """`lost` (never sent), `twice`."""
    surplus: str = ""
    """What is said to have come instead of what was asked for, in major units."""
    slowness: float = 0.5


@dataclass
class _Payment:
    id: str
    asked: dict[str, Any]
    status: str = "open"
    hooks: int = 0


@dataclass
class _Books:
    payments: dict[str, _Payment] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    creations: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class PaymentProvider:
    """The stand-in, as a context: serves on loopback from `with` to the end of the block."""

    def __init__(self, port: int = 0, key: str = "test_") -> None:
        self.faults = Faults()
        self.key = key
        """What a key has to begin with."""
        self.books = _Books()
        self._server = ThreadingHTTPServer((HOST, port), self._handler())
        self.url = f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> "PaymentProvider":
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

    def pay(self, payment_id: str, status: str = "paid") -> None:
        """Do what the payer does on the checkout page, and tell the shop."""
        payment = self.books.payments[payment_id]
        payment.status = status
        times = {"lost": 0, "twice": 2}.get(self.faults.hook, 1)
        for _time in range(times):
            self._tell(payment)

    def _tell(self, payment: _Payment) -> None:
        body = urlencode({"id": payment.id}).encode()
        request = urllib.request.Request(payment.asked["webhookUrl"], body)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                payment.hooks += 1
        except OSError:
            return

    def create(self, asked: dict[str, Any], key: str) -> tuple[int, dict[str, Any]]:
        """Make a payment, or return the one that was made with the same Idempotency-Key."""
        with self.books.lock:
            known = self.books.by_key.get(key)
            if known is None:
                known = f"tr_{secrets.token_hex(5)}"
                self.books.payments[known] = _Payment(known, asked)
                self.books.creations += 1
                if key:
                    self.books.by_key[key] = known
        return 201, self.shown(self.books.payments[known])

    def shown(self, payment: _Payment) -> dict[str, Any]:
        """Return a payment as the interface shows it."""
        amount = dict(payment.asked["amount"])
        if self.faults.surplus and payment.status == "paid":
            amount["value"] = self.faults.surplus
        reference = {"payment": "foreign"} if self.faults.look == "foreign" else None
        links = {"self": {"href": f"{self.url}/v2/payments/{payment.id}"}}
        if payment.status == "open":
            links["checkout"] = {"href": f"{self.url}/checkout/{payment.id}"}
        return {
            "resource": "payment",
            "id": payment.id,
            "mode": "test",
            "status": payment.status,
            "amount": amount,
            "description": payment.asked["description"],
            "metadata": reference or payment.asked.get("metadata"),
            "_links": links,
        }

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(_Handler):
            here = provider

        return Handler


class _Handler(BaseHTTPRequestHandler):
    here: PaymentProvider

    def do_GET(self) -> None:
        _empty, *parts = self.path.partition("?")[0].split("/")
        match parts:
            case ["v2", "methods"] if self._is_known():
                methods = [{"id": "twint", "description": "TWINT"}]
                methods.append({"id": "creditcard", "description": "Card"})
                self._data(200, {"count": 2, "_embedded": {"methods": methods}})
            case ["v2", "payments", wanted] if self._is_known():
                self._look(wanted)
            case ["checkout", wanted] if wanted in self.here.books.payments:
                self._checkout(self.here.books.payments[wanted])
            case _:
                self._problem(404, "No such thing")

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65536))
        _empty, *parts = self.path.split("/")
        match parts:
            case ["v2", "payments"] if self._is_known():
                self._create(body)
            case ["checkout", wanted] if wanted in self.here.books.payments:
                said = parse_qs(body.decode()).get("status", [""])[0]
                if said in ANSWERS:
                    self.here.pay(wanted, said)
                self.send_response(303)
                self.send_header("Location", self.here.books.payments[wanted].asked["redirectUrl"])
                self.end_headers()
            case _:
                self._problem(404, "No such thing")

    def _create(self, body: bytes) -> None:
        fault = self.here.faults.create
        if self._fails(fault):
            return
        asked = json.loads(body)
        if float(asked["amount"]["value"]) <= 0:
            self._problem(422, "The amount is lower than the minimum")
            return
        status, made = self.here.create(asked, self.headers.get("Idempotency-Key", ""))
        if fault == "lost":
            self.close_connection = True
            return
        self._data(status, made)

    def _look(self, wanted: str) -> None:
        if self._fails(self.here.faults.look):
            return
        payment = self.here.books.payments.get(wanted)
        if payment is None:
            self._problem(404, "No payment exists with this id")
        else:
            self._data(200, self.here.shown(payment))

    def _fails(self, fault: str) -> bool:
        if fault == "down":
            self._problem(503, "Down for maintenance")
        elif fault == "garbage":
            self._answer(200, b"<html>proxy error</html>", "text/html")
        elif fault == "slow":
            time.sleep(self.here.faults.slowness)
        return fault in ("down", "garbage")

    def _is_known(self) -> bool:
        return self.headers.get("Authorization", "").startswith(f"Bearer {self.here.key}")

    def _checkout(self, payment: _Payment) -> None:
        amount = payment.asked["amount"]
        buttons = "".join(
            f'<button name="status" value="{status}">{word}</button> '
            for status, word in ANSWERS.items()
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Checkout</title>'
            f"<h1>{escape(amount['value'])} {escape(amount['currency'])}</h1>"
            f"<p>{escape(payment.asked['description'])}</p>"
            f'<form method="post">{buttons}</form></html>'
        )
        self._answer(200, page.encode(), "text/html; charset=utf-8")

    def _problem(self, status: int, detail: str) -> None:
        self._data(status, {"status": status, "title": "Error", "detail": detail})

    def _data(self, status: int, body: dict[str, Any]) -> None:
        self._answer(status, json.dumps(body).encode(), "application/hal+json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: what goes by here is somebody's payments."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m app.demo.payment_provider")
    parser.add_argument("--port", type=int, default=8100)
    PaymentProvider(parser.parse_args().port).serve()
