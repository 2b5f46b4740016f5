import re

from flask import Flask

from app.organisations import rules
from app.organisations.views import BY_NIGHT, NIGHT, PAPER
from tests.browser import Browser


def test_the_colour_of_a_house_is_readable_by_day_and_by_night(app: Flask) -> None:
    for colour in ("17586b", "ffff00", "ffffff", "000000", "ff0000", "767676"):
        answer = Browser(app).get(f"/brand/{colour}.css")
        assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
        assert "immutable" in answer.headers["Cache-Control"]
        found = dict(re.findall(r"--([a-z-]+):(#[0-9a-f]{6})", answer.text))
        for ground in (PAPER, "#ffffff"):
            assert rules.contrast(found["accent"], ground) >= 4.5
        for ground in (NIGHT, "#151a22"):
            assert rules.contrast(found["accent-dark"], ground) >= BY_NIGHT
        assert rules.contrast(found["on-accent"], found["accent"]) >= 4.5
        assert rules.contrast(found["on-accent-dark"], found["accent-dark"]) >= 4.5
