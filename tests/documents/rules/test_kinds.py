"""Which kind a type code means."""

import re

import pytest

from app.core import languages, settings
from app.documents.rules.kinds import KINDS, NAMES, Kind, kind_of
from app.documents.rules.type_codes import CREDIT_NOTE_CODES, INVOICE_CODES


@pytest.mark.parametrize("code", ["380", "384", "386", "326", "389", "875", "877", "383", " 380 "])
def test_the_codes_of_invoices_mean_an_invoice(code: str) -> None:
    assert kind_of(code) is Kind.INVOICE


@pytest.mark.parametrize(
    "code", ["381", "396", "81", "83", "261", "262", "296", "308", "420", "458", "532"]
)
def test_the_codes_of_credit_notes_mean_a_credit_note(code: str) -> None:
    assert kind_of(code) is Kind.CREDIT_NOTE


def test_an_unknown_code_means_no_kind() -> None:
    assert kind_of("999") is None
    assert kind_of("") is None


def test_no_code_means_two_kinds() -> None:
    assert not INVOICE_CODES & CREDIT_NOTE_CODES


def test_every_kind_has_a_name_to_show() -> None:
    assert set(NAMES) == set(Kind)
    with languages.speaking("en"):
        assert languages.gettext(Kind.CREDIT_NOTE.label) == "Credit note"


def test_the_table_knows_every_kind_and_leads_nowhere_in_a_circle() -> None:
    assert set(KINDS) == set(Kind)
    for kind, traits in KINDS.items():
        reached, ahead = set(), list(traits.becomes)
        while ahead:
            following = ahead.pop()
            reached.add(following)
            ahead += [one for one in KINDS[following].becomes if one not in reached]
        assert kind not in reached


def test_a_kind_is_described_with_a_code_that_means_it() -> None:
    for kind, traits in KINDS.items():
        assert (kind_of(traits.type_code) is kind) is bool(traits.type_code), kind
    everything = [code for traits in KINDS.values() for code in traits.codes]
    assert len(everything) == len(set(everything))


def test_only_a_quote_runs_out_and_is_accepted_only_an_invoice_is_paid() -> None:
    assert {kind for kind in Kind if kind.traits.has_validity} == {Kind.QUOTE}
    assert {kind for kind in Kind if kind.traits.is_acceptable} == {Kind.QUOTE}
    assert {kind for kind in Kind if kind.traits.is_payable} == {Kind.INVOICE}
    assert {kind for kind in Kind if not kind.traits.has_total} == {
        Kind.DELIVERY_NOTE,
        Kind.ORDER_CONFIRMATION,
    }


def test_the_guide_says_what_the_table_says() -> None:
    guide = (settings.PROJECT / "docs" / "administrator.md").read_text()
    rows = re.findall(r"^\| ([\w ]+) \| ([\w ,–]+) \| ([\w ,]+) \| ([\w ,–]+) \|$", guide, re.M)
    said = {name: (codes, needs, becomes) for name, codes, needs, becomes in rows}
    for traits in KINDS.values():
        codes, needs, becomes = said[traits.name]
        assert codes == (traits.type_code or "–")
        assert set(needs.split(", ")) == {need.value.replace("_", " ") for need in traits.needs}
        following = ", ".join(KINDS[one].name.lower() for one in traits.becomes)
        assert becomes == (following or "–")
