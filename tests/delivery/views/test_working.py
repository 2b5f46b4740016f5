"""Working through deliveries: filters and place are kept, other ways are taken, raw answers guarded."""

import re
from collections.abc import Callable
from html import unescape

from flask import Flask
from sqlalchemy import update

from app.core import clock
from app.delivery import queries
from app.delivery.models import Attempt, ChannelHealth, DeliveryRelease, Dispatch
from app.delivery.queries.dispatches import Filters
from app.delivery.queries.releases import forecast
from app.delivery.rules import Held, Outcome, State
from app.organisations.rules import Channel
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast, work_is_promised
from tests.delivery.views.test_deliveries import now, refuse, rows
from tests.web.observing import contents, error_at, main_of, testids


def change(app: Flask, dispatch: Dispatch, **values: object) -> None:
    with installation.of(app).database.transaction() as session:
        session.execute(update(Dispatch).where(Dispatch.id == dispatch.id).values(values))


def test_ticking_off_keeps_the_filters_and_never_leads_to_somebody_else(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    refuse(app, cast.dispatch)
    ben, here = browser("ben"), "/deliveries?tab=errors&channel=email"
    page = ben.get(here).text
    (action,) = re.findall(r'action="([^"]*/tick[^"]*)"', page)
    answer = ben.post(unescape(action), {"done": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, here)
    assert rows(ben.get(here).text) == []
    assert now(app, cast.dispatch).done_by == "Ben Brunner"
    path = f"/deliveries/{cast.dispatch.id}"
    for elsewhere in ("//evil.example", "https://evil.example/x", r"/\evil.example"):
        answer = ben.post(f"{path}/tick?next={elsewhere}", {"done": "no"})
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert rows(ben.get(here).text) == [cast.dispatch.id]


def test_the_banner_says_since_when_a_channel_is_down_and_how_many_wait(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert "channel-down" not in testids(browser("ben").get("/deliveries").text)
    change(app, cast.dispatch, state=State.COMPONENT_DOWN)
    with installation.of(app).database.transaction() as session:
        session.add(
            ChannelHealth(
                organisation_id=cast.lindenhof.id,
                channel=Channel.EMAIL,
                down_since=clock.now(),
                trouble="421 <closing>",
                next_try_at=clock.now(),
            )
        )
    page = browser("ben").get("/deliveries").text
    assert "1 dispatch waits for it" in main_of(page)
    assert "421 <closing>" in main_of(page)
    assert "channel-down-settings" not in testids(page)
    assert "channel-down-settings" in testids(browser("anna").get("/deliveries").text)
    assert "channel-down" not in testids(browser("dora").get("/deliveries").text)


def test_another_channel_is_taken_where_it_is_possible_and_the_first_way_is_withdrawn(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/deliveries/{cast.dispatch.id}/channel"
    page = ben.get(path).text
    offered = re.findall(r'type="radio"[^>]*value="(\w+)"', page)
    impossible = re.findall(r'data-testid="way-impossible" data-id="(\w+)"', page)
    assert offered == ["portal"]
    assert {"print", "ebill", "efaktura"} <= set(impossible)
    before = contents(installation.of(app))
    for wrong in ("", "print", "email", "fax"):
        answer = ben.post(path, {"channel": wrong})
        assert answer.status_code == 422, wrong
        assert error_at(answer.text, "channel")
    assert contents(installation.of(app)) == before
    answer = ben.post(path, {"channel": "portal"})
    assert answer.status_code == 303
    other = answer.headers["Location"].rpartition("/")[2]
    assert now(app, cast.dispatch).state is State.CANCELLED
    with installation.of(app).database.reading():
        found = queries.by_id(other)
        assert found is not None
        assert (found.channel, found.document_id) == (Channel.PORTAL, cast.invoice.id)
    assert ben.post(path, {"channel": "portal"}).status_code == 303
    with installation.of(app).database.reading():
        assert len(queries.of_document(cast.invoice.id)) == 2


def test_answers_as_they_came_are_for_administrators_and_are_shown_as_text(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    refuse(app, cast.dispatch)
    with installation.of(app).database.transaction() as session:
        raw = "<script>alert(1)</script>" + "x" * 30_000
        session.execute(update(Attempt).values(raw=raw, outcome=Outcome.PERMANENT))
    path = f"/deliveries/{cast.dispatch.id}"
    page = browser("anna").get(f"{path}/answers").text
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert "x" * 19_000 in page
    assert "x" * 20_000 not in page
    assert f"{path}/answers" in browser("anna").get(path).text
    for name, status in (("ben", 403), ("olga", 403), ("dora", 404), ("ruth", 404)):
        assert browser(name).get(f"{path}/answers").status_code == status, name
    assert f"{path}/answers" not in browser("ben").get(path).text


def test_what_is_held_is_released_once_and_what_no_channel_takes_is_not(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/deliveries/{cast.dispatch.id}"
    change(app, cast.dispatch, state=State.HELD, held_because=Held.OBSTACLE)
    assert "dispatch-release" not in testids(ben.get(path).text)
    assert ben.post(f"{path}/release").status_code == 409
    change(app, cast.dispatch, held_because=Held.RELEASE)
    assert "dispatch-release" in testids(ben.get(path).text)
    assert ben.post(f"{path}/release").status_code == 303
    assert now(app, cast.dispatch).state is State.QUEUED
    again = ben.post(f"{path}/release", follow_redirects=True)
    assert "It was released already." in again.text


def test_a_release_is_forecast_confirmed_and_watched(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    assert "forecast-empty" in testids(ben.get("/deliveries/releases/new").text)
    change(app, cast.dispatch, state=State.HELD, held_because=Held.RELEASE)
    held = ben.get("/deliveries?tab=held&channel=email").text
    assert "/deliveries/releases/new?channel=email" in held
    page = ben.get("/deliveries/releases/new?channel=email").text
    assert testids(page).count("forecast-row") == 1
    (newest,) = re.findall(r'name="newest" value="(\w+)"', page)
    for wrong in ("", "x", "' OR 1=1"):
        refused = ben.post("/deliveries/releases", {"newest": wrong})
        assert refused.status_code == 409
    answer = ben.post("/deliveries/releases", {"newest": newest, "channel": "email"})
    assert answer.status_code == 303
    watched = ben.get(answer.headers["Location"]).text
    assert "0 of 1" in main_of(watched)
    assert 'hx-trigger="every' in watched
    with installation.of(app).database.transaction() as session:
        assert work_is_promised("delivery.release")
        session.execute(update(DeliveryRelease).values(finished_at=clock.now(), released=1))
    assert 'hx-trigger="every' not in ben.get(answer.headers["Location"]).text
    assert browser("dora").get(answer.headers["Location"]).status_code == 404
    with installation.of(app).database.reading():
        assert forecast(cast.brandt.id, Filters(), newest).total == 0
