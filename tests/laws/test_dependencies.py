"""What is asked for, what is pinned, and what the page on dependencies says are the same."""

import re

import pytest

from app.core.settings import PROJECT

FILES = ("requirements", "requirements-dev")
PIN = re.compile(r"^([a-z0-9-]+)(?:\[[\w,]+\])?==([\w.]+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((PROJECT / name).read_text()))


@pytest.mark.parametrize("name", FILES)
def test_what_is_asked_for_is_what_is_pinned(name: str) -> None:
    asked, pinned = pins(f"{name}.in"), pins(f"{name}.txt")
    assert len(asked) > 10
    assert asked.items() <= pinned.items()


@pytest.mark.parametrize("name", FILES)
def test_every_package_is_pinned_with_a_hash_and_without_an_address(name: str) -> None:
    text = (PROJECT / f"{name}.txt").read_text()
    entries = re.split(r"\n(?=[a-z])", text)
    assert len(entries) > 40
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "//" not in text


def test_the_tests_run_what_is_shipped() -> None:
    shipped, tested = pins("requirements.txt"), pins("requirements-dev.txt")
    assert shipped.items() <= tested.items()


def test_the_page_names_every_direct_dependency_with_its_version() -> None:
    page = (PROJECT / "docs" / "dependencies.md").read_text()
    named = dict(re.findall(r"^\| ([a-z0-9-]+) \| (\d[\w.]*) \|", page, re.MULTILINE))
    assert named == pins("requirements.in") | pins("requirements-dev.in")
