import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

ID = "01m80397dqb2z1y07k79d4n0dt"
TOKEN = "FciuwcotLoASleqodzj5ysF3n_AmOIQ0cm5oYvnJ3_E"


@pytest.mark.parametrize(
    "path",
    [
        "/documents/1",
        f"/documents/{ID.upper()}",
        f"/documents/{ID}x",
        f"/documents/{ID[:-1]}u",
        f"/link/{TOKEN[:-1]}",
        f"/link/{TOKEN}x",
        f"/link/{TOKEN[:-1]}.",
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
        (f"/documents/{ID}", "desk.document"),
        (f"/link/{TOKEN}", "delivery.link"),
        ("/brand/17586b.css", "organisations.brand"),
    ],
)
def test_what_looks_like_one_leads_to_its_view(portal: Flask, path: str, endpoint: str) -> None:
    assert portal.url_map.bind("kontor.test").match(path)[0] == endpoint
