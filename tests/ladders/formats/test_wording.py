"""What a step says: in the telephones' alphabet, in four languages, in the house's own words."""

from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.core.languages import LANGUAGES
from app.documents.rules.kinds import Kind
from app.ladders.formats import wording
from app.sms.rules import wording as telephones
from app.texts.rules.placeholders import Place, problems
from app.texts.rules.words import Topic

HOUSE: Any = SimpleNamespace(
    name="Küche & Bad – Müller", country="CH", timezone="Europe/Zurich", language="de"
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", Kind)
def test_a_text_message_fits_into_the_alphabet_of_telephones(language: str, kind: Kind) -> None:
    url = "https://portal.example/link/" + "A_-0" * 11
    document = cast(Any, SimpleNamespace(kind=kind, number="2026–0412’"))
    said = wording.text_message(document, HOUSE, url, language)
    assert telephones.is_gsm(said), said
    assert said.startswith("Küche & Bad - Müller: ")
    assert said.endswith(url)
    assert telephones.parts(said) <= 2


def test_letters_without_a_plain_form_stay() -> None:
    assert wording.plain("Ægir é ŝ ő “x” 山") == 'Ægir é s o "x" 山'


@pytest.mark.parametrize("kind", Kind)
def test_every_placeholder_of_the_usual_mail_has_a_place(kind: Kind) -> None:
    usual = wording.usual(Topic(kind, "de"))
    for text, place in ((usual.subject, Place.SUBJECT), (usual.body, Place.BODY)):
        assert problems(text, kind, place) == []
    own = wording.spoken("[Document.number] [Recipient.name]", kind)
    assert problems(own, kind, Place.BODY) == []
