from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock, journal, tokens
from app.core.journal import Entry
from app.identity import actions, rules
from app.identity.actions import Browser
from app.identity.actions.devices import meet
from app.identity.models import KnownDevice, Person
from app.web import installation
from tests.browser import Browser as Window
from tests.cast import Cast
from tests.identity.test_views import SECRET, sign_in
from tests.installation import BASE_URL

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"
HOME = Browser("203.0.113.7", FIREFOX, tokens.new())
PHONE = Browser("198.51.100.20", CHROME, tokens.new())


def told(session: Session) -> list[Entry]:
    session.flush()
    rows = select(Entry).where(Entry.name == "person.new_device").order_by(Entry.id)
    return list(session.scalars(rows))


def test_the_first_browser_is_no_news_and_the_second_is_once(ben: Person, session: Session) -> None:
    for browser in (HOME, HOME, PHONE, PHONE, HOME):
        meet(ben, browser)
    (entry,) = told(session)
    assert entry.data == {"agent": CHROME, "address": "198.51.100.…"}
    kept = {one.token_hash for one in session.scalars(select(KnownDevice))}
    assert kept == {tokens.fingerprint(HOME.device), tokens.fingerprint(PHONE.device)}


def test_a_token_in_another_kind_of_browser_was_copied(ben: Person, session: Session) -> None:
    meet(ben, HOME)
    meet(ben, replace(HOME, agent=FIREFOX.replace("144", "145")))
    assert told(session) == [], "an update is no new browser"
    meet(ben, replace(HOME, agent=CHROME))
    assert len(told(session)) == 1


def test_who_forgets_cookies_is_told_once_a_day(ben: Person, session: Session) -> None:
    meet(ben, HOME)
    for _time in range(3):
        meet(ben, replace(PHONE, device=tokens.new()))
    assert len(told(session)) == 1
    with clock.standing_at(clock.now() + timedelta(days=1)):
        meet(ben, replace(PHONE, device=tokens.new()))
        assert len(told(session)) == 2
    meet(ben, replace(PHONE, device=tokens.new(), address="192.0.2.9"))
    assert len(told(session)) == 3, "elsewhere is news"


def test_browsers_not_seen_for_long_are_forgotten(ben: Person, session: Session) -> None:
    meet(ben, HOME)
    with clock.standing_at(clock.now() + rules.DEVICE_LIFE + timedelta(days=1)):
        meet(ben, PHONE)
        actions.sweep()
    (left,) = session.scalars(select(KnownDevice))
    assert left.token_hash == tokens.fingerprint(PHONE.device)


@pytest.mark.parametrize(
    ("address", "shown"),
    [("203.0.113.7", "203.0.113.…"), ("2001:db8:12:34::1", "2001:db8:12:…"), ("", "")],
)
def test_a_mail_says_roughly_from_where(address: str, shown: str) -> None:
    assert rules.rough_address(address) == shown


def test_a_browser_keeps_its_token_over_signing_out(app: Flask, cast: Cast) -> None:
    with installation.of(app).database.transaction() as session:
        actions.set_password(session.get_one(Person, cast.ruth.id), SECRET)
    window = Window(app)
    for _visit in range(2):
        assert sign_in(window, cast.ruth.email).status_code == 303
        window.post("/sign-out")
    kept = window.client.get_cookie("kontor-device", domain="kontor.test")
    assert kept is not None
    assert (kept.http_only, kept.same_site) == (True, "Lax")
    with installation.of(app).database.reading() as session:
        assert session.scalars(select(KnownDevice.token_hash)).all() == [
            tokens.fingerprint(kept.value)
        ]
        names = [entry.name for entry in journal.about("person", cast.ruth.id)]
        assert "person.new_device" not in names
    assert window.client.get("/account", base_url=BASE_URL).status_code == 303
