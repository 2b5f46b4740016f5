import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from app.core import ids, tokens


@pytest.mark.parametrize(
    "path",
    [
        "/documents/1",
        f"/documents/{ids.new().upper()}",
        f"/documents/{ids.new()}x",
        f"/documents/{ids.new()[:-1]}u",
        f"/link/{tokens.new()[:-1]}",
        f"/link/{tokens.new()}x",
        f"/link/{tokens.new()[:-1]}.",
        "/brand/17586B.css",
        "/brand/17586.css",
        "/brand/red.css",
        "/documents/",
        "/sign-in/",
    ],
)
def test_what_does_not_look_like_an_address_of_ours_leads_nowhere(portal: Flask, path: str) -> None:
    with pytest.raises(NotFound):
        portal.url_map.bind("kontor.test").match(path)


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        (f"/documents/{ids.new()}", "desk.document"),
        (f"/link/{tokens.new()}", "delivery.link"),
        ("/brand/17586b.css", "organisations.brand"),
    ],
)
def test_what_looks_like_one_leads_to_its_view(portal: Flask, path: str, endpoint: str) -> None:
    assert portal.url_map.bind("kontor.test").match(path)[0] == endpoint
