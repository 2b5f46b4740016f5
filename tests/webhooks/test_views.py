"""What administrators see and do about webhooks."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, journal
from app.core.db import session
from app.web import installation
from app.webhooks.actions import deliveries
from app.webhooks.channels import signing
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import EVENT_NAMES, EndpointState, State
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import contents, error_at

PAGE = "/settings/webhooks"
SECRET = re.compile(r'value="(whsec_[\w+/]{43}=)"')
GOOD = {"url": "https://hooks.example/new", "events": ["quote.accepted", "comment.added"]}


def page_of(cast: Cast) -> str:
    assert cast.webhook is not None
    return f"{PAGE}/{cast.webhook.id}"


def newest(app: Flask) -> WebhookEndpoint:
    with installation.of(app).database.reading():
        found = session().scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id.desc()))
        return found.first()  # type: ignore[return-value]


def test_a_secret_is_shown_once_and_lies_nowhere(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    answer = anna.post(PAGE, GOOD | {"description": "Shop <1>"})
    assert answer.status_code == 201
    found = SECRET.search(answer.text)
    assert found is not None
    endpoint = newest(app)
    assert found[1] == signing.secret(endpoint.id, 1)
    assert endpoint.events == ["comment.added", "quote.accepted"]
    for path in (PAGE, f"{PAGE}/{endpoint.id}", f"{PAGE}/{endpoint.id}/edit"):
        shown = anna.get(path).text
        assert "whsec_" not in shown
        assert "hooks.example/new" in shown
    assert found[1].removeprefix("whsec_") not in str(contents(installation.of(app)))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://hooks.example/",
        "https://127.0.0.1/",
        "https://user:secret@hooks.example/",
        "https://169.254.169.254/latest/",
        "hooks.example",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_is_never_called_is_not_taken(
    browser: Callable[[str], Browser], url: str
) -> None:
    answer = browser("anna").post(PAGE, GOOD | {"url": url})
    assert answer.status_code == 422
    assert error_at(answer.text, "url")


def test_an_endpoint_hears_something_that_there_is(browser: Callable[[str], Browser]) -> None:
    for events in ([], ["webhook.tested"], ["everything"]):
        answer = browser("anna").post(PAGE, GOOD | {"events": events})
        assert answer.status_code == 422
        assert error_at(answer.text, "events")


def test_only_administrators_see_webhooks(cast: Cast, browser: Callable[[str], Browser]) -> None:
    for who, shown in (("anna", True), ("ben", False), ("olga", False)):
        assert ("settings-webhooks" in browser(who).get("/settings").text) == shown
        assert (browser(who).get(page_of(cast)).status_code == 200) == shown


def test_an_endpoint_is_changed_switched_off_and_on(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    changed = {"url": "https://hooks.example/2", "events": ["payment.received"]}
    assert anna.post(page_of(cast), changed).status_code == 303
    found = newest(app)
    assert (found.url, found.events) == (changed["url"], changed["events"])
    assert found.state is EndpointState.OFF
    assert "webhook-test" not in anna.get(page_of(cast)).text.replace("webhook-test-card", "")
    assert anna.post(f"{page_of(cast)}/tests").status_code == 409
    assert anna.post(page_of(cast), changed | {"is_active": "y"}).status_code == 303
    assert newest(app).state is EndpointState.ACTIVE
    with installation.of(app).database.reading():
        lines = journal.about("webhook", found.id)
    assert [line.data["fields"] for line in lines if line.name == "webhook.changed"] == [
        ["state"],
        ["description", "events", "state", "url"],
    ]
    assert anna.post(page_of(cast), changed | {"url": "ftp://x"}).status_code == 422


def test_what_was_paused_says_why_and_is_forgiven_when_switched_on(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    with installation.of(app).database.transaction():
        found = session().get_one(WebhookEndpoint, page_of(cast).rpartition("/")[2])
        found.state, found.failing_since = EndpointState.PAUSED, clock.now() - timedelta(days=6)
    assert "webhook-paused" in anna.get(page_of(cast)).text
    assert anna.post(page_of(cast), GOOD).status_code == 303
    assert newest(app).state is EndpointState.PAUSED, "saving without the tick changes nothing"
    anna.post(page_of(cast), GOOD | {"is_active": "y"})
    assert (newest(app).state, newest(app).failing_since) == (EndpointState.ACTIVE, None)


def test_a_new_secret_is_shown_once_and_a_second_click_is_told_so(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    answer = anna.post(f"{page_of(cast)}/secret", {"number": "1"})
    found = SECRET.search(answer.text)
    assert answer.status_code == 201
    assert found is not None
    assert found[1] == signing.secret(newest(app).id, 2)
    assert "webhook-old-secret" in answer.text
    for number in ("1", "", "x", "9" * 40):
        assert anna.post(f"{page_of(cast)}/secret", {"number": number}).status_code == 409
    assert newest(app).secret_number == 2


def test_a_removed_endpoint_is_gone(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    assert anna.post(f"{page_of(cast)}/removal").status_code == 303
    assert anna.get(page_of(cast)).status_code == 404
    assert "webhook-row" not in anna.get(PAGE).text


def test_a_test_event_leads_to_its_message_and_can_be_watched(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    answer = anna.post(f"{page_of(cast)}/tests")
    assert answer.status_code == 303
    shown = anna.get(answer.headers["Location"])
    assert shown.status_code == 200
    assert "progress-poll" in shown.text
    assert "webhook.tested" in shown.text
    piece = anna.get(
        answer.headers["Location"],
        headers={"HX-Request": "true", "HX-Target": "section#progress"},
    )
    assert "<h1" not in piece.text
    assert "webhook-attempts-empty" in piece.text


def test_a_message_can_be_sent_again(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert cast.told is not None
    anna, path = browser("anna"), f"{page_of(cast)}/deliveries/{cast.told.id}"
    for _time in range(2):
        assert anna.post(f"{path}/replay").status_code == 303
    with installation.of(app).database.reading():
        found = session().get_one(WebhookDelivery, cast.told.id)
    assert found.state is State.WAITING


def test_the_log_is_narrowed_and_paged(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    with installation.of(app).database.transaction():
        endpoint = session().get_one(WebhookEndpoint, page_of(cast).rpartition("/")[2])
        for number in range(60):
            entry = journal.record(
                "quote.accepted",
                journal.SYSTEM,
                organisation_id=endpoint.organisation_id,
                about=("document", cast.invoice.id),
                answer=str(number),
            )
            deliveries.tell(entry)
    rows = re.compile('data-testid="webhook-delivery-row"')
    first = anna.get(f"{page_of(cast)}?event=quote.accepted")
    assert len(rows.findall(first.text)) == 25
    following = re.findall(r'id="pager-next" href="([^"]+)"', first.text)[0].replace("&amp;", "&")
    second = anna.get(following)
    assert len(rows.findall(second.text)) == 25
    assert not set(re.findall(r'id="delivery-(\w+)"', first.text)) & set(
        re.findall(r'id="delivery-(\w+)"', second.text)
    )
    assert len(rows.findall(anna.get(f"{page_of(cast)}?state=delivered").text)) == 1
    assert "webhook-delivery-row" not in anna.get(f"{page_of(cast)}?state=failed").text
    assert anna.get(f"{page_of(cast)}?state=x&event=y&after=z").status_code == 200


def test_all_that_failed_is_sent_again(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert cast.told is not None
    anna = browser("anna")
    with installation.of(app).database.transaction():
        session().get_one(WebhookDelivery, cast.told.id).state = State.FAILED
    tomorrow = (clock.now() + timedelta(days=2)).date()
    for since, left in ((str(tomorrow), State.FAILED), ("0001-01-01", State.WAITING)):
        answer = anna.post(f"{page_of(cast)}/replays", {"since": since})
        assert answer.status_code == 303
        with installation.of(app).database.reading():
            assert session().get_one(WebhookDelivery, cast.told.id).state is left
    assert anna.post(f"{page_of(cast)}/replays", {"since": "9999-12-31"}).status_code == 303
    wrong = anna.post(f"{page_of(cast)}/replays", {"since": "soon"})
    assert wrong.status_code == 422
    assert error_at(wrong.text, "since")


def test_every_event_can_be_chosen(browser: Callable[[str], Browser]) -> None:
    page = browser("anna").get(PAGE).text
    assert all(f'value="{name}"' in page for name in EVENT_NAMES)
