from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, request

from app.access.gate import public
from app.core.runtime import Runtime
from app.factory import create_app
from app.web import installation
from app.web.headers import POLICY
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL, test_settings

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "X-Robots-Tag": "noindex, nofollow",
}


def close(app: Flask) -> None:
    here: Runtime = installation.of(app)
    here.database.engine.dispose()


def test_every_route_answers_with_the_protective_headers(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    own = {
        "document_id": cast.invoice.id,
        "customer_id": cast.keller.id,
        "dispatch_id": cast.dispatch.id,
        "intake_id": cast.intake.id,
        "file_id": cast.file_id,
        "token:token": "a" * 43,
        "colour:colour": "17586b",
    }
    opened = 0
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for name, value in own.items():
            path = path.replace(f"<id:{name}>", value).replace(f"<{name}>", value)
        answer = anna.get(path)
        for name, value in EVERYWHERE.items():
            assert answer.headers[name] == value, path
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer")
        assert len(answer.headers["X-Reference"]) == 12
        assert "Server" not in answer.headers
        assert answer.headers["Cache-Control"], path
        opened += 1
    assert opened > 40


def test_the_policy_allows_no_foreign_and_no_inline_code() -> None:
    rules = dict(rule.split(" ", 1) for rule in POLICY.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in POLICY
    assert "http" not in POLICY
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"


def test_two_requests_have_two_references(portal: Flask) -> None:
    client = portal.test_client()
    seen = {client.get("/sign-in", base_url=BASE_URL).headers["X-Reference"] for _ in range(5)}
    assert len(seen) == 5


@pytest.mark.parametrize(
    ("origin", "name", "is_secure"),
    [("http://kontor.test", "kontor", False), ("https://kontor.test", "__Host-kontor", True)],
)
def test_the_cookie_is_as_strict_as_the_address_allows(
    tmp_path: Path, origin: str, name: str, is_secure: bool
) -> None:
    app = create_app(
        test_settings(tmp_path, base_url=origin, database_url=f"sqlite:///{tmp_path}/x.db")
    )
    answer = app.test_client().get("/sign-in", base_url=origin)
    close(app)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{name}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert ("Secure" in cookie) is is_secure
    assert ("Strict-Transport-Security" in answer.headers) is is_secure


@pytest.mark.parametrize("host", ["evil.example", "kontor.test.evil.example", "kontor.test@x", ""])
def test_a_host_that_is_not_ours_is_refused(portal: Flask, host: str) -> None:
    client = portal.test_client()
    for path in ("/sign-in", "/documents", "/nowhere", "/healthz"):
        answer = client.get(path, headers={"Host": host}, base_url=BASE_URL)
        assert answer.status_code == 400, path
        assert host == "" or host not in answer.text


def test_our_own_hosts_are_served(app: Flask) -> None:
    for host in ("kontor.test", "localhost", "127.0.0.1:8000"):
        assert app.test_client().get("/sign-in", base_url=f"http://{host}").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "address", "is_secure"),
    [(0, "192.0.2.1", False), (1, "198.51.100.9", True), (2, "203.0.113.5", True)],
)
def test_a_proxy_is_believed_as_far_as_the_settings_name_it(
    tmp_path: Path, proxies: int, address: str, is_secure: bool
) -> None:
    app = create_app(
        test_settings(tmp_path, proxies=proxies, database_url=f"sqlite:///{tmp_path}/x.db")
    )
    view = public("a view of a test for everybody")(
        lambda: f"{request.remote_addr} {request.is_secure}"
    )
    app.add_url_rule("/who", "who", view)
    headers = {
        "X-Forwarded-For": "203.0.113.5, 198.51.100.9",
        "X-Forwarded-Proto": "https, https",
    }
    answer = app.test_client().get(
        "/who", headers=headers, base_url=BASE_URL, environ_base={"REMOTE_ADDR": "192.0.2.1"}
    )
    close(app)
    assert answer.text == f"{address} {is_secure}"


def test_a_forwarded_host_is_not_believed_without_a_proxy(app: Flask) -> None:
    headers = {"X-Forwarded-Host": "evil.example"}
    answer = app.test_client().get("/sign-in", headers=headers, base_url=BASE_URL)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text
