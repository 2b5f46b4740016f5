import pytest
from flask import Flask

from app.web import answers
from tests.installation import BASE_URL

FOREIGN = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "https://evil.example",
    "http:evil.example",
    "https:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\x00//evil.example",
    " //evil.example",
    "//evil.example/documents",
    "//user@evil.example",
    "/documents\r\nSet-Cookie: x=y",
    "",
    None,
]


@pytest.mark.parametrize("wanted", FOREIGN)
def test_what_leads_to_another_host_leads_home(wanted: str | None) -> None:
    assert answers.local_path(wanted, "/home") == "/home"


@pytest.mark.parametrize("wanted", ["/", "/documents?kind=invoice&q=a+b", "/x//y", "/link/a-b_c"])
def test_a_path_of_ours_is_kept(wanted: str) -> None:
    assert answers.local_path(wanted, "/home") == wanted


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("Rechnung 1.pdf", "Rechnung 1.pdf", "Rechnung%201.pdf"),
        ("Müller.xml", "M_ller.xml", "M%C3%BCller.xml"),
        ('a";b\r\nX: y', "a__b__X_ y", "a%22%3Bb%0D%0AX%3A%20y"),
        ("../../etc/passwd", ".._.._etc_passwd", "..%2F..%2Fetc%2Fpasswd"),
    ],
)
def test_a_file_is_saved_under_its_name_and_never_shown(
    portal: Flask, name: str, plain: str, encoded: str
) -> None:
    with portal.test_request_context():
        response = answers.download(b"<script>", "text/html", name)
    disposition = response.headers["Content-Disposition"]
    assert disposition == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
    assert response.headers["Content-Type"] == "text/html"
    assert response.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cache-Control"] == "private, no-store"


def test_who_has_to_sign_in_comes_back_to_the_page(portal: Flask) -> None:
    client = portal.test_client()
    answer = client.get("/documents?kind=invoice&q=a", base_url=BASE_URL)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/documents?kind%3Dinvoice%26q%3Da"
    assert client.head("/documents", base_url=BASE_URL).status_code == 303


def test_who_has_to_sign_in_before_sending_comes_back_to_the_form(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for referrer, wanted in (
        (f"{BASE_URL}/customers/new", "/customers/new"),
        ("https://evil.example//other.example", "/"),
        ("", "/"),
    ):
        headers = {"Referer": referrer} if referrer else {}
        answer = client.post("/customers", base_url=BASE_URL, headers=headers)
        assert answer.status_code == 303
        assert answer.headers["Location"] == f"/sign-in?next={wanted}"


def test_a_block_sends_the_whole_browser_to_signing_in(portal: Flask) -> None:
    headers = {"HX-Request": "true", "HX-Target": "section#results"}
    answer = portal.test_client().get("/documents", base_url=BASE_URL, headers=headers)
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["HX-Redirect"] == "/sign-in?next=/documents"
