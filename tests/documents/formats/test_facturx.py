"""The e-invoice inside a PDF: found by its name, and clear words where it cannot be read."""

import pytest

from app.documents.formats.facturx import open_pdf
from app.documents.rules.findings import Severity
from tests.documents.invoices import pdf, ubl

LIMIT = 1_000_000


@pytest.mark.parametrize(
    "name",
    ["factur-x.xml", "FACTUR-X.XML", "xrechnung.xml", "zugferd-invoice.xml", "ZUGFeRD-invoice.xml"],
)
def test_the_invoice_is_found_by_its_name_without_case(name: str) -> None:
    found = open_pdf(pdf(ubl(), name), LIMIT)
    assert (found.xml, found.findings) == (ubl(), ())


def test_another_attachment_is_no_invoice() -> None:
    assert open_pdf(pdf(ubl(), "notes.xml"), LIMIT).xml is None


def test_a_pdf_without_attachments_has_no_invoice_and_no_finding() -> None:
    found = open_pdf(pdf(None), LIMIT)
    assert (found.xml, found.findings) == (None, ())


def test_a_pdf_that_needs_a_password_says_so() -> None:
    found = open_pdf(pdf(ubl(), password="secret"), LIMIT)
    assert [finding.rule for finding in found.findings] == ["KT-PDF-PASSWORD"]
    assert found.xml is None


def test_an_encrypted_pdf_that_everybody_can_open_is_read_with_a_warning() -> None:
    found = open_pdf(pdf(ubl(), password=""), LIMIT)
    assert found.xml == ubl()
    assert [finding.severity for finding in found.findings] == [Severity.WARNING]


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"%PDF-1.7\n%%EOF", b"%PDF-" + b"\xff" * 5000])
def test_a_broken_pdf_says_so(content: bytes) -> None:
    found = open_pdf(content, LIMIT)
    assert [finding.rule for finding in found.findings] == ["KT-PDF-BROKEN"]


def test_a_pdf_cut_off_anywhere_never_gives_half_an_invoice() -> None:
    whole = pdf(ubl())
    for end in range(0, len(whole), 97):
        assert open_pdf(whole[:end], LIMIT).xml in {None, ubl()}


def test_an_invoice_that_unpacks_beyond_the_limit_is_held() -> None:
    bomb = pdf(b"<a>" + b" " * 5_000_000 + b"</a>")
    assert len(bomb) < LIMIT
    found = open_pdf(bomb, LIMIT)
    assert [finding.rule for finding in found.findings] == ["KT-SIZE"]
    assert found.xml is None
