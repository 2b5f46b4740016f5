"""What programs read of the talk about a document: the customer's thread, and no internal note."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.comments.models import Comment
from app.core import ids
from app.core.db import session
from app.web import installation
from tests.api.program import DOCUMENTS, Program
from tests.cast import INTERNAL, Cast

Programs = Callable[[str], Program]


def test_a_program_reads_what_customer_and_house_wrote(cast: Cast, program: Programs) -> None:
    answer = program("reading_key").get(f"{DOCUMENTS}/{cast.invoice.id}/comments")
    assert answer.status_code == 200
    (comment,) = answer.get_json()["comments"]
    assert comment["text"] == "The hours are attached."
    assert (comment["side"], comment["author_name"]) == ("house", "Ben Brunner")
    assert [file["name"] for file in comment["files"]] == ["hours.csv"]
    assert answer.get_json()["older"] is None
    assert INTERNAL not in answer.text


@pytest.mark.parametrize(("who", "status"), [("strange_key", 404), ("revoked_key", 401)])
def test_other_programs_read_nothing(cast: Cast, program: Programs, who: str, status: int) -> None:
    path = f"{DOCUMENTS}/{cast.invoice.id}/comments"
    assert program(who).get(path).status_code == status


def test_a_document_that_no_customer_has_has_no_comments(cast: Cast, program: Programs) -> None:
    answer = program("key").get(f"{DOCUMENTS}/{cast.held.id}/comments")
    assert answer.get_json() == {"comments": [], "older": None}


def test_older_comments_are_on_another_page(app: Flask, cast: Cast, program: Programs) -> None:
    with installation.of(app).database.transaction():
        first = session().get_one(Comment, cast.comment_id)
        columns = {c.key: getattr(first, c.key) for c in Comment.__table__.columns}
        for number in range(60):
            changed = {"id": ids.new(), "sent_as": f"{number:064}", "text": f"Number {number}"}
            session().add(Comment(**columns | changed))
    one, path, found = program("key"), f"{DOCUMENTS}/{cast.invoice.id}/comments", []
    while path:
        page = one.get(path).get_json()
        found = [comment["text"] for comment in page["comments"]] + found
        path = page["older"]
    assert found == ["The hours are attached."] + [f"Number {number}" for number in range(60)]


@pytest.mark.parametrize("wish", ["before=1", "before=", "after=x"])
def test_a_wish_that_cannot_be_understood_is_named(
    cast: Cast, program: Programs, wish: str
) -> None:
    answer = program("key").get(f"{DOCUMENTS}/{cast.invoice.id}/comments?{wish}")
    assert answer.status_code == 400
    assert answer.get_json()["errors"][0]["parameter"] == wish.partition("=")[0]
