"""Which kind a type code means."""

import pytest

from app.core import languages
from app.documents.rules.kinds import NAMES, Kind, kind_of
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
