import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.organisations import rules

COLOURS = st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
PAPERS = ["#ffffff", "#1b2129", "#f6f4ef", "#000000"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_the_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert rules.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert rules.contrast(other, one) == rules.contrast(one, other)


@given(COLOURS, st.sampled_from(PAPERS))
def test_every_accent_becomes_readable_on_every_sheet(colour: str, paper: str) -> None:
    readable = rules.readable(colour, paper)
    assert rules.ACCENT.fullmatch(readable)
    assert rules.contrast(readable, paper) >= 4.5


@given(COLOURS)
def test_a_colour_that_is_readable_stays_as_it_is(colour: str) -> None:
    if rules.contrast(colour, "#ffffff") >= 4.5:
        assert rules.readable(colour, "#ffffff") == colour


@given(COLOURS)
def test_what_stands_on_the_accent_is_readable(colour: str) -> None:
    # Black or white: one of both always reaches 4.5 on any colour.
    assert rules.contrast(rules.ink_on(colour), colour) >= 4.5


def test_mixing_goes_from_one_colour_to_the_other() -> None:
    steps = [rules.mix("#000000", "#ff8000", share) for share in (0, 0.5, 1)]
    assert steps == ["#000000", "#804000", "#ff8000"]


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("CHE-107.787.577 MWST", "CHE107787577MWST"),
        ("de 123 456 789", "DE123456789"),
        ("76 1000 0000 001", "761000000000 1".replace(" ", "")),
        ("  ", None),
        (".-/", None),
        (None, None),
    ],
)
def test_identifiers_are_compared_without_their_signs(
    written: str | None, compared: str | None
) -> None:
    assert rules.identifier(written) == compared


def test_every_word_has_a_name() -> None:
    assert set(rules.MEMBER_ROLE_NAMES) == set(rules.MemberRole)
    assert set(rules.CUSTOMER_KIND_NAMES) == set(rules.CustomerKind)
    assert set(rules.RECIPIENT_ROLE_NAMES) == set(rules.RecipientRole)
    assert set(rules.CHANNEL_NAMES) == set(rules.Channel)


def test_a_recipient_gets_the_kinds_it_wants() -> None:
    assert rules.takes([], "invoice")
    assert rules.takes(["quote", "invoice"], "invoice")
    assert not rules.takes(["quote", "reminder"], "invoice")
