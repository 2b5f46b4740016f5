"""Files behind a real nginx, set up as the documentation says."""

import http.client
from pathlib import Path

import pytest
from flask import Flask

from app.core import runtime
from app.documents import queries
from app.identity.proofs import capability
from app.web import installation
from tests import nginx
from tests.browser import BASE_URL, Browser
from tests.cast import Cast
from tests.jobs.processes import eventually

pytestmark = nginx.needed


def cookie_of(app: Flask, cast: Cast, name: str) -> str:
    browser = Browser(app, cast.tokens[name])
    found = browser.client.get_cookie("kontor", domain="kontor.test")
    assert found is not None
    return found.value


def ask(port: int, path: str, cookie: str) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    head = {
        "Host": BASE_URL.removeprefix("http://"),
        "Cookie": f"kontor={cookie}",
        "Accept-Encoding": "gzip",
    }
    connection.request("GET", path, headers=head)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


@pytest.fixture
def stored(app: Flask, cast: Cast) -> tuple[str, str, bytes]:
    """The path of a file for its reader, its address in the store, its bytes."""
    here = installation.of(app)
    with runtime.using(here), here.database.reading():
        document = queries.by_id(cast.invoice.id)
        assert document is not None
        file = queries.original_of(document)
        assert file is not None
        path = f"{file.organisation_id}/{file.sha256[:2]}/{file.sha256}"
        content = here.storage.read(file.organisation_id, file.sha256)
        return f"/documents/{document.id}/files/{file.id}", path, content


def test_nginx_serves_files_to_those_whom_kontor_lets_in(
    app: Flask, cast: Cast, stored: tuple[str, str, bytes], tmp_path: Path
) -> None:
    path, address, content = stored
    own, foreign = cookie_of(app, cast, "ruth"), cookie_of(app, cast, "max")
    with nginx.portal(installation.of(app).settings, tmp_path) as port:
        answer, body = ask(port, path, own)
        assert (answer.status, body) == (200, content)
        assert "X-Accel-Redirect" not in answer.headers
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert ask(port, path, foreign)[0].status == 404
        assert ask(port, f"/stored/{address}", own)[0].status == 404
        page, packed = ask(port, "/documents", own)
        assert (page.status, page.headers["Content-Encoding"]) == (200, "gzip")
        assert packed[:2] == b"\x1f\x8b"


def test_the_log_of_nginx_tells_no_secret_address(app: Flask, cast: Cast, tmp_path: Path) -> None:
    with runtime.using(installation.of(app)):
        token = capability.token(cast.link.id)
    with nginx.portal(installation.of(app).settings, tmp_path) as port:
        assert ask(port, f"/link/{token}", "")[0].status == 200
        assert ask(port, f"/link/{token}/renewal?code=123456", "")[0].status == 405
        assert ask(port, "/sign-in?next=/documents", "")[0].status == 200
        # nginx writes a line after its answer was sent.
        eventually(lambda: "/sign-in" in (tmp_path / "kontor.log").read_text())
    log = (tmp_path / "kontor.log").read_text()
    assert "GET /link/... 200" in log
    assert "GET /sign-in?... 200" in log
    assert token not in log
    assert "123456" not in log


def test_without_a_proxy_the_file_itself_is_sent(
    app: Flask, cast: Cast, stored: tuple[str, str, bytes]
) -> None:
    path, _address, content = stored
    answer = Browser(app, cast.tokens["ruth"]).client.get(path, base_url=BASE_URL)
    assert answer.data == content
    assert answer.content_length == len(content)
    assert "X-Accel-Redirect" not in answer.headers
