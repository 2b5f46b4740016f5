"""A test client that checks every page it opens: people and machines must be able to read it."""

import re
from hashlib import sha256
from secrets import token_hex
from typing import Any
from xml.etree import ElementTree as ET

import html5lib
from flask import Flask, session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from app.core import ids
from app.web.headers import POLICY
from tests.installation import BASE_URL

XHTML = "{http://www.w3.org/1999/xhtml}"
LABELLED = {"input", "select", "textarea"}
UNLABELLED_TYPES = {"hidden", "submit", "button"}

MADE_UP = re.compile(
    rf'\b(?:{ids.PATTERN}|[0-9a-f]{{12}})\b|(?<=name="csrf_token" value=")[\w.-]+(?=")'
)
"""What differs between two pages that say the same: ids, references, forms' tokens."""
_sound: set[bytes] = set()


class Browser:
    """Opens pages as somebody, as a program with an API key, or as nobody."""

    def __init__(self, app: Flask, token: str | None = None, key: str | None = None) -> None:
        self.client: FlaskClient = app.test_client()
        if key is not None:
            self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        if token is not None:
            with self.client.session_transaction(base_url=BASE_URL) as cookie:
                cookie["_user_id"] = token
                cookie["_fresh"] = True

    def get(self, path: str, **options: Any) -> TestResponse:
        """Open a page and check it."""
        response = self.client.get(path, base_url=BASE_URL, **options)
        check(response)
        return response

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
        """Send a form with its token, and check the page that answers."""
        fields = {"csrf_token": self.csrf_token(), **(data or {})}
        response = self.client.post(path, data=fields, base_url=BASE_URL, **options)
        check(response)
        return response

    def csrf_token(self) -> str:
        """Return a token that belongs to this browser's cookie, as a page's form would hold it."""
        with self.client.session_transaction(base_url=BASE_URL) as cookie:
            secret = cookie.setdefault("csrf_token", token_hex(20))
        with self.client.application.test_request_context(base_url=BASE_URL):
            session["csrf_token"] = secret
            token: str = generate_csrf()
        return token


def check(response: TestResponse) -> None:
    """Check an answer: its headers always, its HTML where it is a whole page."""
    headers = response.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in headers
    if response.mimetype != "text/html" or response.status_code in (301, 302, 303, 308):
        return
    assert headers["Content-Security-Policy"] == POLICY
    assert "no-store" in headers["Cache-Control"]
    if response.request.headers.get("HX-Request") and "<!doctype" not in response.text.lower():
        return
    check_page(response.text)


def check_page(text: str) -> None:
    """Check a page; one that differs from a sound one in nothing but its ids and tokens is sound."""
    numbers: dict[str, str] = {}
    alike = sha256(MADE_UP.sub(lambda one: numbered(one, numbers), text).encode()).digest()
    if alike not in _sound:
        _check_page(text)
        _sound.add(alike)


def numbered(one: re.Match[str], numbers: dict[str, str]) -> str:
    """Return the how-manieth this one is on its page: what was equal stays so, and what was not."""
    return numbers.setdefault(one[0], f"\0{len(numbers)}\0")


def _check_page(text: str) -> None:
    """Check a page: valid HTML, one h1, title, language, unique ids, labels, no inline code."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=True)
    page = parser.parse(text)
    assert not parser.errors, [error[1:] for error in parser.errors[:3]]
    elements = [one for one in page.iter() if isinstance(one.tag, str)]
    headings = [one for one in elements if one.tag == f"{XHTML}h1"]
    assert len(headings) == 1, f"{len(headings)} h1"
    assert text_of(headings[0]).strip()
    (title,) = (one for one in elements if one.tag == f"{XHTML}title")
    assert text_of(title).strip()
    assert page.get("lang")
    named = [one.get("id") for one in elements if one.get("id")]
    assert len(named) == len(set(named)), f"ids are not unique: {sorted(named)}"
    _check_labels(elements, set(named))
    _check_forms(elements)
    _check_nothing_inline(elements)


def text_of(element: ET.Element) -> str:
    """Return all text below an element."""
    return "".join(element.itertext())


def _check_labels(elements: list[ET.Element], named: set[str | None]) -> None:
    labels = {one.get("for") for one in elements if one.tag == f"{XHTML}label"}
    wrapped = {
        control
        for label in elements
        if label.tag == f"{XHTML}label"
        for control in label.iter()
        if isinstance(control.tag, str)
    }
    for one in elements:
        name = one.tag.removeprefix(XHTML)
        if name in LABELLED and one.get("type") not in UNLABELLED_TYPES:
            has_label = one.get("id") in labels or one in wrapped or one.get("aria-label")
            assert has_label, f"{name} {one.get('name')} has no label"
            described = (one.get("aria-describedby") or "").split()
            assert set(described) <= named, f"{one.get('name')} is described by nothing"
    assert labels - {None} <= named, "a label points to nothing"


def _check_forms(elements: list[ET.Element]) -> None:
    for form in (one for one in elements if one.tag == f"{XHTML}form"):
        assert form.get("action"), "a form has no action"
        if form.get("method") == "post":
            names = [one.get("name") for one in form.iter() if isinstance(one.tag, str)]
            assert names.count("csrf_token") == 1, f"{form.get('action')}: csrf_token"


def _check_nothing_inline(elements: list[ET.Element]) -> None:
    for one in elements:
        name = one.tag.removeprefix(XHTML)
        assert name != "style", "an inline style sheet"
        assert name != "script" or one.get("src"), "an inline script"
        inline = [key for key in one.attrib if key == "style" or key.startswith("on")]
        assert not inline, f"{name} has {inline}"
