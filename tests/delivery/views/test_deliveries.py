import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape

from flask import Flask
from sqlalchemy import update

from app.delivery import actions, queries
from app.delivery.channels.email import Result
from app.delivery.models import Dispatch
from app.delivery.rules import Outcome, State
from app.web import installation, paging
from tests import factories
from tests.browser import Browser
from tests.cast import Cast, work_is_promised
from tests.web.observing import contents, error_at, main_of, testids, typed_in

REFUSED = Result(Outcome.PERMANENT, 550, "5.1.1", "550 5.1.1 no such user <ruth>")


def rows(page: str) -> list[str]:
    """Return the ids of the dispatches in a list, in order."""
    return re.findall(r'data-testid="dispatch-row" data-id="(\w+)"', page)


def refuse(app: Flask, dispatch: Dispatch) -> None:
    """Let an attempt come back as undeliverable."""
    with installation.of(app).database.transaction():
        sending = actions.begin(dispatch.id)
        assert sending is not None
        actions.finish(sending, REFUSED)


def now(app: Flask, dispatch: Dispatch) -> Dispatch:
    with installation.of(app).database.reading():
        found = queries.by_id(dispatch.id)
    assert found is not None
    return found


def test_walking_through_the_list_shows_every_dispatch_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        for number in range(paging.SIZE + 7):
            document = factories.invoice_for(cast.keller, f"N-{number}")
            actions.dispatch_document(document.id)
    ben = browser("ben")
    first = ben.get("/deliveries?channel=email").text
    (next_url,) = re.findall(r'href="([^"]+)"[^>]*data-testid="pager-next"', first)
    second = ben.get(unescape(next_url)).text
    (previous,) = re.findall(r'href="([^"]+)"[^>]*data-testid="pager-previous"', second)
    assert "channel=email" in next_url
    seen = rows(first) + rows(second)
    assert len(seen) == len(set(seen)) == paging.SIZE + 9
    assert rows(ben.get(unescape(previous)).text) == rows(first)


def test_the_list_is_filtered_by_the_address(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    refuse(app, cast.dispatch)
    ben = browser("ben")
    for query, count in (
        ("", 2),
        ("state=undeliverable", 1),
        ("state=queued", 1),
        ("channel=portal", 0),
        ("recipient=ruth%40", 1),
        ("number=2026-0414", 1),
        ("number=2026&recipient=max", 1),
        ("since=2020-01-01&until=9999-12-31", 2),
        ("since=0001-01-01", 2),
        ("until=0001-01-01", 0),
    ):
        page = ben.get(f"/deliveries?{query}").text
        assert len(rows(page)) == count, query
    chips = re.findall(
        r'class="chip" href="([^"]+)"', ben.get("/deliveries?state=queued&number=2").text
    )
    assert sorted(map(unescape, chips)) == ["/deliveries?number=2", "/deliveries?state=queued"]


def test_a_wrong_filter_is_shown_and_ignored(cast: Cast, browser: Callable[[str], Browser]) -> None:
    wrong = {"state": "lost", "channel": "fax", "since": "x", "until": "x", "number": "x" * 101}
    for field, given in wrong.items():
        page = browser("ben").get("/deliveries", query_string={field: given}).text
        assert error_at(page, field)
        assert len(rows(page)) == 2
    for cursor in ("x", "~", "🙂", "' OR 1=1"):
        answer = browser("ben").get("/deliveries", query_string={"after": cursor})
        assert answer.status_code == 200


def test_a_day_is_a_day_of_the_organisation(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    """23:30 UTC is the next day in Zürich, and the list shows it so."""
    with installation.of(app).database.transaction() as session:
        late = datetime(2026, 10, 30, 23, 30, tzinfo=UTC)
        session.execute(
            update(Dispatch).where(Dispatch.id == cast.dispatch.id).values(created_at=late)
        )
    ben = browser("ben")
    assert rows(ben.get("/deliveries?since=2026-10-31&until=2026-10-31").text) == [cast.dispatch.id]
    assert rows(ben.get("/deliveries?since=2026-10-30&until=2026-10-30").text) == []


def test_one_dispatch_shows_every_attempt_and_answer(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    refuse(app, cast.dispatch)
    ben, path = browser("ben"), f"/deliveries/{cast.dispatch.id}"
    assert ben.post(f"{path}/attempts", {"address": "ruth@kunden.example"}).status_code == 303
    refuse(app, cast.dispatch)
    page = ben.get(path).text
    shown = main_of(page)
    assert testids(page).count("attempt-row") == 2
    assert "550 5.1.1 no such user <ruth>" in shown
    assert "undeliverable" in shown
    assert "set off by Ben Brunner" in shown
    assert "set off by Kontor" in shown
    assert cast.ruth.email in shown


def test_staff_correct_the_address_and_try_again(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    refuse(app, cast.dispatch)
    ben, path = browser("ben"), f"/deliveries/{cast.dispatch.id}"
    for wrong in ("", "ruth", "a b@x.example", "x" * 250 + "@x.example"):
        answer = ben.post(f"{path}/attempts", {"address": wrong})
        assert answer.status_code == 422
        assert error_at(answer.text, "address")
        assert typed_in(answer.text, "address") == wrong
    assert now(app, cast.dispatch).state is State.UNDELIVERABLE
    answer = ben.post(f"{path}/attempts", {"address": "New@kunden.example", "state": "submitted"})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    found = now(app, cast.dispatch)
    assert (found.state, found.address, found.round) == (State.QUEUED, "new@kunden.example", 2)
    with installation.of(app).database.reading():
        assert work_is_promised("delivery.send")


def test_a_double_click_tries_again_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    refuse(app, cast.dispatch)
    ben, path = browser("ben"), f"/deliveries/{cast.dispatch.id}/attempts"
    assert ben.post(path, {"address": cast.ruth.email}).status_code == 303
    before = contents(installation.of(app))
    again = ben.post(path, {"address": cast.ruth.email})
    assert again.status_code == 409
    assert "on its way already" in main_of(again.text)
    assert contents(installation.of(app)) == before


def test_a_dispatch_is_withdrawn_before_it_went_out_and_not_after(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), f"/deliveries/{cast.dispatch.id}/withdrawal"
    assert ben.post(path).status_code == 303
    assert now(app, cast.dispatch).state is State.CANCELLED
    again = ben.post(path)
    assert again.status_code == 409
    assert "This dispatch is withdrawn: it cannot be withdrawn." in main_of(again.text)


def test_only_who_may_decide_is_offered_to(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    refuse(app, cast.dispatch)
    path = f"/deliveries/{cast.dispatch.id}"
    assert "try-again-go" in testids(browser("ben").get(path).text)
    assert "try-again-go" not in testids(browser("olga").get(path).text)
    assert browser("olga").post(f"{path}/attempts", {"address": "x@y.example"}).status_code == 403
    assert browser("dora").get(path).status_code == 404
    assert browser("ruth").get(path).status_code == 404
    assert browser("ruth").get("/deliveries").status_code == 403


def test_a_page_that_waits_asks_again_by_itself(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    path = f"/deliveries/{cast.dispatch.id}"
    assert 'hx-trigger="every' in browser("ben").get(path).text
    refuse(app, cast.dispatch)
    assert 'hx-trigger="every' not in browser("ben").get(path).text
    block = browser("ben").get(
        path, headers={"HX-Request": "true", "HX-Target": "section#progress"}
    )
    assert "<!doctype" not in block.text
    assert "550 5.1.1" in block.text


def test_a_letter_that_nobody_opened_says_so(cast: Cast, browser: Callable[[str], Browser]) -> None:
    """Only a person opens: there is nothing in the letter that tells (PY-26)."""
    assert "Openedunknown" in main_of(browser("ben").get(f"/deliveries/{cast.dispatch.id}").text)
