import re

import pytest
from flask import Flask

from app.web import assets
from tests.browser import Browser
from tests.installation import BASE_URL


def test_the_address_of_a_file_follows_its_bytes(portal: Flask) -> None:
    url = assets.asset("css/kontor.css")
    assert re.fullmatch(r"/static/[0-9a-f]{12}/css/kontor\.css", url)
    answer = Browser(portal).get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert answer.headers["Cache-Control"] == assets.FOREVER
    assert "Set-Cookie" not in answer.headers
    assert answer.data == (assets.STATIC / "css/kontor.css").read_bytes()


def test_every_asset_of_a_page_is_there(portal: Flask) -> None:
    browser = Browser(portal)
    found = re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.get("/sign-in").text)
    assert len(found) >= 2
    for url in found:
        assert browser.get(url).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "x/none.css",
        "x/../../factory.py",
        "x/%2e%2e/%2e%2e/factory.py",
        "x/css",
        "x/css/",
        "kontor.css",
    ],
)
def test_nothing_else_is_served(portal: Flask, path: str) -> None:
    answer = Browser(portal).get(f"/static/{path}")
    assert answer.status_code == 404
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_file_that_is_not_there_is_an_error_of_ours() -> None:
    with pytest.raises(KeyError):
        assets.asset("css/none.css")


def test_asking_for_the_head_gives_no_body(portal: Flask) -> None:
    answer = portal.test_client().head(assets.asset("css/kontor.css"), base_url=BASE_URL)
    assert (answer.status_code, answer.data) == (200, b"")
