"""A program that talks to the interface; every answer is checked against the description."""

import re
from typing import Any

from flask import Flask
from jsonschema import Draft202012Validator
from werkzeug.test import TestResponse

from app.api import description
from tests.browser import check
from tests.installation import BASE_URL

DOCUMENTS = "/api/v1/documents"
XML = "application/xml"


class Program:
    """Sends requests with an API key, or without one."""

    def __init__(self, app: Flask, key: str | None) -> None:
        self.client = app.test_client()
        self.headers = {"Authorization": f"Bearer {key}"} if key else {}

    def get(self, path: str, **options: Any) -> TestResponse:
        """Ask, and check the answer."""
        return self._open("GET", path, **options)

    def post(self, content: Any = b"", kind: str = XML, **options: Any) -> TestResponse:
        """Send a document, and check the answer."""
        path = options.pop("path", DOCUMENTS)
        return self._open("POST", path, data=content, content_type=kind, **options)

    def put(self, path: str, **options: Any) -> TestResponse:
        """Put something in its place, and check the answer."""
        return self._open("PUT", path, **options)

    def _open(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {**self.headers, **options.pop("headers", {})}
        answer = self.client.open(
            path, method=method, headers=headers, base_url=BASE_URL, **options
        )
        check(answer)
        assert "Set-Cookie" not in answer.headers
        as_described(method, path.partition("?")[0], answer)
        return answer


def as_described(method: str, path: str, answer: TestResponse) -> None:
    """Check an answer against the description: its status, its media type, its content, its headers."""
    described = described_answer(method, path, answer.status_code)
    check_content(described, answer.mimetype, answer.get_json(force=True))
    if answer.status_code in (200, 201) and path == DOCUMENTS and method == "POST":
        assert set(described["headers"]) <= set(answer.headers.keys())


def as_described_in(command: str, status: int, content: Any) -> None:
    """Check what a curl command showed against the description."""
    path = re.findall(r'"\$KONTOR([^"?]+)', command)[0]
    path = re.sub(r"\$(DOCUMENT|CUSTOMER)", "0" * 26, path)
    sends = "--data-binary" in command or " -F " in command
    stated = re.findall(r" -X (\w+)", command)
    described = described_answer(stated[0] if stated else "POST" if sends else "GET", path, status)
    check_content(described, next(iter(described["content"])), content)


def described_answer(method: str, path: str, status: int) -> dict[str, Any]:
    """Return what the description says of an answer."""
    spec = description.load()
    template = re.sub(r"(?<=/customers/)[0-9a-z]{26}", "{customer_id}", path)
    template = re.sub(r"[0-9a-z]{26}", "{document_id}", template)
    described = spec["paths"][template][method.lower()]["responses"][str(status)]
    if "$ref" in described:
        described = spec["components"]["responses"][described["$ref"].rpartition("/")[2]]
    found: dict[str, Any] = described
    return found


def check_content(described: dict[str, Any], media_type: str, content: Any) -> None:
    """Check the content of an answer against its schema."""
    schema = described["content"][media_type]["schema"]
    components = description.load()["components"]
    Draft202012Validator({**schema, "components": components}).validate(content)
