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
    spec = description.load()
    template = re.sub(r"[0-9a-z]{26}", "{document_id}", path)
    operation = spec["paths"][template][method.lower()]
    described = operation["responses"][str(answer.status_code)]
    if "$ref" in described:
        described = spec["components"]["responses"][described["$ref"].rpartition("/")[2]]
    schema = described["content"][answer.mimetype]["schema"]
    whole = {**schema, "components": spec["components"]}
    Draft202012Validator(whole).validate(answer.get_json(force=True))
    if answer.status_code in (200, 201) and method == "POST":
        assert set(described["headers"]) <= set(answer.headers.keys())
