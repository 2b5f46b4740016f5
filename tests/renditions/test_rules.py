from dataclasses import replace

import pytest

from app.documents.rules.einvoice import EInvoice
from app.documents.rules.kinds import Kind
from app.renditions.rules import (
    CORE,
    ENDINGS,
    FORM_NAMES,
    MEDIA_TYPES,
    REASONS,
    Form,
    Reason,
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


@pytest.mark.parametrize(
    ("kind", "syntax", "has_pdf", "forms"),
    [
        (Kind.INVOICE, "ubl_invoice", False, (Form.FACTURX, Form.CII)),
        (Kind.INVOICE, "cii", False, (Form.FACTURX, Form.UBL)),
        (Kind.INVOICE, "cii", True, (Form.UBL,)),
        (Kind.CREDIT_NOTE, "ubl_credit_note", False, (Form.FACTURX, Form.CII)),
        (Kind.INVOICE, "plain_pdf", True, (Form.UBL, Form.CII)),
        (Kind.QUOTE, "ubl_quotation", False, (Form.PDF,)),
        (Kind.REMINDER, "plain_pdf", True, ()),
    ],
)
def test_what_came_is_not_offered_again(
    kind: Kind, syntax: str, has_pdf: bool, forms: tuple[Form, ...]
) -> None:
    assert offered(kind, syntax, has_pdf=has_pdf) == forms


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
