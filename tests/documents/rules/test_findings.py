"""Findings: stored, read back, and said."""

from app.documents.rules.findings import Finding, Severity, is_held

OWN = Finding("KT-X", Severity.WARNING, "Line %(line)s is odd.", "BT-126", {"line": "7"})


def test_our_own_sentence_is_filled_when_it_is_said() -> None:
    assert OWN.text() == "Line 7 is odd."


def test_an_official_text_is_said_as_it_is_even_with_a_percent_sign() -> None:
    official = Finding("BR-S-05", Severity.FATAL, "100%(not) less", language="en")
    assert official.text() == "100%(not) less"


def test_our_own_sentence_without_values_may_have_a_percent_sign() -> None:
    assert Finding("KT-X", Severity.WARNING, "Only 8.1% here.").text() == "Only 8.1% here."


def test_a_finding_comes_back_from_json_as_it_was() -> None:
    assert Finding.from_json(OWN.to_json()) == OWN


def test_only_a_fatal_finding_holds_a_document() -> None:
    fatal = Finding("KT-Y", Severity.FATAL, "No.")
    assert not is_held([OWN])
    assert is_held([OWN, fatal])
