import io
from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from app.core import outbox
from app.documents.formats.official_rules import LARGE
from app.intake.actions import course, taking
from app.intake.models import IntakeItem, ItemState
from app.intake.queries import waiting_items
from app.web import installation, paging
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import main_of, testids

Browse = Callable[[str], Browser]


def begin(app: Flask, cast: Cast, files: int) -> str:
    """Begin an intake of files that nobody takes in; return its address."""
    stored = [taking.Stored(f"r{n}.xml", 10, f"{n:064x}") for n in range(files)]
    with installation.of(app).database.transaction():
        batch = taking.start(cast.lindenhof.id, factories.BY, stored, creates_customers=False)
    return f"/intakes/{batch.id}"


def fail(app: Flask, path: str, place: int) -> str:
    with installation.of(app).database.transaction() as session:
        one = session.query(IntakeItem).filter_by(intake_id=path[9:], position=place).one()
        taking.fail(one.id)
        return one.id


def test_an_intake_is_stopped_and_resumed_in_the_browser(
    app: Flask, cast: Cast, browser: Browse
) -> None:
    path, ben = begin(app, cast, 3), browser("ben")
    assert "progress-poll" in ben.get(path).text
    assert ben.post(f"{path}/stop").status_code == 303
    page = ben.get(path).text
    assert "It is stopped. 3 files wait." in main_of(page)
    assert "progress-poll" not in page
    assert ben.post(f"{path}/stop").status_code == 409
    assert ben.post(f"{path}/resumption").status_code == 303
    assert ben.post(f"{path}/resumption").status_code == 409


def test_files_are_listed_by_page_and_by_state(app: Flask, cast: Cast, browser: Browse) -> None:
    path, ben = begin(app, cast, paging.SIZE + 3), browser("ben")
    fail(app, path, 27)
    assert testids(ben.get(path).text).count("intake-item") == paging.SIZE
    assert testids(ben.get(f"{path}?after=24").text).count("intake-item") == 3
    shown = ben.get(f"{path}?state=failed").text
    assert testids(shown).count("intake-item") == 1
    assert "r27.xml" in main_of(shown)
    assert "empty" in testids(ben.get(f"{path}?state=held").text)
    assert testids(ben.get(f"{path}?state=nonsense&after=x").text).count("intake-item") > 1


def test_what_failed_is_tried_again_by_a_button(app: Flask, cast: Cast, browser: Browse) -> None:
    path, ben = begin(app, cast, 3), browser("ben")
    one, _other = fail(app, path, 0), fail(app, path, 1)
    assert testids(ben.get(path).text).count("item-retry") == 2
    assert "item-retry" not in testids(browser("olga").get(path).text)
    assert ben.post(f"{path}/files/{one}/retry").status_code == 303
    assert ben.post(f"{path}/retries").status_code == 303
    assert ben.post(f"{path}/retries").status_code == 409
    with installation.of(app).database.reading() as session:
        assert session.get_one(IntakeItem, one).state is ItemState.WAITING


def test_more_files_than_one_form_takes_are_refused_in_words(cast: Cast, browser: Browse) -> None:
    many = [(io.BytesIO(b"<a/>"), f"{n}.xml") for n in range(1001)]
    answer = browser("ben").post("/intakes", {"files": many})
    assert answer.status_code == 413
    assert "more at once" in main_of(answer.text)
    assert "990" in main_of(browser("ben").get("/intakes").text)


def test_the_list_says_what_is_being_examined_and_what_takes_long(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    files = [
        taking.Stored(f"{n}.xml", size, str(n) * 64) for n, size in enumerate((10, 10, LARGE + 1))
    ]
    database = installation.of(app).database
    with database.transaction():
        batch = taking.start(cast.lindenhof.id, factories.BY, files, creates_customers=False)
    with database.transaction():
        first, _second, third = waiting_items(batch.id)
        for item in (first, third):
            assert outbox.claim_by_key(course.promise_key(item), timedelta(seconds=60))
    text = browser("ben").get(f"/intakes/{batch.id}").text
    assert text.count("being examined") == 2
    assert text.count('data-testid="item-long"') == 1
    assert text.count("waiting") >= 1
