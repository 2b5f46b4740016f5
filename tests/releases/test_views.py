import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.core import ids
from app.documents.models import Document
from app.documents.rules.life import State
from app.organisations.models import Organisation
from app.releases import actions
from app.releases.models import Release
from app.web import installation, paging
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import main_of, testids

Browse = Callable[[str], Browser]


def ready(app: Flask, cast: Cast, count: int) -> list[str]:
    """Take in documents that wait to be published; return their ids."""
    with installation.of(app).database.transaction() as session:
        session.get_one(Organisation, cast.lindenhof.id).publishes_at_once = False
        return [factories.invoice_for(cast.keller, f"N-{number:02d}").id for number in range(count)]


def release_field(page: str) -> str:
    found = re.search(r'name="release" value="([^"]+)"', page)
    assert found is not None
    return found[1]


def work(app: Flask, release_id: str) -> None:
    with installation.of(app).database.transaction():
        actions.work(release_id, 1)


def text_at(page: str, testid: str) -> str:
    found = re.search(rf'data-testid="{testid}">([^<]*)<', page)
    assert found is not None, testid
    return found[1]


def test_what_is_ready_can_be_ticked_and_nothing_else(
    app: Flask, cast: Cast, browser: Browse
) -> None:
    made = ready(app, cast, 2)
    page = browser("ben").get("/documents?state=ready").text
    assert {one for one in testids(page) if one.startswith("select-")} == {
        f"select-{one}" for one in made
    }
    assert "release-all" in testids(page)
    assert "release-all" not in testids(browser("ben").get("/documents").text)
    assert "release-all" not in testids(browser("olga").get("/documents?state=ready").text)


def test_looking_first_changes_nothing_and_says_what_would_happen(
    app: Flask, cast: Cast, browser: Browse
) -> None:
    ready(app, cast, 3)
    page = browser("ben").get("/releases/new?kind=invoice").text
    assert text_at(page, "forecast-total") == text_at(page, "forecast-invoice") == "3"
    assert text_at(page, "forecast-customers") == "1"
    assert text_at(page, "forecast-email") == "3"
    with installation.of(app).database.reading() as session:
        assert session.scalars(select(Release.id)).all() == [cast.release.id]


def test_a_release_is_confirmed_watched_and_over(app: Flask, cast: Cast, browser: Browse) -> None:
    ready(app, cast, paging.SIZE + 2)
    ben = browser("ben")
    form = {"release": release_field(ben.get("/releases/new").text), "kind": "invoice"}
    answer = ben.post("/releases", form)
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert ben.post("/releases", form).headers["Location"] == path, "a double click is one release"
    page = ben.get(path).text
    assert "release-stop" in testids(page)
    assert testids(page).count("release-item") == paging.SIZE
    for _slice in range(2):
        work(app, form["release"])
    page = ben.get(path).text
    assert "Everything is done." in main_of(page)
    assert "progress-poll" not in page
    rest = re.search(r'href="([^"]+)"[^>]*data-testid="pager-next"', page)
    assert rest is not None
    assert testids(ben.get(rest[1]).text).count("release-item") == 2
    assert testids(ben.get("/releases").text).count("release-row") == 2


def test_only_what_was_ticked_is_released(app: Flask, cast: Cast, browser: Browse) -> None:
    made = ready(app, cast, 3)
    ben = browser("ben")
    page = ben.get(f"/releases/new?selected={made[1]}&selected=nonsense").text
    assert text_at(page, "forecast-total") == "1"
    release = release_field(page)
    ben.post("/releases", {"release": release, "selected": made[1]})
    work(app, release)
    with installation.of(app).database.reading() as session:
        states = [session.get_one(Document, one).state for one in made]
    assert states == [State.READY, State.PUBLISHED, State.READY]


def test_refusals_stand_there_with_their_reason_and_can_be_tried_again(
    cast: Cast, browser: Browse
) -> None:
    ben, path = browser("ben"), f"/releases/{cast.release.id}"
    page = ben.get(f"{path}?state=refused").text
    assert "decided in the meantime" in text_at(page, "item-reason")
    assert testids(ben.get(f"{path}?state=published").text).count("release-item") == 0
    assert ben.post(f"{path}/retries").status_code == 303
    assert ben.post(f"{path}/documents/{cast.invoice.id}/retry").status_code == 409
    assert ben.post(f"{path}/stop").status_code == 303
    assert "release-resume" in testids(ben.get(path).text)
    assert ben.post(f"{path}/stop").status_code == 409
    assert ben.post(f"{path}/resumption").status_code == 303


def test_an_auditor_sees_releases_and_moves_nothing(cast: Cast, browser: Browse) -> None:
    page = browser("olga").get(f"/releases/{cast.release.id}").text
    assert "release-retry" not in testids(page)
    assert "item-retry" not in testids(page)


def test_nothing_is_released_without_a_look_or_where_nothing_is_ready(
    cast: Cast, browser: Browse
) -> None:
    ben = browser("ben")
    assert ben.post("/releases", {}).status_code == 409
    assert ben.post("/releases", {"release": ids.new()}).status_code == 409
    assert browser("dora").post("/releases", {"release": cast.release.id}).status_code == 409
    assert "empty" in testids(ben.get("/releases/new").text)


def test_the_menu_says_that_releases_belong_to_documents(browser: Browse) -> None:
    page = browser("ben").get("/releases").text
    entry = re.search(r'<a[^>]*data-testid="menu-documents"[^>]*>', page)
    assert entry is not None
    assert "aria-current" in entry[0]
