"""Browsers for journeys: the system's Chromium, with and without JavaScript, with axe on every page."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.journeys.house import House, running
from tests.journeys.pages.portal import Portal

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 15_000
"""Milliseconds until something is as it has to be: two houses and two browsers share a machine."""
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One running installation for all journeys."""
    with running(tmp_path_factory.mktemp("house")) as one:
        yield one


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of this machine."""
    path = next(filter(None, map(shutil.which, NAMES)), None) or (
        str(MAC) if MAC.exists() else None
    )
    if path is None:
        pytest.fail("Journeys need a browser: install the package chromium, or Google Chrome.")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def portal(chromium: Browser, house: House) -> Iterator[Callable[..., Portal]]:
    """Open the portal in a fresh browser: `portal(scripts=False, phone=True, language="de")`."""
    opened: list[BrowserContext] = []

    def visit(*, scripts: bool = True, phone: bool = False, language: str = "en") -> Portal:
        context = chromium.new_context(
            viewport=PHONE if phone else DESKTOP,  # type: ignore[arg-type]
            java_script_enabled=scripts,
            locale=language,
            accept_downloads=True,
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return Portal(context.new_page(), house.url, scripts=scripts)

    yield visit
    for context in opened:
        context.close()
