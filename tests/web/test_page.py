from collections.abc import Callable

from app.web import page
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import testids

BLOCK = {"HX-Request": "true", "HX-Target": "section#results", "HX-Source": "form#filters"}


def test_htmx_gets_the_block_it_wants_to_replace_and_nothing_else(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ruth = browser("ruth")
    whole, block = ruth.get("/documents"), ruth.get("/documents", headers=BLOCK)
    assert "<!doctype html>" in whole.text
    assert "<!doctype" not in block.text
    assert "<h1" not in block.text
    assert cast.invoice.number in block.text
    inside = block.text.strip()
    assert inside in whole.text
    assert "HX-Retarget" not in block.headers


def test_htmx_gets_the_whole_page_where_no_block_fits(browser: Callable[[str], Browser]) -> None:
    for headers in (
        {"HX-Request": "true"},
        {"HX-Request": "true", "HX-Target": "section#nowhere"},
        {"HX-Request": "true", "HX-Target": "section"},
        {**BLOCK, "HX-History-Restore-Request": "true"},
        {**BLOCK, "HX-Boosted": "true"},
    ):
        answer = browser("ruth").get("/documents", headers=headers)
        assert "<!doctype html>" in answer.text
        assert "menu-main" in testids(answer.text)
        assert answer.headers["HX-Retarget"] == "body"


def test_an_error_replaces_the_whole_page(browser: Callable[[str], Browser]) -> None:
    answer = browser("ruth").get("/desk", headers=BLOCK)
    assert answer.status_code == 403
    assert answer.headers["HX-Retarget"] == "body"
    assert "<!doctype html>" in answer.text


def test_a_browser_without_htmx_is_told_nothing_of_it(browser: Callable[[str], Browser]) -> None:
    answer = browser("ruth").get("/documents", headers={"HX-Target": "section#results"})
    assert "<!doctype html>" in answer.text
    assert not [name for name, _value in answer.headers if name.startswith("HX-")]


def test_caches_keep_pages_and_blocks_apart(browser: Callable[[str], Browser]) -> None:
    for headers in ({}, BLOCK):
        answer = browser("ruth").get("/documents", headers=headers)
        assert {"hx-request", "hx-target", "cookie"} <= {one.lower() for one in answer.vary}


def test_every_macro_has_one_name(browser: Callable[[str], Browser]) -> None:
    app = browser("nobody").client.application
    macros = vars(app.jinja_env.globals["ui"])
    assert len(macros) > 20
    modules = [
        app.jinja_env.get_template(f"components/{name}.html").module for name in page.COMPONENTS
    ]
    public = [name for module in modules for name in vars(module) if not name.startswith("_")]
    assert sorted(public) == sorted(macros)
