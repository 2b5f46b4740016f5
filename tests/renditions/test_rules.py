from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.renditions.rules import (
    CORE,
    ENDINGS,
    FORM_NAMES,
    MEDIA_TYPES,
    REASONS,
    SOON,
    Form,
    Reason,
    coming,
    fitted,
    offered,
    sheet_form,
)


def test_only_invoices_and_credit_notes_hold_an_e_invoice_inside() -> None:
    found = {kind: sheet_form(kind) for kind in Kind}
    assert {kind for kind, form in found.items() if form is Form.FACTURX} == {
        Kind.INVOICE,
        Kind.CREDIT_NOTE,
    }


LINES = {"lines": [{}]}


@pytest.mark.parametrize(
    ("kind", "syntax", "said", "forms"),
    [
        (Kind.INVOICE, "ubl_invoice", LINES, (Form.CII,)),
        (Kind.INVOICE, "cii", LINES, (Form.UBL,)),
        (Kind.CREDIT_NOTE, "ubl_credit_note", LINES, (Form.CII,)),
        (Kind.INVOICE, "plain_pdf", LINES, (Form.UBL, Form.CII)),
        (Kind.INVOICE, "plain_pdf", {"number": "1"}, ()),
        (Kind.INVOICE, "plain_pdf", None, ()),
        (Kind.QUOTE, "ubl_quotation", LINES, ()),
        (Kind.QUOTE, "plain_pdf", LINES, (Form.UBL,)),
        (Kind.REMINDER, "plain_pdf", {"reminded_invoices": [{}]}, (Form.UBL,)),
    ],
)
def test_what_came_is_not_offered_again_and_nothing_is_made_of_nothing(
    kind: Kind, syntax: str, said: dict[str, object] | None, forms: tuple[Form, ...]
) -> None:
    assert offered(kind, syntax, said, has_pdf=True) == forms
    sheet = (sheet_form(kind),) if said else ()
    assert offered(kind, syntax, said, has_pdf=False) == (*sheet, *forms)


def test_what_is_inside_a_pdf_says_that_it_is_of_en_16931() -> None:
    xrechnung = EInvoice(specification=f"{CORE}#compliant#urn:xoev-de:kosit:xrechnung_3.0")
    extended = replace(xrechnung, specification=f"{CORE}#conformant#urn:factur-x.eu:1p0:extended")
    assert fitted(xrechnung, Form.FACTURX).specification == CORE
    assert fitted(xrechnung, Form.CII) == fitted(xrechnung, Form.UBL) == xrechnung
    assert fitted(extended, Form.UBL).specification == CORE
    assert fitted(EInvoice(), Form.CII).specification == CORE


def test_every_word_has_its_name() -> None:
    assert set(FORM_NAMES) == set(MEDIA_TYPES) == set(ENDINGS) == set(Form)
    assert set(REASONS) == set(Reason)


def test_the_pdf_of_what_was_published_a_moment_ago_comes_by_itself() -> None:
    now = datetime(2026, 11, 3, 12, tzinfo=UTC)
    both = (Form.FACTURX, Form.CII)
    assert coming(Kind.INVOICE, both, now, now) is Form.FACTURX
    assert coming(Kind.INVOICE, (Form.CII,), now, now) is None
    assert coming(Kind.INVOICE, both, now - SOON, now) is None
    assert coming(Kind.INVOICE, both, None, now) is None
    assert coming(Kind.QUOTE, (Form.PDF,), now, now) is Form.PDF
