from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import DictLoader, Environment
from jinja2.exceptions import UndefinedError

from app.core import languages, rendering
from app.core.money import Money


def prepared(**templates: str) -> Environment:
    environment = Environment(loader=DictLoader(templates), autoescape=True)
    rendering.prepare(environment)
    return environment


def letter(**changes: object) -> dict[str, Any]:
    """Return what the letter with a sign-in code is made of."""
    house = SimpleNamespace(
        name="Haus Lindenhof", logo_in_mails=None, imprint_url="", privacy_url=""
    )
    person = SimpleNamespace(name="Ruth Keller")
    return {"code": "123456", "person": person, "organisation": house} | changes


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
    subject, plain, rich = rendering.mail("identity/code", **letter())
    assert subject == "Your code for Haus Lindenhof"
    assert plain.endswith("Haus Lindenhof\n")
    assert "123456" in plain
    assert rich.startswith("<!doctype html>")


def test_what_a_stranger_calls_himself_is_text_in_a_mail() -> None:
    house = letter()["organisation"]
    house.name = "<script>alert(1)</script>\r\nBcc: x@y.example"
    subject, plain, rich = rendering.mail("identity/code", **letter(organisation=house))
    assert "\n" not in subject
    assert "\r" not in subject
    assert "<script>" in plain
    assert "<script>" not in rich


def test_the_house_shows_its_logo_and_its_legal_pages_in_a_mail() -> None:
    house = letter()["organisation"]
    house.logo_in_mails = SimpleNamespace(url="https://k.example/x.png", width=120, height=40)
    house.imprint_url = "https://x.example/?a=1&b=2"
    _subject, plain, rich = rendering.mail("identity/code", **letter(organisation=house))
    assert '<img src="https://k.example/x.png" width="120" height="40" alt="Haus Lind' in rich
    assert 'href="https://x.example/?a=1&amp;b=2"' in rich
    assert plain.endswith("Imprint: https://x.example/?a=1&b=2\n")


def test_a_mail_speaks_the_language_of_now() -> None:
    with languages.speaking("sv"):
        _subject, _plain, rich = rendering.mail("identity/code", **letter())
    assert '<html lang="sv">' in rich


def test_templates_lie_where_the_code_looks() -> None:
    assert Path(rendering.TEMPLATES, "layouts").is_dir()
