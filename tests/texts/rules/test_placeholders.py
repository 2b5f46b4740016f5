"""Placeholders: each is named that does not fit, and no value becomes anything but words."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.rules.kinds import Kind
from app.texts.rules.paragraphs import Shape, blocks
from app.texts.rules.placeholders import (
    KIND_WORDS,
    Place,
    Reason,
    in_one_line,
    listed,
    problems,
    told,
    uses,
)

ALL = {kind: {one.key: f"<{one.key}>" for one in listed(kind)} for kind in Kind}


@pytest.mark.parametrize("kind", Kind)
def test_every_placeholder_of_a_kind_is_known_where_it_fits_and_filled(kind: Kind) -> None:
    for one in listed(kind):
        for place in Place:
            fits = place in one.field.places
            assert (problems(one.written, kind, place) == []) is fits, one.written
        assert uses(f"a {one.written} b", kind, one.key)
        assert in_one_line(one.written, kind, ALL[kind]) == f"<{one.key}>"


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_an_address_under_each_of_its_names(kind: Kind) -> None:
    for word in KIND_WORDS[kind]:
        written = f"[{word}.customerportal_url]"
        assert problems(written, kind, Place.BODY) == []
        assert in_one_line(written, kind, ALL[kind]) == "<document.customerportal_url>"


def test_what_is_unknown_is_named_with_what_was_probably_meant() -> None:
    text = "[Invoice.nubmer] and [Klient.name] and [see below] and [1] and [Invoice.number]"
    found = problems(text, Kind.INVOICE, Place.BODY)
    assert [(one.written, one.suggestion) for one in found] == [
        ("[Invoice.nubmer]", "[Invoice.number]"),
        ("[Klient.name]", "[Client.name]"),
        ("[see below]", None),
    ]
    assert told(found[0], Kind.INVOICE) == (
        "[Invoice.nubmer] is not known. Did you mean [Invoice.number]?"
    )


def test_what_belongs_to_another_kind_is_refused_and_its_counterpart_offered() -> None:
    (one,) = problems("until [Quote.valid_until]", Kind.INVOICE, Place.BODY)
    assert (one.reason, one.suggestion) == (Reason.OTHER_KIND, "[Invoice.due_date]")
    (other,) = problems("[Offer.number]", Kind.DELIVERY_NOTE, Place.SUBJECT)
    assert (other.reason, other.suggestion) == (Reason.OTHER_KIND, "[DeliveryNote.number]")
    assert "“Delivery note”" in told(other, Kind.DELIVERY_NOTE)


def test_a_subject_holds_no_summary_and_no_address() -> None:
    for written in ("[Invoice.summary]", "[Invoice.customerportal_url]"):
        (one,) = problems(written, Kind.INVOICE, Place.SUBJECT)
        assert one.reason is Reason.OTHER_PLACE
    (note,) = problems("[Link.valid_until]", Kind.INVOICE, Place.NOTE)
    assert note.reason is Reason.OTHER_PLACE


def test_a_bracket_written_twice_is_a_bracket() -> None:
    assert problems("[[Invoice.nubmer]", Kind.INVOICE, Place.SUBJECT) == []
    said = in_one_line("[[Invoice.number] [Invoice.number]", Kind.INVOICE, ALL[Kind.INVOICE])
    assert said == "[Invoice.number] <document.number>"


def test_case_and_blanks_do_not_matter_and_what_has_no_value_is_a_dash() -> None:
    assert in_one_line("[ invoice.NUMBER ]", Kind.INVOICE, {"document.number": "7"}) == "7"
    assert in_one_line("[Invoice.order_number]", Kind.INVOICE, {}) == "–"


NASTY = st.text() | st.sampled_from(
    [
        "[Invoice.number]",
        "[[",
        "x\r\nBcc: victim@example.org",
        "- entry\n\n- other",
        "<script>alert(1)</script>",
        "=?utf-8?q?=0d=0aBcc:_x?=",
        "{{ 7*7 }}{% raw %}%(name)s",
        "\u202egnp.exe",
    ]
)


@given(value=NASTY)
def test_no_value_becomes_a_placeholder_a_line_or_a_control(value: str) -> None:
    secret = "the number of another"
    values = {"client.name": value, "document.number": secret}
    line = in_one_line("for [Client.name]", Kind.INVOICE, values)
    assert secret not in line or secret in value
    assert not [one for one in line if unicodedata.category(one) in ("Cc", "Zl", "Zp")]
    assert "\u202e" not in line
    assert "=?" not in line


@given(value=NASTY)
def test_no_value_changes_the_shape_of_a_text(value: str) -> None:
    text = "[Client.name]\nand more\n\n- [Client.name]\n\n[Invoice.summary]"
    found = blocks(text, Kind.INVOICE, {"client.name": value})
    assert [(one.shape, len(one.lines)) for one in found] == [
        (Shape.PARAGRAPH, 2),
        (Shape.LIST, 1),
        (Shape.SUMMARY, 0),
    ]
    words = [piece for one in found for line in one.lines for piece in line]
    assert not any(piece.is_address for piece in words)
    assert all("\n" not in piece.text and "\r" not in piece.text for piece in words)


@given(text=st.text(alphabet="[]. aZ\n-"))
def test_any_text_at_all_is_read(text: str) -> None:
    problems(text, Kind.QUOTE, Place.BODY)
    blocks(text, Kind.QUOTE, {})
