from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.access.gate import door_of, gate, public
from app.access.grants import Can
from app.access.principal import Principal
from app.core import ids
from tests.browser import Browser
from tests.cast import Cast

PLAIN = {"Content-Type": "text/plain"}
THING = ids.new()


def find(who: Principal, thing_id: str) -> str | None:
    """Find the one thing that exists, for the house Lindenhof only."""
    return "the thing" if thing_id == THING and not who.is_guest else None


def put(app: Flask, rule: str, view: Callable[..., Any]) -> None:
    app.add_url_rule(rule, "things", view)


def show(thing: str) -> tuple[str, dict[str, str]]:
    return f"here is {thing}", PLAIN


def test_the_door_hands_over_what_it_found(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    put(app, "/things/<id:thing_id>", gate(Can.READ_CUSTOMERS, find)(show))
    answers = {
        who: browser(who).get(f"/things/{THING}")
        for who in ("nobody", "expired", "paul", "guest", "ruth", "olga")
    }
    assert {who: one.status_code for who, one in answers.items()} == {
        "nobody": 303,
        "expired": 303,
        "paul": 303,
        "guest": 404,
        "ruth": 403,
        "olga": 200,
    }
    assert answers["olga"].text == "here is the thing"


def test_what_does_not_exist_is_not_there_for_anybody(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    put(app, "/things/<id:thing_id>", gate(Can.READ_CUSTOMERS, find)(show))
    for who in ("ruth", "anna"):
        assert browser(who).get(f"/things/{ids.new()}").status_code == 404


def test_where_the_address_names_nothing_the_table_is_asked_first(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    asked = []

    def find_all(who: Principal) -> str:
        asked.append(who.name)
        return "all things"

    put(app, "/things", gate(Can.READ_CUSTOMERS, find_all)(show))
    assert browser("ruth").get("/things").status_code == 403
    assert asked == []
    assert browser("ben").get("/things").text == "here is all things"
    assert asked == ["Ben Brunner"]


def test_a_door_without_a_finder_hands_over_nothing(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    put(app, "/things", gate(Can.READ_CUSTOMERS)(lambda: ("all", PLAIN)))
    assert browser("ben").get("/things").text == "all"


def test_a_door_says_what_it_asks() -> None:
    gated = door_of(gate(Can.SEE_DESK)(show))
    open_one = door_of(public("everybody may see what everybody knows")(show))
    assert gated is not None
    assert open_one is not None
    assert (gated.permission, gated.reason) == (Can.SEE_DESK, "")
    assert (open_one.permission, open_one.reason.split()[0]) == (None, "everybody")


def test_a_view_without_a_door_is_noticed() -> None:
    def forgotten() -> None: ...

    assert door_of(forgotten) is None


@pytest.mark.parametrize("view", [show, find])
def test_a_door_keeps_the_name_of_its_view(view: Callable[..., Any]) -> None:
    assert gate(Can.SEE_DESK)(view).__name__ == view.__name__
