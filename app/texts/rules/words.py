"""The words of one kind of document in one language: the standard's, and an organisation's own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.core.languages import LANGUAGES, N_, speaking
from app.core.languages import gettext as _
from app.documents.rules.kinds import Kind
from app.texts.rules.placeholders import KIND_WORDS, Place, Problem, problems

LONGEST: Final[Mapping[Place, int]] = {
    Place.SUBJECT: 200,
    Place.BODY: 8000,
    Place.BUTTON: 60,
    Place.NOTE: 2000,
}
"""Characters of each text."""

PLACE_NAMES: Final = {
    Place.SUBJECT: N_("Subject"),
    Place.BODY: N_("Text"),
    Place.BUTTON: N_("Words on the button"),
    Place.NOTE: N_("Note on the document’s page"),
}

ANNOUNCEMENTS: Final[Mapping[Kind, str]] = {
    Kind.INVOICE: N_("%(organisation)s has a document for you:"),
    Kind.CREDIT_NOTE: N_("%(organisation)s has a document for you:"),
    Kind.REMINDER: N_("%(organisation)s reminds you of an amount that is still open:"),
    Kind.QUOTE: N_("%(organisation)s has made you an offer:"),
    Kind.ORDER_CONFIRMATION: N_("%(organisation)s answers your order:"),
    Kind.DELIVERY_NOTE: N_("%(organisation)s tells you what was delivered:"),
}
"""The sentence that a letter about a document begins with."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a text is for: a kind of document, and the language of its reader."""

    kind: Kind
    language: str


@dataclass(frozen=True, slots=True)
class Words:
    """The four texts of a topic, with their placeholders; an empty note is none."""

    subject: str
    body: str
    button: str
    note: str = ""

    def at(self, place: Place) -> str:
        """Return the text of a place."""
        return str(getattr(self, place.value))


def topic(kind: str, language: str) -> Topic | None:
    """Return the topic that an address names; None where there is none."""
    known = kind in set(Kind) and language in LANGUAGES
    return Topic(Kind(kind), language) if known else None


def standard(of: Topic) -> Words:
    """Return what is said where an organisation has no words of its own."""
    own = KIND_WORDS[of.kind][0]
    with speaking(of.language):
        return Words(
            subject=_(
                "%(kind)s %(number)s from %(organisation)s",
                kind=f"[{own}.title]",
                number=f"[{own}.number]",
                organisation="[Company.name]",
            ),
            body="\n\n".join(
                (
                    _("Good day %(name)s,", name="[Recipient.name]"),
                    _(ANNOUNCEMENTS[of.kind], organisation="[Company.name]"),
                    f"[{own}.summary]",
                )
            ),
            button=_("Open the document"),
        )


def tidy(words: Words) -> Words:
    """Return texts as they are kept: one kind of line end, one line where one line is meant."""
    return Words(
        subject=" ".join(words.subject.split()),
        body=_lines(words.body),
        button=" ".join(words.button.split()),
        note=_lines(words.note),
    )


def _lines(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()


def changed(before: Words, after: Words) -> list[Place]:
    """Return the places in which two differ."""
    return [place for place in Place if before.at(place) != after.at(place)]


def all_problems(words: Words, kind: Kind) -> list[Problem]:
    """Return every placeholder of the four texts that cannot stand there."""
    return [one for place in Place for one in problems(words.at(place), kind, place)]


def without_note(words: Words) -> Words:
    """Return the letter's texts alone."""
    return replace(words, note="")
