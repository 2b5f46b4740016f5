"""What a text may hold, how long it can be changed, and which addresses in it become links."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.comments import rules
from app.comments.rules import Piece

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def links(text: str) -> list[str]:
    return [piece.url for piece in rules.pieces(text) if piece.url]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("NUL\0 bell\x07 esc\x1b[31m", "NUL bell esc[31m"),
        ("a\tb", "a\tb"),
        ("\n  between \n", "between"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("half \ud83d a face", "half  a face"),
        ("Grüße 👋🏽 مرحبا", "Grüße 👋🏽 مرحبا"),
        (None, ""),
    ],
)
def test_a_text_keeps_its_lines_and_loses_what_nobody_types(typed: str | None, kept: str) -> None:
    assert rules.clean(typed) == kept


@given(st.text())
def test_cleaning_twice_changes_nothing_and_every_database_takes_it(text: str) -> None:
    once = rules.clean(text)
    assert rules.clean(once) == once
    assert "\0" not in once
    once.encode()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://x.example/a?b=1&c=2.", ["https://x.example/a?b=1&c=2"]),
        ("(http://x.example/a_(b))", ["http://x.example/a_(b)"]),
        ("HTTPS://X.example, mailto:a@x.example!", ["HTTPS://X.example", "mailto:a@x.example"]),
        ("http://x.example/<script>", ["http://x.example/"]),
        ('http://x.example/"onmouseover="a', ["http://x.example/"]),
        ("javascript:alert(1) data:text/html,x vbscript:x file:///etc ftp://x", []),
        ("xhttp://x.example www.x.example x.example a@x.example", []),
        ("https://bank.example@evil.example https:// http://[ mailto:nobody", []),
    ],
)
def test_only_whole_addresses_of_the_web_and_of_mail_become_links(
    text: str, found: list[str]
) -> None:
    assert links(text) == found


@given(st.text(alphabet="htps:/mailto@x.()[]!, \n<>\"'é"))
def test_nothing_of_a_text_is_lost_or_added_and_no_other_scheme_is_a_link(text: str) -> None:
    pieces = rules.pieces(text)
    assert "".join(piece.text for piece in pieces) == text
    for url in links(text):
        assert url.lower().startswith(("http://", "https://", "mailto:"))
        assert not set(url) & set('<>" \n')


def test_a_long_text_of_brackets_is_read_in_one_go() -> None:
    text = "http://x" + ")" * (rules.LONGEST - 8)
    assert rules.pieces(text)[0] == Piece("http://x", "http://x")


def test_a_comment_can_be_changed_for_a_quarter_of_an_hour() -> None:
    last = NOW - rules.CHANGEABLE + timedelta(seconds=1)
    assert rules.is_changeable(last, None, NOW)
    assert not rules.is_changeable(NOW - rules.CHANGEABLE, None, NOW)
    assert not rules.is_changeable(NOW, NOW, NOW), "it is withdrawn already"


def test_a_mail_quotes_no_more_than_it_may() -> None:
    assert rules.quote(["a", "b"]) == "a\n\nb"
    long = rules.quote(["a" * rules.LONGEST, "b"])
    assert len(long) <= rules.QUOTED
    assert long.endswith("…")
