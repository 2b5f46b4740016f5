from typing import Any

import pytest
from flask import Flask
from wtforms import EmailField, HiddenField, PasswordField, SearchField, StringField
from wtforms.validators import InputRequired

from app.core import languages
from app.web.forms import Form, anything, named


class Example(Form):
    """Every kind of field that text is typed into."""

    name = StringField("Name", [InputRequired()])
    email = EmailField("E-mail")
    q = SearchField("Search")
    hidden = HiddenField()
    password = PasswordField("Password")
    kept = StringField("Kept", filters=[])


def filled(portal: Flask, **data: str) -> Example:
    with portal.test_request_context("/", method="POST", data=data):
        return Example()


@pytest.mark.parametrize("field", ["name", "email", "q", "hidden"])
def test_what_is_typed_is_trimmed(portal: Flask, field: str) -> None:
    assert filled(portal, **{field: " \t Ruth  Keller\n"})[field].data == "Ruth  Keller"


@pytest.mark.parametrize("field", ["password", "kept"])
def test_a_password_stays_as_it_is_typed(portal: Flask, field: str) -> None:
    assert filled(portal, **{field: "  two spaces  "})[field].data == "  two spaces  "


@pytest.mark.parametrize("field", ["name", "email", "q", "hidden"])
def test_a_character_that_no_database_keeps_goes_away(portal: Flask, field: str) -> None:
    assert filled(portal, **{field: "Ruth\x00 Keller"})[field].data == "Ruth Keller"


def test_blanks_are_nothing(portal: Flask) -> None:
    with portal.test_request_context("/", method="POST", data={"name": "   "}):
        form = Example()
        assert not form.validate() or form.name.data == ""


@pytest.mark.parametrize(
    ("language", "message"),
    [
        ("en", "This field is required."),
        ("de", "Dieses Feld wird benötigt."),
        ("sv", "Det här fältet är obligatoriskt."),
    ],
)
def test_messages_are_in_the_language_of_now(portal: Flask, language: str, message: str) -> None:
    with portal.test_request_context("/", method="POST", data={}), languages.speaking(language):
        form = Example()
        form.validate()
        assert form.name.errors == [message]


def test_a_refusal_stands_at_its_field(portal: Flask) -> None:
    form = filled(portal, name="x")
    form.reject(form.name, "Taken.")
    form.reject(form.name, "And too short.")
    assert form.errors["name"] == ["Taken.", "And too short."]


def test_choices_are_named_in_the_language_of_now() -> None:
    table: dict[Any, str] = {"email": "E-mail"}
    assert [(one.value, one.label) for one in named(table)] == [("email", "E-mail")]
    assert [(one.value, one.label) for one in anything()] == [("", "All")]
