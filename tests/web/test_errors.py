from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from flask import Flask, abort

from app.access.gate import public
from app.core.errors import Missing, Refused
from app.factory import create_app
from app.web import installation
from tests.browser import Browser
from tests.installation import BASE_URL, test_settings
from tests.web.observing import main_of

WHY = "a view of a test that everybody may see"


def fail_with(app: Flask, error: Exception) -> None:
    """Put a view at `/fails` that raises."""

    def view() -> None:
        raise error

    app.add_url_rule("/fails", "fails", public(WHY)(view), methods=["GET", "POST"])


def test_every_failure_has_a_page(app: Flask) -> None:
    failures: list[tuple[Exception, int, str]] = [
        (Refused("The folder is full."), 409, "That is not possible"),
        (Missing(), 404, "Nothing found here"),
        (ZeroDivisionError("secret 42"), 500, "Something went wrong"),
        (RecursionError("secret 42"), 500, "Something went wrong"),
    ]

    def view(place: int) -> None:
        raise failures[place][0]

    app.add_url_rule("/fails/<int:place>", "fails", public(WHY)(view))
    for place, (_error, status, title) in enumerate(failures):
        answer = Browser(app).get(f"/fails/{place}")
        assert answer.status_code == status
        assert main_of(answer.text).startswith(title)
        assert answer.headers["X-Reference"] in answer.text
        for secret in ("secret 42", "Traceback", "ZeroDivisionError", ".py"):
            assert secret not in answer.text


def test_every_status_has_a_page(app: Flask) -> None:
    def view(status: int) -> None:
        abort(status)

    app.add_url_rule("/fails/<int:status>", "fails", public(WHY)(view))
    for status in (400, 403, 405, 406, 413, 415, 429, 500, 503):
        answer = Browser(app).get(f"/fails/{status}")
        assert answer.status_code == status
        assert len(main_of(answer.text)) > 40


def test_the_sentence_of_a_refusal_is_shown(app: Flask) -> None:
    fail_with(app, Refused("The folder <b>1</b> is full."))
    assert "The folder &lt;b&gt;1&lt;/b&gt; is full." in Browser(app).get("/fails").text


def test_errors_speak_the_language_of_the_browser(portal: Flask) -> None:
    answer = Browser(portal).get("/nowhere", headers={"Accept-Language": "de-CH,de;q=0.9"})
    assert answer.status_code == 404
    assert '<html lang="de"' in answer.text


def test_an_address_that_takes_no_forms_says_so(app: Flask) -> None:
    assert Browser(app).post("/documents/x").status_code == 404
    answer = Browser(app).client.delete("/sign-in", base_url=BASE_URL)
    assert answer.status_code in (400, 405)


def test_a_form_without_its_token_is_out_of_date(browser: Callable[[str], Browser]) -> None:
    ben = browser("ben")
    token = ben.csrf_token()
    for wrong in ("", "x", token[:-1], browser("anna").csrf_token()):
        answer = ben.post("/customers", {"name": "X", "csrf_token": wrong})
        assert answer.status_code == 400
        assert main_of(answer.text).startswith("The form is out of date")
    assert ben.post("/customers", {"name": "X", "kind": "private"}).status_code == 303


def test_the_token_may_come_in_the_header_that_htmx_sends(
    browser: Callable[[str], Browser],
) -> None:
    ben = browser("ben")
    answer = ben.client.post(
        "/customers",
        data={"name": "X", "kind": "private"},
        headers={"X-CSRFToken": ben.csrf_token()},
        base_url=BASE_URL,
    )
    assert answer.status_code == 303


def test_what_is_too_large_is_not_read(tmp_path: Path) -> None:
    app = create_app(
        test_settings(tmp_path, upload_limit=2000, database_url=f"sqlite:///{tmp_path}/x.db")
    )
    browser = Browser(app)
    answer = browser.post("/sign-in", {"email": "x" * 3000})
    assert answer.status_code == 413
    assert "Nothing was kept" in main_of(answer.text)
    installation.of(app).database.engine.dispose()


def test_too_many_tries_are_told_to_wait(tmp_path: Path) -> None:
    settings = replace(test_settings(tmp_path), environment="demo")
    app = create_app(settings)
    browser = Browser(app)
    try:
        answers = [browser.post("/sign-in/code", {"email": "x@y.example"}) for _ in range(11)]
    finally:
        installation.of(app).database.engine.dispose()
        create_app(replace(settings, environment="test"))  # the limiter is one for all
    assert [one.status_code for one in answers] == [303] * 10 + [429]
    assert main_of(answers[-1].text).startswith("Too many tries")
