"""What a PDF claims, checked on the real file: PDF/A-3b, and the e-invoice inside."""

import re
import shutil
import subprocess
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import facturx
import pikepdf
import pytest
from eu_einvoice.parse import parse_bytes

from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.findings import Severity
from app.documents.rules.kinds import Kind
from app.renditions.formats import archive, cii, pdf
from app.renditions.formats.archive import Label
from tests.renditions.formats.samples import HOUSE, document, invoice

LABEL = Label(
    "Rechnung «A & B»", "Haus Lindenhof", "de-CH", datetime(2026, 10, 30, 8, 0, tzinfo=UTC)
)


def with_invoice() -> bytes:
    sheet = pdf.drawn(invoice(), Kind.INVOICE, HOUSE)
    return archive.with_invoice(sheet, cii.written(invoice()), LABEL)


def without() -> bytes:
    return archive.plain(pdf.drawn(document(Kind.QUOTE), Kind.QUOTE, HOUSE), LABEL)


both = pytest.mark.parametrize("content", [with_invoice(), without()], ids=["facturx", "plain"])


@both
def test_it_keeps_what_pdf_a_3b_asks_for(content: bytes) -> None:
    with pikepdf.open(BytesIO(content)) as found:
        root: Any = found.Root
        assert not found.is_encrypted
        assert found.pdf_version >= "1.7"
        (intent,) = root.OutputIntents
        assert (str(intent.S), str(intent.OutputConditionIdentifier)) == ("/GTS_PDFA1", "sRGB")
        assert intent.DestOutputProfile.read_bytes()[36:40] == b"acsp"
        fonts = [one for one in found.objects if _is(one, "/Font")]
        assert fonts
        assert all("/FontFile2" in one.FontDescriptor for one in fonts)
        metadata = found.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
        assert "/Filter" not in root.Metadata
        assert not [one for one in found.objects if _is(one, "/Action") or _is(one, "/EmbeddedJS")]
        assert found.trailer.ID


def _is(one: Any, kind: str) -> bool:
    return isinstance(one, pikepdf.Dictionary) and str(one.get("/Type")) == kind


@both
def test_what_it_says_about_itself_is_the_same_in_both_places(content: bytes) -> None:
    with pikepdf.open(BytesIO(content)) as found:
        metadata, info = found.open_metadata(), found.docinfo
        assert metadata["dc:title"] == str(info["/Title"]) == LABEL.title
        assert list(metadata["dc:creator"]) == [str(info["/Author"])] == [LABEL.author]
        assert metadata["dc:description"] == str(info["/Subject"])
        assert metadata["pdf:Producer"] == str(info["/Producer"]) == "Kontor"
        assert metadata["xmp:CreatorTool"] == str(info["/Creator"]) == "Kontor"
        for name, entry in (("xmp:CreateDate", "/CreationDate"), ("xmp:ModifyDate", "/ModDate")):
            assert _digits(metadata[name]) == _digits(str(info[entry])) == "20261030080000"
        assert metadata.get("pdf:Keywords") is None
        assert "/Keywords" not in info


def _digits(text: str) -> str:
    return "".join(re.findall(r"\d", text))[:14]


def test_the_e_invoice_inside_is_declared_and_comes_out_again() -> None:
    content, xml = with_invoice(), cii.written(invoice())
    assert facturx.get_xml_from_pdf(content, check_xsd=True) == ("factur-x.xml", xml)
    with pikepdf.open(BytesIO(content)) as found:
        root: Any = found.Root
        (entry,) = root.AF
        assert str(entry.AFRelationship) == "/Data"
        assert str(entry.UF) == "factur-x.xml"
        assert str(entry.EF.F.Subtype) == "/text/xml"
        metadata = root.Metadata.read_bytes().decode()
    for part in (
        "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#",
        "EN 16931",
        "factur-x.xml",
    ):
        assert part in metadata
    assert "pdfaExtension" in metadata


def test_it_is_read_as_the_invoice_that_it_was_made_of(engine: RuleEngine) -> None:
    found = examine(with_invoice(), "a.pdf", size_limit=10**7, engine=engine)
    assert [one for one in found.findings if one.severity is Severity.FATAL] == []
    assert found.einvoice == invoice()
    other, _ = parse_bytes(cii.written(invoice()))
    assert other["number"] == invoice().number


def test_the_same_input_gives_the_same_bytes() -> None:
    assert with_invoice() == with_invoice()
    assert without() == without()


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="poppler is not installed")
def test_poppler_sees_embedded_fonts_only(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(with_invoice())
    run = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True)
    rows = run.stdout.splitlines()[2:]
    assert len(rows) == 2
    assert all(row.split()[3:6] == ["yes", "yes", "yes"] for row in rows)
