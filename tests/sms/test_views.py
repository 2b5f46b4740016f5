"""What those who run the house see and decide about text messages."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import journal
from app.core.runtime import Runtime
from app.demo.sms_gateway import SmsGateway
from app.identity import actions as identity
from app.notices.models import Notice
from app.organisations import queries as organisations
from app.sms import queries
from app.sms.models import SmsSettings
from app.sms.rules.life import State
from jobs import pump, reactions
from tests.browser import Browser
from tests.cast import Cast
from tests.sms.house import SWISS, messages, text_to
from tests.web.observing import contents, error_at

PAGE = "/settings/sms"
SECRET = "a token of eighteen letters"
TWILIO = {
    "is_on": "y",
    "gateway": "twilio",
    "sender": "Lindenhof",
    "account": "AC0123456789abcdef",
    "secret": SECRET,
    "authentication": "bearer",
    "per_day": "50",
    "per_country_and_day": "50",
    "per_month": "500",
    "price": "0.068",
    "money": "20",
    "countries": "ch, de",
}
PLAIN = TWILIO | {
    "gateway": "http",
    "url": "https://sms.example/send",
    "template": '{"to": "{to}", "text": "{text}"}',
    "account": "",
}


@pytest.fixture
def anna(app: Flask, here: Runtime, cast: Cast) -> Browser:
    """An administrator who showed just now that it is her."""
    with here.database.transaction():
        found = organisations.signed_in(cast.tokens["anna"])
        assert found is not None
        return Browser(app, identity.confirm(found.session.id))


def settings_in(here: Runtime, cast: Cast) -> SmsSettings | None:
    with here.database.reading():
        return queries.settings_of(cast.lindenhof.id)


def test_a_gateway_is_set_up_and_its_secret_is_never_shown(
    here: Runtime, cast: Cast, anna: Browser, browser: Callable[[str], Browser]
) -> None:
    assert anna.post(PAGE, TWILIO).status_code == 303
    found = settings_in(here, cast)
    assert found is not None
    assert found.countries == ["CH", "DE"]
    assert (found.price_minor, found.money_per_month, found.can_send) == (7, 2000, True)
    for path in (PAGE, f"{PAGE}/edit"):
        assert SECRET not in anna.get(path).text
    assert SECRET not in str(contents(here))
    read = browser("olga").get(PAGE)
    assert 'data-testid="sms-stop"' not in read.text
    assert "…ters" in read.text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"account": "mine"}, "account"),
        ({"sender": "much too long a name"}, "sender"),
        ({"countries": "CH, Switzerland"}, "countries"),
        ({"per_day": "0"}, "per_day"),
        ({"price": "cheap"}, "price"),
        ({"secret": ""}, "secret"),
        (PLAIN | {"url": "https://169.254.169.254/"}, "url"),
        (PLAIN | {"url": ""}, "url"),
        (PLAIN | {"template": '{"to": "{to}"}'}, "template"),
        (PLAIN | {"template": '["{to}", "{text}"]'}, "template"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    here: Runtime, cast: Cast, anna: Browser, typed: dict[str, str], field: str
) -> None:
    answer = anna.post(PAGE, TWILIO | typed)
    assert answer.status_code == 422
    assert error_at(answer.text, field)
    assert settings_in(here, cast) is None


def test_a_secret_does_not_follow_to_another_address(
    here: Runtime, cast: Cast, anna: Browser
) -> None:
    anna.post(PAGE, PLAIN)
    moved = PLAIN | {"url": "https://elsewhere.example/", "secret": ""}
    answer = anna.post(PAGE, moved)
    assert answer.status_code == 422
    assert error_at(answer.text, "secret")
    assert anna.post(PAGE, PLAIN | {"secret": "", "per_day": "60"}).status_code == 303
    found = settings_in(here, cast)
    assert found is not None
    assert (found.url, found.per_day) == ("https://sms.example/send", 60)


def test_a_test_message_arrives_and_stands_in_the_log_without_its_text(
    here: Runtime, anna: Browser, gateway: SmsGateway
) -> None:
    gateway.faults.receipts = "lost"
    anna.post(PAGE, TWILIO)
    assert anna.post(f"{PAGE}/tests", {"number": "079 123 45 42"}).status_code == 303
    assert "results-poll" in anna.get(PAGE).text
    pump.work(here, 5)
    (taken,) = gateway.books.taken
    assert taken.number == SWISS
    shown = anna.get(PAGE).text
    assert "+41 ••• ••• 42" in shown
    assert "0.07\N{NO-BREAK SPACE}CHF of 20.00\N{NO-BREAK SPACE}CHF" in shown
    assert taken.text not in shown
    assert "results-poll" not in shown
    answer = anna.post(f"{PAGE}/tests", {"number": "0900 123 456"})
    assert (answer.status_code, "earns" in error_at(answer.text, "number")) == (422, True)


def test_the_switch_stops_everything_at_once(here: Runtime, cast: Cast, anna: Browser) -> None:
    anna.post(PAGE, TWILIO)
    with here.database.transaction():
        text_to(cast.lindenhof)
    for _twice in range(2):
        assert anna.post(f"{PAGE}/stop").status_code == 303
    pump.work(here, 5)
    with here.database.reading():
        assert [message.state for message in messages()] == [State.FAILED]
        names = [entry.name for entry in journal.about("organisation", cast.lindenhof.id)]
    assert names.count("sms.stopped") == 1


def test_a_pause_is_told_to_the_administrators_and_ended_by_them(
    here: Runtime, cast: Cast, anna: Browser
) -> None:
    anna.post(PAGE, TWILIO)
    with here.database.transaction() as session:
        session.execute(SmsSettings.__table__.update().values(paused_at=cast.lindenhof.created_at))
        about = ("organisation", cast.lindenhof.id)
        entry = journal.announce(
            "sms.paused",
            journal.SYSTEM,
            organisation_id=cast.lindenhof.id,
            about=about,
            country="CH",
            codes=20,
            used=1,
        )
    with here.database.transaction() as session:
        reactions.react(entry.id)
        reactions.react(entry.id)
        notices = session.scalars(select(Notice).where(Notice.key.like("sms-paused%"))).all()
        assert [notice.address for notice in notices] == [cast.anna.email]
    assert 'data-testid="sms-paused"' in anna.get(PAGE).text
    assert anna.post(f"{PAGE}/resumption").status_code == 303
    found = settings_in(here, cast)
    assert found is not None
    assert found.can_send
    assert found.resumed_at is not None


def test_the_secret_of_receipts_is_made_and_shown_once(
    here: Runtime, cast: Cast, anna: Browser
) -> None:
    anna.post(PAGE, TWILIO)
    assert anna.post(f"{PAGE}/secret").status_code == 409
    anna.post(PAGE, PLAIN)
    answer = anna.post(f"{PAGE}/secret")
    assert (answer.status_code, "whsec_" in answer.text) == (201, True)
    assert "whsec_" not in anna.get(f"{PAGE}/edit").text
    found = settings_in(here, cast)
    assert found is not None
    assert found.hook_number == 2


def test_the_mailbox_of_the_demonstration_shows_what_was_texted(
    here: Runtime, cast: Cast, anna: Browser, gateway: SmsGateway
) -> None:
    caught_in = here.settings.mail_caught_in
    assert caught_in is not None
    gateway.folder = caught_in / "texts"
    anna.post(PAGE, TWILIO)
    with here.database.transaction():
        text_to(cast.lindenhof, text="<b>4711</b>")
    pump.work(here, 5)
    shown = anna.get("/mailbox").text
    assert "&lt;b&gt;4711&lt;/b&gt;" in shown
    assert f'data-number="{SWISS}"' in shown
