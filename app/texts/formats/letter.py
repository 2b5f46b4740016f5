"""A letter about a document: an organisation's words, filled, in the frame that all letters have."""

from dataclasses import dataclass
from datetime import date

from app.core import languages, rendering, text
from app.core.mail.headers import clean
from app.notices.rules import Written
from app.organisations.models import Organisation
from app.organisations.rules import ink_on, readable
from app.texts.formats.values import Facts, Reader, amounts, values
from app.texts.rules.paragraphs import Block, blocks
from app.texts.rules.placeholders import in_one_line
from app.texts.rules.words import Topic, Words, standard


@dataclass(frozen=True, slots=True)
class Filled:
    """A letter whose placeholders are gone, before it is put into its frame."""

    subject: str
    blocks: tuple[Block, ...]
    button: str
    is_usual_button: bool
    """Whether the button says what the standard says."""
    title: str
    """Kind and number."""
    issued: str
    facts: list[tuple[str, str]]
    """Label and value."""
    url: str
    ends_on: date | None
    is_invented: bool
    enclosed: tuple[str, ...] = ()
    """Names of the files that the letter carries."""
    lacks_files: bool = False
    """Whether it should carry files and cannot: it says where they are."""


def filled(words: Words, of: Topic, facts: Facts, house: Organisation, reader: Reader) -> Filled:
    """Put a document's data into a letter, in the language of its topic."""
    with languages.speaking(of.language, house.country, house.timezone):
        known = values(facts, house, reader)
        return Filled(
            subject=in_one_line(words.subject, of.kind, known),
            blocks=blocks(words.body, of.kind, known),
            button=in_one_line(words.button, of.kind, known),
            is_usual_button=words.button == standard(of).button,
            title=clean(f"{known['document.title']} {facts.number}"),
            issued=text.day(facts.issue_date) if facts.issue_date else "",
            facts=amounts(facts),
            url=reader.document_url,
            ends_on=reader.link_ends_on,
            is_invented=facts.is_invented,
        )


def written(letter: Filled, language: str, house: Organisation) -> Written:
    """Return the letter as it is sent: subject, plain text, HTML."""
    accent = readable(house.accent, "#ffffff")
    with languages.speaking(language, house.country, house.timezone):
        subject, plain, html = rendering.mail(
            "texts/letter",
            letter=letter,
            organisation=house,
            accent=accent,
            on_accent=ink_on(accent),
        )
    return Written(subject, plain, html)


def noted(
    note: str, of: Topic, facts: Facts, house: Organisation, reader: Reader
) -> tuple[Block, ...]:
    """Return the note above a document as its reader will see it."""
    with languages.speaking(of.language, house.country, house.timezone):
        return blocks(note, of.kind, values(facts, house, reader))
