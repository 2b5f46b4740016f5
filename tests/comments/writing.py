"""Writing comments as people do, for the tests in this folder."""

import re
from io import BytesIO

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.comments.models import Comment
from app.core.db import session
from app.documents.models import Audience, Document
from app.web import installation
from tests.browser import Browser

PDF = b"%PDF-1.7 a drawing"
CSV = b"day;hours\n1;8\n"


def write(
    browser: Browser,
    document: Document,
    text: str,
    *files: tuple[str, bytes],
    internal: bool = False,
    once: str = "",
    **options: object,
) -> TestResponse:
    prefix, place = ("note", "internal-notes") if internal else ("comment", "comments")
    fields: dict[str, object] = {f"{prefix}-text": text, f"{prefix}-once": once}
    if files:
        fields[f"{prefix}-files"] = [(BytesIO(content), name) for name, content in files]
    address = f"/documents/{document.id}/{place}"
    return browser.post(address, fields, content_type="multipart/form-data", **options)


def kept(app: Flask, document: Document, audience: Audience = Audience.CUSTOMER) -> list[Comment]:
    """Return what was written in the test, the oldest first; the cast's own comes before."""
    with installation.of(app).database.reading():
        rows = select(Comment).where(
            Comment.lineage_id == document.lineage_id, Comment.audience == audience
        )
        return list(session().scalars(rows.order_by(Comment.id)))


def texts(page: str, name: str = "comment") -> list[str]:
    """Return what the comments on a page say, tags and all."""
    found: list[str] = re.findall(rf'data-testid="{name}-text">(.*?)</p>', page, re.S)
    return found


def page_of(browser: Browser, document: Document) -> str:
    answer = browser.get(f"/documents/{document.id}")
    assert answer.status_code == 200
    return answer.text
