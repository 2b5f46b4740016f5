from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from jinja2.exceptions import UndefinedError

from app.core import languages, rendering, text
from app.core.money import Money


def prepared(**templates: str) -> Environment:
    environment = Environment(loader=DictLoader(templates), autoescape=True)
    rendering.prepare(environment)
    return environment


def letter(**changes: object) -> dict[str, Any]:
    """Return what the letter about a document is made of."""
    document = SimpleNamespace(
        number="2026-0412",
        issue_date=date(2026, 10, 30),
        due_date=date(2026, 11, 29),
    )
    return {
        "document": document,
        "kind": "Invoice",
        "announcement": "Haus Lindenhof has sent you an invoice:",
        "facts": [("Total", text.money(Money(64224, "CHF")))],
        "organisation": SimpleNamespace(name="Haus Lindenhof", contact_email="office@x.example"),
        "recipient": "Ruth Keller",
        "url": "http://kontor.test/link/x",
        "expires_on": date(2027, 1, 28),
        "accent": "#17586b",
        "on_accent": "#ffffff",
    } | changes


def test_a_name_that_nobody_gave_is_an_error_and_no_blank() -> None:
    with pytest.raises(UndefinedError):
        prepared(page="{{ nobody }}").get_template("page").render()


def test_every_filter_is_there() -> None:
    environment = prepared(page="{{ 8.1|default(1) }} {{ amount|money }} {{ name|initials }}")
    shown = environment.get_template("page").render(amount=Money(1, "CHF"), name="Ruth Keller")
    assert shown == "8.1 0.01\N{NO-BREAK SPACE}CHF RK"
    assert set(rendering.FILTERS) <= set(environment.filters)


def test_sentences_are_translated_with_their_values_escaped() -> None:
    page = prepared(page="{{ _('for %(name)s', name=name) }}").get_template("page")
    assert page.render(name="<b>") == "for &lt;b&gt;"


def test_a_mail_has_a_subject_of_one_line_a_text_and_a_page() -> None:
    subject, plain, rich = rendering.mail("delivery/document", **letter())
    assert subject == "Invoice 2026-0412 from Haus Lindenhof"
    assert plain.endswith("Haus Lindenhof\n")
    assert "Total: 642.24\N{NO-BREAK SPACE}CHF" in plain
    assert rich.startswith("<!doctype html>")


def test_what_a_stranger_calls_himself_is_text_in_a_mail() -> None:
    name = "<script>alert(1)</script>\r\nBcc: x@y.example"
    document = letter()["document"]
    document.number = "1\r\nBcc: victim@example.org"
    subject, plain, rich = rendering.mail("delivery/document", **letter(recipient=name))
    assert "\n" not in subject
    assert "\r" not in subject
    assert "<script>" in plain
    assert "<script>" not in rich


def test_a_mail_speaks_the_language_of_now() -> None:
    with languages.speaking("sv"):
        _subject, _plain, rich = rendering.mail("delivery/document", **letter())
    assert '<html lang="sv">' in rich


def test_templates_lie_where_the_code_looks() -> None:
    assert Path(rendering.TEMPLATES, "layouts").is_dir()
