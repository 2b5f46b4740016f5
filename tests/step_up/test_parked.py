"""What was sent before it was proved who sends it: kept, and sent on as it was, once."""

from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.access.proof import Level
from app.comments.models import Comment, CommentFile
from app.core import parking
from app.core.db import session
from app.core.parking import ParkedRequest
from app.master_data.models import DataChange
from app.organisations.models import Customer
from app.organisations.queries import signed_in
from app.organisations.rules.own_data import Field
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL
from tests.master_data.test_views import form_of
from tests.step_up.asking import RIGHT, ask

Entered = Callable[[str], Browser]
HTMX = {"HX-Request": "true", "HX-Target": "div#comments"}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40 + b"\r\n--boundary\r\n\0"
TABLE = "Tag;Stunden\r\nmån;8½\r\n".encode()


def parked_by(one: Browser, location: str) -> str:
    """Prove, and return the address of what was sent before."""
    assert location.startswith("/proof?parked=")
    form = one.get(location).text
    parked_id = location.partition("parked=")[2]
    assert f'value="{parked_id}"' in form
    answer = one.post("/proof/address", {**RIGHT, "parked": parked_id})
    assert answer.headers["Location"] == f"/proof/parked/{parked_id}"
    return answer.headers["Location"]


def comment(one: Browser, cast: Cast, headers: dict[str, str]) -> str:
    """Write a comment with a file; return where it leads instead."""
    path = f"/documents/{cast.invoice.id}"
    files = [(BytesIO(PICTURE), "Übersicht „März“.png"), (BytesIO(TABLE), "stunden.csv")]
    answer = one.post(
        f"{path}/comments",
        {"comment-text": "Grüezi\nzwei Zeilen & mehr", "comment-files": files},
        headers={**headers, "Referer": BASE_URL + path},
    )
    if headers:
        assert answer.status_code == 204
        return str(answer.headers["HX-Redirect"])
    assert answer.status_code == 303
    return str(answer.headers["Location"])


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["without htmx", "with htmx"])
@pytest.mark.parametrize("who", ["ruth", "guest"])
def test_a_comment_with_files_arrives_byte_for_byte(
    app: Flask, cast: Cast, browser: Entered, who: str, headers: dict[str, str]
) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    one, here = browser(who), installation.of(app)
    address = parked_by(one, comment(one, cast, headers))
    shown = one.get(address)
    assert 'data-testid="parked-send"' in shown.text
    assert f'href="/documents/{cast.invoice.id}"' in shown.text
    done = one.post(address)
    assert done.status_code == 303
    assert done.headers["Location"] == f"/documents/{cast.invoice.id}#comments"
    with here.database.reading():
        newest = session().scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()
        assert newest.text.replace("\r\n", "\n") == "Grüezi\nzwei Zeilen & mehr"
        assert newest.author_id == (cast.ruth.id if who == "ruth" else cast.link.id)
        files = session().scalars(
            select(CommentFile).where(CommentFile.comment_id == newest.id).order_by(CommentFile.id)
        )
        first, second = files
        assert (first.name, second.name) == ("Übersicht „März“.png", "stunden.csv")
        assert here.storage.read(first.organisation_id, first.sha256) == PICTURE
        assert here.storage.read(second.organisation_id, second.sha256) == TABLE
    assert one.post(address).status_code == 404, "it is sent on once"


def test_own_data_are_asked_once_and_kept(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    ruth = browser("ruth")
    with installation.of(app).database.reading():
        form = form_of(session().get_one(Customer, cast.keller.id), mobile="+41 79 123 45 42")
    answer = ruth.post("/own-data", form)
    address = parked_by(ruth, answer.headers["Location"])
    assert ruth.post(address).headers["Location"] == "/own-data"
    with installation.of(app).database.reading():
        rows = select(func.count()).where(
            DataChange.customer_id == cast.keller.id, DataChange.field == Field.MOBILE
        )
        assert session().scalar(rows) == 1


def test_a_form_that_is_wrong_is_shown_again_as_a_whole_page(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    ruth = browser("ruth")
    answer = ruth.post(f"/documents/{cast.invoice.id}/comments", {"comment-text": ""}, headers=HTMX)
    again = ruth.post(parked_by(ruth, answer.headers["HX-Redirect"]))
    assert again.status_code == 422
    assert again.text.startswith("<!doctype html>")


def test_a_token_of_another_browser_is_refused_there_too(
    app: Flask, cast: Cast, browser: Entered
) -> None:
    """It is a request like any other: a form that was forged is forged when it is sent on."""
    ruth = browser("ruth")
    with installation.of(app).database.transaction():
        body = b"csrf_token=forged&language=de"
        kind = "application/x-www-form-urlencoded"
        parked_id = parking.park(session_id_of(cast), "/language", "/", kind, body)
    assert ruth.post(f"/proof/parked/{parked_id}").status_code == 400
    assert '<html lang="en"' in ruth.get("/documents").text


def session_id_of(cast: Cast) -> str:
    found = signed_in(cast.tokens["ruth"])
    assert found is not None
    return found.session.id


def test_what_somebody_sent_is_nobody_elses(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    ruth = browser("ruth")
    address = parked_by(ruth, comment(ruth, cast, {}))
    for who in ("guest", "max", "anna", "dora"):
        for method in (browser(who).get, browser(who).post):
            assert method(address).status_code == 404
        assert browser(who).post(f"{address}/removal").status_code == 404
    assert ruth.get(address).status_code == 200


def test_what_is_discarded_is_gone(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    ruth = browser("ruth")
    address = parked_by(ruth, comment(ruth, cast, {}))
    answer = ruth.post(f"{address}/removal")
    assert answer.headers["Location"] == f"/documents/{cast.invoice.id}"
    assert ruth.post(address).status_code == 404
    with installation.of(app).database.reading():
        assert session().scalar(select(func.count()).select_from(ParkedRequest)) == 0


def test_of_many_the_newest_are_kept(app: Flask, cast: Cast, browser: Entered) -> None:
    ask(app, cast, Level.EVERY_PAGE)
    ruth = browser("ruth")
    sent = [
        ruth.post("/own-data/confirmation").headers["Location"] for _ in range(parking.MOST + 2)
    ]
    with installation.of(app).database.reading():
        kept = set(session().scalars(select(ParkedRequest.id)))
    assert kept == {one.partition("parked=")[2] for one in sent[-parking.MOST :]}
