"""What a PDF would like to do, wherever it says so."""

import io

import pikepdf
import pytest

from app.documents.formats import pdf_dangers
from app.documents.formats.facturx import open_pdf
from tests import corpus
from tests.documents import hostile


def rules(content: bytes) -> list[str]:
    return [one.rule for one in open_pdf(content, 10_000_000).findings]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("scripted", "KT-PDF-SCRIPTED"),
        ("scripted in an object stream", "KT-PDF-SCRIPTED"),
        ("a form with scripts", "KT-PDF-SCRIPTED"),
        ("nested launch", "KT-PDF-LAUNCH"),
        ("a program inside", "KT-PDF-PROGRAM"),
    ],
)
def test_each_is_a_warning_of_its_own(name: str, rule: str) -> None:
    assert rules(hostile.PDFS[name][0]()) == [rule]


def test_a_harmless_pdf_has_none() -> None:
    assert rules(hostile.plain_pdf()) == []


@corpus.needed
def test_real_invoices_have_none() -> None:
    files = corpus.zugferd()
    assert len(files) > 10
    assert {rule for one in files for rule in rules(one.read_bytes())} == set()


def test_an_endless_pdf_is_looked_at_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_dangers, "OBJECT_LIMIT", 3)
    document = pikepdf.new()
    for _ in range(50):
        document.add_blank_page()
    target = io.BytesIO()
    document.save(target)
    assert rules(target.getvalue()) == []
