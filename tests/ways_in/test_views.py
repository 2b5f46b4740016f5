"""The settings of the address for documents."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from app.core import journal
from app.ways_in import queries
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import contents, error_at, testids

PAGE = "/settings/mail-in"
ADDRESS = re.compile(r'value="(lindenhof\+[a-z2-7]{16}@[^"]+)"')


@pytest.fixture
def here(app: Flask) -> Flask:
    """These tests need a portal, and no more of an installation than that."""
    return app


def open_for(anna: Browser, senders: str) -> str:
    assert anna.post(PAGE, {"is_open": "y", "senders": senders}).status_code == 303
    found = ADDRESS.search(anna.get(PAGE).text)
    assert found is not None
    return found[1]


def test_there_is_no_address_until_somebody_opens_it(browser: Callable[[str], Browser]) -> None:
    shown = browser("anna").get(PAGE).text
    assert "mail-in-copy" not in testids(shown)
    assert "mail-in-deaf" in testids(shown)


def test_it_is_opened_for_senders_renewed_once_and_closed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    anna = browser("anna")
    first = open_for(anna, " ERP@Lieferant.example \n\n*@vertrag.example, erp@lieferant.example")
    with installation.of(app).database.reading():
        row = queries.mail_in_of(cast.lindenhof.id)
        assert row is not None
        assert row.senders == ["erp@lieferant.example", "@vertrag.example"]
    assert anna.post(f"{PAGE}/renewal", {"generation": "1"}).status_code == 303
    second = ADDRESS.search(anna.get(PAGE).text)
    assert second is not None
    assert second[1] != first
    for stale in ("1", "", "x", "²"):
        assert anna.post(f"{PAGE}/renewal", {"generation": stale}).status_code == 409
    anna.post(PAGE, {"senders": ""})
    assert ADDRESS.search(anna.get(PAGE).text)[1] == second[1]
    with installation.of(app).database.reading():
        names = [one.name for one in journal.about("organisation", cast.lindenhof.id)]
    assert names[:3] == ["mail_in.changed", "mail_in.renewed", "mail_in.changed"]


def test_the_database_does_not_give_the_address(
    app: Flask, browser: Callable[[str], Browser]
) -> None:
    address = open_for(browser("anna"), "@a.example")
    secret = address.partition("+")[2].partition("@")[0]
    assert secret not in str(contents(installation.of(app)))


@pytest.mark.parametrize(
    "senders", ["", "nobody", "@", "@localhost", "a b@c.example", "a@b.example\n*"]
)
def test_who_may_send_is_said_exactly(browser: Callable[[str], Browser], senders: str) -> None:
    answer = browser("anna").post(PAGE, {"is_open": "y", "senders": senders})
    assert answer.status_code == 422
    assert error_at(answer.text, "senders")


def test_only_administrators_see_the_address(browser: Callable[[str], Browser]) -> None:
    open_for(browser("anna"), "@a.example")
    for who, status in (("anna", 200), ("ben", 403), ("olga", 403), ("ruth", 403)):
        assert browser(who).get(PAGE).status_code == status
        assert ("settings-mail-in" in browser(who).get("/settings").text) == (who == "anna")
