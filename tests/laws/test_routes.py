"""Every route has a door, a tidy address, and a place in the list of promised addresses."""

import re
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from app.access.gate import door_of

PROMISED = Path(__file__).parent.parent / "routes.txt"
FEWEST = 40


def rules(app: Flask) -> list[Rule]:
    return sorted(
        app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))
    )


def test_every_route_has_a_door(app: Flask) -> None:
    found = rules(app)
    without = [
        rule.endpoint for rule in found if door_of(app.view_functions[rule.endpoint]) is None
    ]
    assert without == []
    assert len(found) >= FEWEST


def test_a_public_route_says_why(app: Flask) -> None:
    for rule in rules(app):
        door = door_of(app.view_functions[rule.endpoint])
        assert door is not None
        assert door.permission is not None or len(door.reason.split()) >= 5, rule.rule


def test_addresses_are_nouns_in_kebab_case(app: Flask) -> None:
    for rule in rules(app):
        for part in re.sub(r"<[^>]+>", "", rule.rule).strip("/").split("/"):
            assert re.fullmatch(r"[a-z0-9.-]*", part), rule.rule


def test_ids_in_addresses_are_typed(app: Flask) -> None:
    untyped = [
        rule.rule
        for rule in rules(app)
        for argument in rule.arguments
        if argument.endswith("_id")
        and rule.endpoint != "demo.letter"  # its letters are files of the mailbox
        and f"<id:{argument}>" not in rule.rule
    ]
    assert untyped == []


def test_a_view_answers_one_method(app: Flask) -> None:
    for rule in rules(app):
        assert len((rule.methods or set()) - {"HEAD", "OPTIONS"}) == 1, rule.rule


def test_addresses_are_a_promise(app: Flask) -> None:
    """Changing `tests/routes.txt` is a deliberate act: somebody has bookmarked the old address."""
    now = [
        f"{method} {rule.rule}"
        for rule in rules(app)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]
    assert now == PROMISED.read_text().splitlines()
