"""Files inside an e-invoice: decoded, named safely, bounded, and only of types we know."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.formats import media_types
from app.documents.formats.supporting_documents import (
    COUNT_LIMIT,
    Extraction,
    SupportingDocument,
    extract,
    safe_name,
)
from app.documents.rules.einvoice import Attachment
from app.documents.rules.findings import Severity

PDF = b"%PDF-1.7\nbody"


def document(
    content: bytes, name: str = "a.pdf", media_type: str = "application/pdf"
) -> SupportingDocument:
    attachment = Attachment(reference="A1", name=name, media_type=media_type)
    return SupportingDocument(attachment, base64.b64encode(content).decode())


def rules(extraction: Extraction) -> list[str]:
    assert all(finding.severity is Severity.WARNING for finding in extraction.findings)
    return [finding.rule for finding in extraction.findings]


def test_a_file_comes_out_with_its_type_and_size() -> None:
    extraction = extract([document(PDF, "time sheet.PDF", "image/png")], 1000)
    assert [(file.name, file.media_type, file.content) for file in extraction.files] == [
        ("time sheet.pdf", media_types.PDF, PDF)
    ]
    (attachment,) = extraction.attachments
    assert (attachment.name, attachment.media_type, attachment.size, attachment.reference) == (
        "time sheet.pdf",
        media_types.PDF,
        len(PDF),
        "A1",
    )


def test_line_breaks_in_base64_are_no_matter() -> None:
    broken = SupportingDocument(Attachment(), "\n".join(base64.b64encode(PDF).decode()))
    assert extract([broken], 1000).files[0].content == PDF


def test_a_reference_without_a_file_stays() -> None:
    linked = SupportingDocument(Attachment(location="https://example.org/a.pdf"))
    extraction = extract([linked], 1000)
    assert extraction.attachments == (linked.attachment,)
    assert extraction.files == ()


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        (document(b"MZ\x90", "a.exe"), "KT-ATTACHMENT-TYPE"),
        (document(b"<html></html>", "a.html", "text/html"), "KT-ATTACHMENT-TYPE"),
        (SupportingDocument(Attachment(name="a"), "not base64!"), "KT-ATTACHMENT-CODE"),
        (document(PDF * 1000), "KT-ATTACHMENT-SIZE"),
    ],
)
def test_what_is_not_handed_on_is_a_warning_and_stays_described(
    entry: SupportingDocument, rule: str
) -> None:
    extraction = extract([entry], 1000)
    assert rules(extraction) == [rule]
    assert extraction.files == ()
    assert extraction.attachments == (entry.attachment,)


def test_all_files_together_stay_below_the_limit() -> None:
    extraction = extract([document(PDF), document(PDF), document(PDF)], 2 * len(PDF))
    assert len(extraction.files) == 2
    assert rules(extraction) == ["KT-ATTACHMENT-SIZE"]


def test_there_is_a_limit_on_their_number() -> None:
    assert len(extract([document(PDF)] * (COUNT_LIMIT + 3), 10**6).files) == COUNT_LIMIT


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\temp\\bill.exe", "bill.pdf"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ('x";y=<z>.pdf', "x_;y=_z.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "attachment-3.pdf"),
        ("...", "attachment-3.pdf"),
        ("Leistung März.pdf", "Leistung März.pdf"),
    ],
)
def test_a_name_is_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, media_types.PDF, 3) == safe


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder_or_grows_long(name: str) -> None:
    safe = safe_name(name, media_types.PDF, 1)
    assert safe.endswith(".pdf")
    assert len(safe) <= 104
    assert not set(safe) & set('/\\\0\r\n"')
    assert not safe.startswith(".")
