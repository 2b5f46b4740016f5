"""What reminders say: the standard's texts are sound in every language, placeholders are filled."""

from itertools import product

from app.core.languages import LANGUAGES
from app.dunning.rules import MOST_LEVELS, words


def test_the_standard_says_something_else_on_every_level_in_every_language() -> None:
    topics = list(product(range(1, MOST_LEVELS + 1), LANGUAGES))
    texts = [words.standard(level, language) for level, language in topics]
    assert len(set(texts)) == len(topics)
    for text in texts:
        assert words.wrong(text) == []
        assert len(text) <= words.LONGEST
        assert "[Reminder.open_amount]" in text


def test_paragraphs_are_parted_before_values_are_put_in() -> None:
    text = "Good day [Client.name],\r\n\r\nplease pay\n[Reminder.open_amount].\n\n\n\nThanks"
    values = {"client.name": "A\n\nB", "document.open_amount": "[Client.name]"}
    assert words.paragraphs(text, values) == [
        "Good day A B,",
        "please pay [Client.name].",
        "Thanks",
    ]


def test_a_placeholder_of_a_mail_does_not_fit() -> None:
    (problem,) = words.wrong("See [Link.valid_until]")
    assert problem.written == "[Link.valid_until]"
    assert "[Client.number]" in [one.written for one in words.placeholders()]
    assert not [one for one in words.placeholders() if "url" in one.written]
