"""Settings of the channels: secrets are never shown, rules hold, what was held is looked at again."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core.journal import Entry
from app.delivery.actions import switching
from app.delivery.channels.setups import setup_of
from app.delivery.models import ChannelRule, ChannelSettings, DeliverySettings, Dispatch
from app.delivery.rules import Held, State
from app.organisations.rules import Channel
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast, work_is_promised
from tests.delivery.views.test_deliveries import now
from tests.web.observing import contents, error_at, main_of, testids

PATH = "/settings/channels/print"
SAID = {
    "is_on": "y",
    "cost": "1.20",
    "own-host": "sftp.print.example",
    "own-port": "22",
    "own-username": "kontor",
    "own-password": "open sesame",
    "own-return_address": "Haus Lindenhof, Zürich",
    "own-folder_in": "in",
    "own-folder_test": "test",
    "own-folder_out": "out",
    "own-folder_done": "out/done",
    "own-envelope": "auto",
    "own-cover": "auto",
    "own-most_pages": "100",
    "own-most_megabytes": "20",
}


@pytest.fixture
def anna(browser: Callable[[str], Browser]) -> Browser:
    """Runs the house, and has just signed in."""
    return browser("anna")


def kept(app: Flask, cast: Cast) -> tuple[str, str | None]:
    """Return which host and which password are kept."""
    with installation.of(app).database.reading():
        setup = setup_of(cast.lindenhof.id, Channel.PRINT)
        return setup.values.get("host", ""), setup.secrets.get("password")


def test_a_secret_is_kept_sealed_never_shown_and_asked_for_anew_where_it_would_go_elsewhere(
    app: Flask, cast: Cast, anna: Browser
) -> None:
    assert anna.post(PATH, SAID).status_code == 303
    assert kept(app, cast) == ("sftp.print.example", "open sesame")
    assert "open sesame" not in anna.get(PATH).text
    with installation.of(app).database.reading() as session:
        row = session.get_one(ChannelSettings, (cast.lindenhof.id, Channel.PRINT))
        assert (row.is_on, row.cost_minor) == (True, 120)
        assert "open sesame" not in f"{row.values}{row.sealed_secrets}"
        lines = session.scalars(select(Entry).where(Entry.name == "channel.changed")).all()
        assert lines
        assert all("open sesame" not in str(line.data) for line in lines)
    silent = {name: value for name, value in SAID.items() if name != "own-password"}
    assert anna.post(PATH, silent | {"cost": "0"}).status_code == 303
    assert kept(app, cast) == ("sftp.print.example", "open sesame")
    for elsewhere in ({"own-host": "evil.example"}, {"own-port": "2222"}, {"own-username": "x"}):
        answer = anna.post(PATH, silent | elsewhere)
        assert answer.status_code == 422
        assert error_at(answer.text, "own-password")
    assert kept(app, cast) == ("sftp.print.example", "open sesame")
    moved = SAID | {"own-host": "new.print.example", "own-password": "another"}
    assert anna.post(PATH, moved).status_code == 303
    assert kept(app, cast) == ("new.print.example", "another")


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    app: Flask, cast: Cast, anna: Browser
) -> None:
    before = contents(installation.of(app))
    for field, value in (("cost", "much"), ("cost", "-1"), ("own-host", ""), ("own-port", "0")):
        answer = anna.post(PATH, SAID | {field: value})
        assert answer.status_code == 422, field
        assert error_at(answer.text, field)
        assert "open sesame" not in answer.text
    assert contents(installation.of(app)) == before
    assert anna.get("/settings/channels/fax").status_code == 404


def test_the_log_of_a_connection_test_is_shown_and_nothing_is_sent(
    app: Flask, cast: Cast, anna: Browser
) -> None:
    anna.post(PATH, SAID | {"own-host": "127.0.0.1", "own-port": "9"})
    before = contents(installation.of(app))
    answer = anna.post(f"{PATH}/tests")
    assert answer.status_code == 200
    assert 'data-testid="channel-step" data-state="failed"' in answer.text
    assert "open sesame" not in answer.text
    assert contents(installation.of(app)) == before
    portal = anna.post("/settings/channels/portal/tests")
    assert "This channel needs no connection." in main_of(portal.text)


def test_staff_read_the_channels_and_only_administrators_set_them_up(
    browser: Callable[[str], Browser], cast: Cast
) -> None:
    olga, ben = browser("olga"), browser("ben")
    assert "channel-link" in testids(browser("anna").get("/settings/channels").text)
    for reader in (olga, ben):
        answer = reader.get("/settings/channels")
        if answer.status_code == 200:
            assert "channel-link" not in testids(answer.text)
            assert "ways-form" not in testids(answer.text)
        assert reader.post(PATH, SAID).status_code == 403
        assert reader.post(f"{PATH}/tests").status_code == 403


def test_a_new_order_of_ways_lets_go_what_no_channel_could_take(
    app: Flask, cast: Cast, anna: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "AT_ONCE", 1)
    here = installation.of(app)
    with here.database.transaction() as session:
        stuck = {"state": State.HELD, "held_because": Held.OBSTACLE, "channel": Channel.PRINT}
        mine = Dispatch.organisation_id == cast.lindenhof.id
        session.execute(update(Dispatch).where(mine).values(stuck))
        waiting = list(session.scalars(select(Dispatch.id).where(mine)))
    answer = anna.post("/settings/channels", {"first": "portal", "second": "", "third": "portal"})
    assert answer.status_code == 303
    with here.database.reading() as session:
        assert session.get_one(DeliverySettings, cast.lindenhof.id).fallback == ["portal"]
        assert work_is_promised("delivery.reconsider")
    after = ""
    for _slice in waiting:
        with here.database.transaction():
            switching.reconsider_house(cast.lindenhof.id, after)
        after = sorted(waiting)[0]
    with here.database.reading() as session:
        gone = session.scalars(select(Dispatch.state).where(Dispatch.id.in_(waiting))).all()
        assert set(gone) == {State.CANCELLED}
    assert now(app, cast.dispatch).held_because is Held.OBSTACLE
    assert anna.post("/settings/channels", {"first": "fax"}).status_code == 422


def test_a_rule_is_added_replaces_the_one_before_and_is_taken_away(
    app: Flask, cast: Cast, anna: Browser
) -> None:
    path = "/settings/channels/rules"
    rule = {"kind": "reminder", "level": "2", "number": "K-1", "channel": "portal"}
    for field, value in (("number", "K-77"), ("level", "10"), ("channel", "fax"), ("kind", "x")):
        answer = anna.post(path, rule | {field: value})
        assert answer.status_code == 422, field
        assert error_at(answer.text, field)
    assert error_at(anna.post(path, rule | {"kind": "invoice"}).text, "level")
    for channel in ("email", "portal"):
        assert anna.post(path, rule | {"channel": channel}).status_code == 303
    page = anna.get(path).text
    (one,) = re.findall(r'data-testid="channel-rule-row" data-id="(\w+)"', page)
    with installation.of(app).database.reading() as session:
        found = session.get_one(ChannelRule, one)
        kept = (found.customer_id, found.kind, found.level, found.channel)
        assert kept == (cast.keller.id, "reminder", 2, Channel.PORTAL)
    assert anna.post(f"{path}/{one}/removal").status_code == 303
    assert "channel-rules-empty" in testids(anna.get(path).text)
