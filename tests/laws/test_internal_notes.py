"""What the house says among itself never reaches a customer, a guest, a stranger, a program or a mail."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.core.db import session
from app.core.journal import Entry
from app.notices.models import Notice
from app.web import installation
from tests.browser import Browser
from tests.cast import INTERNAL, Cast
from tests.laws.test_access import CHANGES_THE_STAGE, address, gated_endpoints, session_of, things

OUTSIDE = ("ruth", "guest", "max", "dora", "nobody", "key", "reading_key", "strange_key")
BLOCKS = ("", "comments", "notes", "results")
"""Parts of pages that htmx may ask for; none means the page."""
REFUSED = (302, 303, 401, 403, 404)
"""Who gets no page gets no part of it: the door does not look at what is asked of a page."""


def test_no_answer_holds_the_words_or_the_name_of_a_file_of_an_internal_note(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    own = things(app, cast, session_of(app, "ben", browser, cast))
    told, read = [], 0
    for who in OUTSIDE:
        one = browser(who)
        for _endpoint, rule, method in gated_endpoints(app):
            path = address(rule, own)
            if method == "GET":
                for block in BLOCKS:
                    headers = {"HX-Request": "true", "HX-Target": f"div#{block}"} if block else {}
                    answer = one.client.get(path, base_url="http://kontor.test", headers=headers)
                    read += 1
                    if INTERNAL.encode() in answer.get_data():
                        told.append(f"{who} GET {path} {block}")
                    if answer.status_code in REFUSED:
                        break
            elif method == "POST" and rule not in CHANGES_THE_STAGE:
                answer = one.post(path)
                read += 1
                if INTERNAL.encode() in answer.get_data():
                    told.append(f"{who} POST {path}")
    assert told == []
    assert read > 1000


def test_the_words_are_there_to_be_found(cast: Cast, browser: Callable[[str], Browser]) -> None:
    page = browser("ben").get(f"/documents/{cast.invoice.id}").text
    assert f"{INTERNAL}.csv" in page


def test_neither_mails_nor_the_journal_know_the_words(app: Flask, cast: Cast) -> None:
    with installation.of(app).database.reading():
        lines = list(session().scalars(select(Entry)))
        notices = list(session().scalars(select(Notice)))
    assert "internal_note.added" in {line.name for line in lines}
    assert INTERNAL not in "".join(repr(line.data) for line in lines)
    assert INTERNAL not in "".join(repr(notice.said) for notice in notices)
