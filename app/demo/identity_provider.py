"""A stand-in for an OpenID Provider on this machine, with faults: discovery, code flow with PKCE, keys.

`python -m app.demo.identity_provider --port 8200`. Its sign-in page asks who somebody wants to be: it
is for demonstrations and tests.
"""

import argparse
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

HOST: Final = "127.0.0.1"
POLL: Final = 0.02
"""Seconds after which it looks whether it is to stop."""
TOKEN_LIFE: Final = 300
"""Seconds."""


@dataclass
class Faults:
    """What goes wrong: set it at any time."""

    claims: dict[str, Any] = field(default_factory=dict)
    """Said in ID tokens instead of what is true; None leaves a claim out."""
    signature: str = ""
    """`none` (no signature), `secret` (HS256 with the client's secret), `strange` (another's key under our
    name), `former` (a key of before)."""
    token: str = ""
    """`down` (503), `slow`, `garbage` (no JSON), `refuse`."""
    discovery: dict[str, Any] = field(default_factory=dict)
    """Said of itself instead of what is true."""
    answer: dict[str, str] = field(default_factory=dict)
    """Said in the answer to the browser instead of what is true."""
    slowness: float = 0.5


@dataclass(frozen=True)
class _Code:
    asked: dict[str, str]
    subject: str


class IdentityProvider:
    """The stand-in, as a context: serves on loopback from `with` to the end of the block."""

    client_id = "kontor"
    secret = "a secret of the demonstration: & it = odd"  # noqa: S105 - for demonstrations only

    def __init__(self, port: int = 0) -> None:
        self.faults = Faults()
        self.people: dict[str, dict[str, Any]] = {}
        """Subject → claims about somebody."""
        self.codes: dict[str, _Code] = {}
        self.access: dict[str, str] = {}
        self.redeemed = 0
        self.key = self.former = _new_key()
        self._server = ThreadingHTTPServer((HOST, port), self._handler())
        self.url = f"http://{HOST}:{self._server.server_address[1]}"

    def __enter__(self) -> "IdentityProvider":
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

    def rotate(self) -> None:
        """Sign with a new key from now on, and show no other."""
        self.key, self.former = _new_key(), self.key

    def know(self, email: str, *, subject: str = "", is_verified: bool = True) -> str:
        """Keep an account and return its subject."""
        subject = subject or f"subject-of-{email}"
        self.people[subject] = {"email": email, "email_verified": is_verified}
        return subject

    def grant(self, asked: dict[str, str], subject: str) -> str:
        """Do what somebody does on the sign-in page; return where the browser goes."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = _Code(asked, subject)
        answer = {"code": code, "state": asked.get("state", ""), "iss": self.url}
        return f"{asked['redirect_uri']}?{urlencode({**answer, **self.faults.answer})}"

    def refuse(self, asked: dict[str, str]) -> str:
        """Do what somebody does who goes back; return where the browser goes."""
        answer = {"error": "access_denied", "state": asked.get("state", ""), "iss": self.url}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def discovery(self) -> dict[str, Any]:
        """Return what it says of itself (OpenID Connect Discovery 1.0, 3)."""
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return {**said, **self.faults.discovery}

    def redeem(self, fields: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Give tokens for a code, once (RFC 6749, 4.1.3; RFC 7636, 4.6)."""
        found = self.codes.pop(fields.get("code", ""), None)
        if found is None or self.faults.token == "refuse":  # noqa: S105
            return 400, {"error": "invalid_grant"}
        challenge = create_s256_code_challenge(fields.get("code_verifier", ""))
        if challenge != found.asked.get("code_challenge"):
            return 400, {"error": "invalid_grant"}
        if fields.get("redirect_uri") != found.asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        self.redeemed += 1
        access = secrets.token_urlsafe(16)
        self.access[access] = found.subject
        return 200, {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE,
            "id_token": self._id_token(found),
        }

    def _id_token(self, code: _Code) -> str:
        now = int(time.time())
        said = {
            "iss": self.url,
            "sub": code.subject,
            "aud": self.client_id,
            "iat": now,
            "exp": now + TOKEN_LIFE,
            "auth_time": now,
            "nonce": code.asked.get("nonce"),
            **self.people[code.subject],
            **self.faults.claims,
        }
        said = {name: value for name, value in said.items() if value is not None}
        match self.faults.signature:
            case "none":
                parts = (json.dumps(part).encode() for part in ({"alg": "none"}, said))
                return (
                    ".".join(urlsafe_b64encode(part).decode().rstrip("=") for part in parts) + "."
                )
            case "secret":
                shared = OctKey.import_key(self.secret)
                return jwt.encode({"alg": "HS256", "kid": self.key.kid}, said, shared, ["HS256"])
            case "strange":
                strange = RSAKey.generate_key(2048)
                return jwt.encode({"alg": "RS256", "kid": self.key.kid}, said, strange)
        key = self.former if self.faults.signature == "former" else self.key
        return jwt.encode({"alg": "RS256", "kid": key.kid}, said, key)

    def takes(self, authorization: str) -> bool:
        """Say whether a client proved itself (RFC 6749, 2.3.1)."""
        kind, _space, given = authorization.partition(" ")
        if kind != "Basic":
            return False
        name, _colon, secret = b64decode(given).decode().partition(":")
        return (unquote(name), unquote(secret)) == (self.client_id, self.secret)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(_Handler):
            here = provider

        return Handler


class _Handler(BaseHTTPRequestHandler):
    here: IdentityProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        match parts.path:
            case "/.well-known/openid-configuration":
                self._data(200, self.here.discovery())
            case "/keys":
                self._data(200, {"keys": [self.here.key.as_dict(private=False)]})
            case "/authorize":
                self._ask(parts.query)
            case "/userinfo":
                self._tell()
            case _:
                self._data(404, {"error": "not_found"})

    def do_POST(self) -> None:
        body = self.rfile.read(min(int(self.headers.get("Content-Length", 0)), 65536)).decode()
        fields = _single(body)
        parts = urlsplit(self.path)
        match parts.path:
            case "/token":
                self._token(fields)
            case "/authorize":
                asked, subject = _single(parts.query), fields.get("subject", "")
                known = subject in self.here.people
                go_on = self.here.grant(asked, subject) if known else self.here.refuse(asked)
                self.send_response(303)
                self.send_header("Location", go_on)
                self.send_header("Content-Length", "0")
                self.end_headers()
            case _:
                self._data(404, {"error": "not_found"})

    def _token(self, fields: dict[str, str]) -> None:
        fault = self.here.faults.token
        if fault == "slow":
            time.sleep(self.here.faults.slowness)
        if fault == "down":
            self._data(503, {"error": "temporarily_unavailable"})
        elif fault == "garbage":
            self._answer(200, b"<html>proxy error</html>", "text/html")
        elif not self.here.takes(self.headers.get("Authorization", "")):
            self._data(401, {"error": "invalid_client"})
        else:
            self._data(*self.here.redeem(fields))

    def _tell(self) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        subject = self.here.access.get(token)
        if subject is None:
            self._data(401, {"error": "invalid_token"})
        else:
            self._data(200, {"sub": subject, **self.here.people[subject]})

    def _ask(self, query: str) -> None:
        buttons = "".join(
            f'<p><button name="subject" value="{escape(subject)}">{escape(one["email"])}</button></p>'
            for subject, one in self.here.people.items()
        )
        page = (
            '<!doctype html><html lang="en"><meta charset="utf-8"><title>Identity provider</title>'
            "<h1>Who are you?</h1>"
            f'<form method="post" action="/authorize?{escape(quote(query, safe="=&%+"))}">{buttons}'
            '<p><button name="subject" value="">Go back</button></p></form></html>'
        )
        self._answer(200, page.encode(), "text/html; charset=utf-8")

    def _data(self, status: int, body: dict[str, Any]) -> None:
        self._answer(status, json.dumps(body).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Say nothing: what goes by here opens accounts."""


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig"})


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m app.demo.identity_provider")
    parser.add_argument("--port", type=int, default=8200)
    parser.add_argument("--person", action="append", default=[], help="an e-mail address")
    wishes = parser.parse_args()
    stand_in = IdentityProvider(wishes.port)
    for address in wishes.person:
        stand_in.know(address)
    stand_in.serve()
