"""Errors for programs: problem details (RFC 9457), wherever an address below `/api/v1/` fails."""

import json
from collections.abc import Mapping

from flask import Response, make_response, request

from app.core import log

PREFIX = "/api/v1/"
MEDIA_TYPE = "application/problem+json"
TYPES = "urn:kontor:problem:"
"""Begins the `type` of problems of our own; docs/api.md lists them."""


class Problem(Exception):
    """A request of a program fails; `kind` names our own type of problem, further members go along."""

    def __init__(self, status: int, kind: str, title: str, detail: str, **members: object) -> None:
        super().__init__(f"{status} {kind}")
        self.status = status
        self.kind = kind
        self.title = title
        self.detail = detail
        self.members = members


def are_wanted() -> bool:
    """Say whether a program asks. The one place that decides it: by the address."""
    return request.path.startswith(PREFIX)


def answer(
    status: int,
    title: str,
    detail: str,
    *,
    kind: str = "",
    headers: Mapping[str, str] | None = None,
    members: Mapping[str, object] | None = None,
) -> Response:
    """Return a problem; without a `kind` it says no more than its status (`about:blank`)."""
    body = {
        "type": TYPES + kind if kind else "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "reference": log.reference.get(),
        **(members or {}),
    }
    response = make_response(json.dumps(body, ensure_ascii=False) + "\n", status)
    response.headers.update(headers or {})
    response.headers["Content-Type"] = MEDIA_TYPE
    return response
