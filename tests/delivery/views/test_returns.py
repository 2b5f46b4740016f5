import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.core import clock
from app.core.db import session
from app.delivery import actions
from app.delivery.actions import blocking, breaker
from app.delivery.channels.email import Result
from app.delivery.models import BlockedAddress, DeliverySettings, Dispatch
from app.delivery.queries import channels
from app.delivery.rules import Held, Outcome, State
from app.delivery.rules.bouncing import BlockReason, BouncePolicy
from app.organisations.models import Organisation, Recipient
from app.web import installation, paging
from tests.browser import Browser
from tests.cast import Cast
from tests.factories import BY
from tests.web.observing import error_at, testids

RUTH = "ruth@kunden.example"
REFUSED = Result(Outcome.PERMANENT, 550, "5.1.1", "550 5.1.1 no such user", is_hard=True)


def shown(page: str) -> list[str]:
    """Return the blocked addresses in a list, in order."""
    return re.findall(r'data-testid="blocked-row" data-id="([^"]+)"', page)


def block(app: Flask, house: Organisation, *addresses: str) -> None:
    with installation.of(app).database.transaction():
        for one in addresses:
            blocking.block(house.id, one, BlockReason.HARD, BY, code="5.1.1", said="550 no <user>")


def pause(app: Flask, house: Organisation) -> None:
    with installation.of(app).database.transaction():
        breaker._pause(house.id)


def test_blocked_addresses_stand_in_a_list_that_is_walked_and_searched(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    many = [f"a{number:02}@kunden.example" for number in range(paging.SIZE + 3)]
    block(app, cast.lindenhof, *many, "zoe@kunden.example")
    block(app, cast.brandt, "strange@else.example")
    olga = browser("olga")
    first = olga.get("/deliveries/blocked").text
    assert shown(first) == many[: paging.SIZE]
    assert "550 no &lt;user&gt;" in first
    (next_url,) = re.findall(r'href="([^"]+)"[^>]*data-testid="pager-next"', first)
    assert shown(olga.get(next_url.replace("&amp;", "&")).text) == [
        *many[-3:],
        "zoe@kunden.example",
    ]
    assert shown(olga.get("/deliveries/blocked?address=Zo").text) == ["zoe@kunden.example"]
    assert "empty" in testids(olga.get("/deliveries/blocked?address=strange").text)
    assert not {"blocked-lift", "block-form"} & set(testids(first))


def test_staff_block_and_lift_by_hand(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    wrong = ben.post("/deliveries/blocked", {"block-address": "no address"})
    assert wrong.status_code == 422
    assert error_at(wrong.text, "block-address")
    assert ben.post("/deliveries/blocked", {"block-address": RUTH}).status_code == 303
    again = ben.post("/deliveries/blocked", {"block-address": RUTH.upper()})
    assert (again.status_code, error_at(again.text, "block-address")) == (
        422,
        "This address is blocked already.",
    )
    assert shown(ben.get("/deliveries/blocked").text) == [RUTH]
    assert ben.post("/deliveries/blocked/lifting", {"address": RUTH}).status_code == 303
    assert ben.post("/deliveries/blocked/lifting", {"address": RUTH}).status_code == 409
    assert shown(ben.get("/deliveries/blocked").text) == []


def test_a_customers_page_says_what_came_back_and_sends_the_rest_to_the_new_address(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    here = installation.of(app)
    with here.database.transaction():
        sending = actions.begin(cast.dispatch.id)
        assert sending is not None
        actions.finish(sending, REFUSED)  # type: ignore[arg-type]
    block(app, cast.lindenhof, RUTH)
    ben, path = browser("ben"), f"/customers/{cast.keller.id}"
    page = ben.get(path).text
    assert "recipient-blocked" in testids(page)
    assert "recipient-rest" not in testids(page)
    with here.database.transaction():
        session().execute(
            update(Recipient)
            .where(Recipient.id == cast.recipient.id)
            .values(email="ruth@neu.example")
        )
    page = ben.get(path).text
    assert "recipient-blocked" not in testids(page)
    assert "recipient-send-rest" in testids(page)
    assert "recipient-send-rest" not in testids(browser("olga").get(path).text)
    rest = f"{path}/recipients/{cast.recipient.id}/redelivery"
    assert ben.post(rest).status_code == 303
    with here.database.reading():
        one = session().get_one(Dispatch, cast.dispatch.id)
        assert (one.state, one.address) == (State.QUEUED, "ruth@neu.example")
    assert "recipient-rest" not in testids(ben.get(path).text)


@pytest.mark.parametrize("policy", list(BouncePolicy))
def test_an_administrator_chooses_what_follows(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], policy: BouncePolicy
) -> None:
    anna, path = browser("anna"), "/settings/channels/returns"
    assert anna.post(path, {"policy": "nothing"}).status_code == 422
    assert anna.post(path, {"policy": policy.value}).status_code == 303
    with installation.of(app).database.reading():
        found = session().get_one(DeliverySettings, cast.lindenhof.id)
        assert found.bounce_policy is policy
    page = anna.get(path).text
    assert re.search(
        rf'value="{policy.value}"[^>]*checked|checked[^>]*value="{policy.value}"', page
    )
    assert "returns-policy" in testids(browser("olga").get(path).text)


def test_that_letters_pause_is_said_and_an_administrator_lets_them_go_on(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert "letters-paused" not in testids(browser("ben").get("/deliveries").text)
    pause(app, cast.lindenhof)
    with installation.of(app).database.transaction():
        assert actions.begin(cast.dispatch.id) is None
        assert session().get_one(Dispatch, cast.dispatch.id).held_because is Held.BREAKER
    page = browser("ben").get("/deliveries").text
    assert "letters-paused" in testids(page)
    assert "letters-go-on" not in testids(page)
    anna = browser("anna")
    assert "letters-go-on" in testids(anna.get("/deliveries").text)
    go_on = "/settings/channels/returns/going-on"
    assert anna.post(go_on).status_code == 303
    assert anna.post(go_on).status_code == 409
    with installation.of(app).database.transaction():
        settings = channels.house_settings(cast.lindenhof.id)
        assert settings.letters_paused_at is None
        assert settings.letters_resumed_at is not None
        assert settings.letters_resumed_at <= clock.now()
        breaker.go_on(cast.lindenhof.id, "")
        assert session().get_one(Dispatch, cast.dispatch.id).state is State.QUEUED
        assert session().scalars(select(BlockedAddress)).all() == []
