"""Later work: every promise has a job, every announcement a reaction, and nothing hangs in the air."""

import ast
from pathlib import Path

from app.core import settings
from jobs.reactions import LISTENERS, REACTIONS
from jobs.register import JOBS
from jobs.schedule import TIMETABLE

APP = settings.PROJECT / "app"
WAYS = {"promise": "outbox", "announce": "journal"}


def constants(tree: ast.Module) -> dict[str, str]:
    """Return the module's constants that are texts."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def first_arguments(function: str) -> set[str]:
    """Return every first argument that `function` is called with, below `app`."""
    found = set()
    for path in Path(APP).rglob("*.py"):
        tree = ast.parse(path.read_text())
        known = constants(tree)
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            argument = node.args[0]
            if name != function:
                continue
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                found.add(argument.value)
            elif isinstance(argument, ast.Name) and argument.id in known:
                found.add(known[argument.id])
    return found


def test_every_promise_has_a_job() -> None:
    promised = first_arguments("promise")
    assert len(promised) >= 4
    assert promised <= set(JOBS)


def test_every_job_is_promised_by_somebody() -> None:
    assert set(JOBS) <= first_arguments("promise") | set(TIMETABLE)


def test_every_announcement_is_heard_and_every_reaction_has_an_announcement() -> None:
    announced = first_arguments("announce")
    assert announced <= set(REACTIONS) | set(LISTENERS)
    assert set(REACTIONS) <= announced
    assert {"document.opened", "dispatch.undeliverable"} <= announced & set(LISTENERS)


def test_every_entry_of_the_timetable_is_a_job() -> None:
    assert set(TIMETABLE) <= set(JOBS)
