"""What a reminder mail and a text message say of a document that nobody has opened."""

import unicodedata
from dataclasses import replace
from typing import Final

from app.core import languages
from app.core.languages import gettext as _
from app.documents.models import Document
from app.documents.rules.kinds import Kind
from app.notices.rules import Written
from app.organisations.models import Organisation
from app.sms.rules import wording
from app.texts.formats import letter as letters
from app.texts.formats.values import Reader, facts_of
from app.texts.rules.placeholders import KIND_WORDS
from app.texts.rules.words import Topic, Words, standard

LENGTH_OF_TOKEN: Final = 43
PLAINER: Final = {"–": "-", "—": "-", "’": "'", "‘": "'", "“": '"', "”": '"', "…": "..."}
"""Signs of good print → those of the telephones' alphabet (3GPP TS 23.038)."""


def usual(of: Topic) -> Words:
    """Return what a reminder mail says where an organisation has no words of its own."""
    own = KIND_WORDS[of.kind][0]
    with languages.speaking(of.language):
        return replace(
            standard(of),
            subject=_(
                "Not opened yet: %(kind)s %(number)s from %(organisation)s",
                kind=f"[{own}.title]",
                number=f"[{own}.number]",
                organisation="[Company.name]",
            ),
            body="\n\n".join(
                (
                    _("Good day %(name)s,", name="[Recipient.name]"),
                    _(
                        "%(organisation)s has sent you this document. "
                        "As far as we know nobody has opened it yet:",
                        organisation="[Company.name]",
                    ),
                    f"[{own}.summary]",
                )
            ),
        )


def spoken(text: str, kind: Kind) -> str:
    """Return an own text, written with the placeholders of invoices, with those of a kind."""
    return text.replace("[Document.", f"[{KIND_WORDS[kind][0]}.")


def mail(
    document: Document,
    house: Organisation,
    reader: Reader,
    language: str,
    own: str,
    *,
    is_test: bool,
) -> Written:
    """Write the reminder mail; `own` is the organisation's text, empty: the standard."""
    of = Topic(document.kind, language)
    words = usual(of)
    if own:
        words = replace(words, body=spoken(own, document.kind))
    filled = letters.filled(words, of, facts_of(document), house, reader)
    if is_test:
        filled = replace(filled, subject=f"[{_('Test')}] {filled.subject}")
    return letters.written(filled, language, house)


def text_message(document: Document, house: Organisation, url: str, language: str) -> str:
    """Write the text message, in the telephones' alphabet wherever its words allow it."""
    return _text(document.kind, document.number, house, url, language)


def usual_parts(house: Organisation) -> int:
    """Return how many parts a text message of a house has as a rule: for what it will cost."""
    url = f"{house.base_url}/link/{'0' * LENGTH_OF_TOKEN}"
    said = _text(Kind.INVOICE, "2026-00001", house, url, house.language)
    return wording.parts(said)


def _text(kind: Kind, number: str, house: Organisation, url: str, language: str) -> str:
    with languages.speaking(language, house.country, house.timezone):
        said = _(
            "%(organisation)s: %(kind)s %(number)s waits for you: %(url)s",
            organisation=house.name,
            kind=_(kind.label),
            number=number,
            url=url,
        )
    return plain(said)


def plain(text: str) -> str:
    """Return a text with letters that telephones know in place of those that they do not.

    What has no such letter stays: the message is sent in the other alphabet then, and is longer.
    """
    return "".join(_plain(one) for one in text)


def _plain(one: str) -> str:
    if wording.is_gsm(one):
        return one
    simple = PLAINER.get(one) or unicodedata.normalize("NFKD", one)[0]
    return simple if wording.is_gsm(simple) else one
