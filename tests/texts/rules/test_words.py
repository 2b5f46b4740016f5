"""The standard is a text like any other, in every language, and breaks none of its own rules."""

import pytest

from app.core.languages import LANGUAGES
from app.documents.rules.kinds import Kind
from app.texts.rules.words import (
    LONGEST,
    Place,
    Topic,
    Words,
    all_problems,
    changed,
    standard,
    tidy,
    topic,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_the_standard_could_be_saved_as_it_is(kind: Kind, language: str) -> None:
    words = standard(Topic(kind, language))
    assert all_problems(words, kind) == []
    assert tidy(words) == words
    assert all(len(words.at(place)) <= LONGEST[place] for place in Place)


def test_the_standard_is_in_the_language_of_its_reader() -> None:
    said = {standard(Topic(Kind.INVOICE, language)).button for language in LANGUAGES}
    assert len(said) == len(LANGUAGES)


def test_an_address_names_a_topic_or_nothing() -> None:
    assert topic("quote", "sv") == Topic(Kind.QUOTE, "sv")
    assert topic("quote", "fr") is None
    assert topic("letter", "sv") is None


def test_line_ends_and_blanks_are_no_change() -> None:
    one = Words("A  b", "x \r\n\r\ny\n", " go ")
    assert tidy(one) == Words("A b", "x\n\ny", "go")
    assert changed(tidy(one), Words("A b", "x\n\ny", "go", "n")) == [Place.NOTE]
