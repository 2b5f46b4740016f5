"""One recipient: what is possible and why not, data that are checked, a channel that can be asked."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from app.core import clock
from app.delivery.channels import register
from app.delivery.channels.adapter import Check, Setup
from app.delivery.models import ChannelSettings, Dispatch
from app.delivery.rules import Held, Obstacle, State
from app.organisations.models import Recipient
from app.organisations.rules import Channel
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.delivery.views.test_deliveries import now
from tests.web.observing import contents, error_at, main_of, testids


def place(cast: Cast) -> str:
    return f"/customers/{cast.keller.id}/recipients/{cast.recipient.id}"


def kept(app: Flask, cast: Cast) -> Recipient:
    with installation.of(app).database.reading() as session:
        return session.get_one(Recipient, cast.recipient.id)


def connect(app: Flask, cast: Cast, channel: Channel, **values: object) -> None:
    with installation.of(app).database.transaction() as session:
        session.add(
            ChannelSettings(
                organisation_id=cast.lindenhof.id,
                channel=channel,
                is_on=True,
                values=values,
                changed_at=clock.now(),
            )
        )


def ways(page: str) -> dict[str, str]:
    """Return for each channel what stands in its way."""
    found = re.findall(r'data-testid="recipient-way" data-id="(\w+)" data-obstacle="(\w*)"', page)
    return dict(found)


def test_every_channel_says_what_stands_in_its_way(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    before = ways(ben.get(place(cast)).text)
    assert before["email"] == before["portal"] == ""
    assert before["efaktura"] == before["ebill"] == Obstacle.INCOMPLETE.value
    connect(app, cast, Channel.EFAKTURA, way="folder")
    with installation.of(app).database.transaction() as session:
        session.execute(update(Recipient).values(email=None))
    found = ways(ben.get(place(cast)).text)
    assert found["email"] != ""
    assert found["efaktura"] not in ("", Obstacle.OFF.value)


def test_what_a_channel_asks_for_is_checked_at_its_field(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben, path = browser("ben"), place(cast)
    before = contents(installation.of(app))
    for said, field in (
        ({"channel": "email", "email": "nobody"}, "email"),
        ({"channel": "email", "email": ""}, "channel"),
        ({"channel": "fax", "email": "ruth@kunden.example"}, "channel"),
        ({"channel": "portal", "email": "x" * 250 + "@x.example"}, "email"),
    ):
        answer = ben.post(path, said)
        assert answer.status_code == 422, said
        assert error_at(answer.text, field)
    assert contents(installation.of(app)) == before
    # Another channel is chosen first; what it asks for stands on the page that opens then.
    assert (
        ben.post(path, {"channel": "efaktura", "endpoint": "760 1003 001 600"}).status_code == 303
    )
    assert kept(app, cast).endpoint == "7601003001600"
    page = ben.get(path).text
    assert 'name="own-family_name"' in page
    answer = ben.post(path, {"channel": "efaktura", "own-born_on": "2999-01-01"})
    assert answer.status_code == 422
    assert error_at(answer.text, "own-family_name")
    assert error_at(answer.text, "own-born_on")
    assert browser("olga").post(path, {"channel": "portal"}).status_code == 403


def test_what_waited_for_the_data_goes_out_once_they_are_complete(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction() as session:
        one = update(Dispatch).where(Dispatch.id == cast.dispatch.id)
        session.execute(one.values(state=State.HELD, held_because=Held.OBSTACLE))
    said = {"channel": "email", "email": "New@Kunden.example", "country": "ch", "city": "Zug"}
    assert browser("ben").post(place(cast), said).status_code == 303
    found = now(app, cast.dispatch)
    assert (found.state, found.address) == (State.QUEUED, "new@kunden.example")
    assert kept(app, cast).postal == {
        **dict.fromkeys(("line", "street", "postcode"), ""),
        "city": "Zug",
        "country": "CH",
    }


@pytest.mark.parametrize("found", [Check.OK, Check.NOT_SUBSCRIBED, Check.UNCHECKED])
def test_a_channel_is_asked_for_a_recipient_and_its_word_is_kept(
    app: Flask,
    cast: Cast,
    browser: Callable[[str], Browser],
    monkeypatch: pytest.MonkeyPatch,
    found: Check,
) -> None:
    ben, path = browser("ben"), place(cast)
    assert "recipient-check" not in testids(ben.get(path).text)
    assert ben.post(f"{path}/check").status_code == 409
    asked: list[str] = []

    def answer(_setup: Setup, address: str) -> tuple[Check, str]:
        asked.append(address)
        if found is Check.UNCHECKED:
            raise ConnectionError("nobody answers")
        return found, "Ruth & Co."

    adapter = replace(register.ADAPTERS[Channel.EBILL], check=answer)
    monkeypatch.setitem(register.ADAPTERS, Channel.EBILL, adapter)  # type: ignore[arg-type]
    ben.post(path, {"channel": "ebill", "endpoint": "4101 0560 4256 1017 3"})
    said = ben.post(f"{path}/check", follow_redirects=True).text
    assert asked == ["41010560425610173"]
    assert kept(app, cast).checked == found.value
    heard = "nobody answers" if found is Check.UNCHECKED else "Ruth & Co."
    assert heard in main_of(said)
