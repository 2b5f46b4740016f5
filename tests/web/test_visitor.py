from collections.abc import Callable

import pytest
from flask import Flask

from app.web import visitor
from tests.browser import Browser
from tests.cast import Cast


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("fr,sv;q=0.5", "sv"),
        ("no", "nb"),
        ("nn-NO", "nb"),
        ("fr", None),
        ("", None),
        ("*", "en"),
        ("not a header;;;q=x", None),
    ],
)
def test_the_browser_asks_for_a_language(portal: Flask, wish: str, language: str | None) -> None:
    with portal.test_request_context(headers={"Accept-Language": wish} if wish else {}):
        found = visitor.language()
    # A browser that takes anything gets one of ours.
    assert found == language or (wish == "*" and found is not None)


def test_address_and_agent_are_what_the_request_says(portal: Flask) -> None:
    headers = {"User-Agent": "Tests/1"}
    with portal.test_request_context(headers=headers, environ_base={"REMOTE_ADDR": "192.0.2.1"}):
        assert (visitor.address(), visitor.agent()) == ("192.0.2.1", "Tests/1")
    with portal.test_request_context(environ_base={"REMOTE_ADDR": ""}):
        assert visitor.address() == ""


def spoken(browser: Browser, **headers: str) -> str:
    """Return the language of the page that shows when one opens the house."""
    answer = browser.get("/sign-in", headers=headers)
    return str(answer.text.split('<html lang="')[1][:2])


def test_a_choice_goes_before_the_person_the_organisation_and_the_browser(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    swedish = {"Accept-Language": "sv"}
    nobody, ruth = browser("nobody"), browser("ruth")
    assert spoken(nobody, **swedish) == "sv"
    at_the_door = browser("nobody").get("/o/lindenhof/sign-in", headers=swedish)
    assert '<html lang="en"' in at_the_door.text, "the organisation's, before anybody is known"
    assert spoken(ruth, **swedish) == "en", "the organisation's"
    ruth.post("/language", {"language": "de", "next": "/home"})
    assert spoken(ruth, **swedish) == "de"
    # Remembered for the person: another browser of hers speaks it too.
    assert spoken(browser("ruth"), **swedish) == "de"
    assert spoken(browser("nobody"), **swedish) == "sv"


def test_a_language_is_chosen_before_signing_in_and_kept(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    nobody = browser("nobody")
    answer = nobody.post("/language", {"language": "nb", "next": "/sign-in?next=/documents"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in?next=/documents")
    assert spoken(nobody) == "nb"


def test_a_language_that_is_not_ours_changes_nothing(browser: Callable[[str], Browser]) -> None:
    nobody = browser("nobody")
    for wrong in ("tlh", "", "<script>"):
        answer = nobody.post("/language", {"language": wrong, "next": "//evil.example"})
        assert answer.headers["Location"] == "/"
        assert spoken(nobody) == "en"
