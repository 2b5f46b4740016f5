"""PDF with an e-invoice inside (Factur-X, ZUGFeRD, XRechnung in PDF): taking out the XML.

Source: Factur-X 1.09, chapter 6 (names of the embedded file), ISO 32000-1 7.11.4.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

import pikepdf

from app.core.languages import N_
from app.documents.formats import pdf_dangers
from app.documents.rules.findings import Finding, Severity

NAMES: Final = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
"""File names of the embedded invoice, compared without case; the first one wins."""

DECODED_LIMIT: Final = 256 * 1024 * 1024
"""Bytes that one compressed stream of a PDF may grow to while it is read."""

# These limits are the whole process's; they have to be set before any thread opens a PDF.
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=DECODED_LIMIT,
    run_length_max_memory=DECODED_LIMIT,
    png_max_memory=DECODED_LIMIT,
    tiff_max_memory=DECODED_LIMIT,
)


@dataclass(frozen=True, slots=True)
class PdfContent:
    """What a PDF holds: the invoice's XML, None where there is none, and what was found."""

    xml: bytes | None
    findings: tuple[Finding, ...] = ()


def open_pdf(content: bytes, size_limit: int) -> PdfContent:
    """Return the e-invoice inside a PDF; `size_limit` is the most bytes the XML may have.

    Never raises: a PDF that is broken or needs a password gives a fatal finding.
    """
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            return _read(pdf, size_limit)
    except pikepdf.PasswordError:
        sentence = N_("The PDF is protected by a password. Please send it without one.")
        return _held("KT-PDF-PASSWORD", sentence)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, AttributeError):
        return _held("KT-PDF-BROKEN", N_("The PDF is damaged and cannot be read."))


def _held(rule: str, sentence: str) -> PdfContent:
    return PdfContent(None, (Finding(rule, Severity.FATAL, sentence),))


def _read(pdf: pikepdf.Pdf, size_limit: int) -> PdfContent:
    findings: list[Finding] = []
    if pdf.is_encrypted:
        sentence = N_("The PDF is encrypted. It can be read without a password.")
        findings.append(Finding("KT-PDF-ENCRYPTED", Severity.WARNING, sentence))
    specifications = _specifications(pdf)
    findings += pdf_dangers.check(pdf, [_name(one) for one in specifications])
    found = _embedded(specifications)
    if not found:
        return PdfContent(None, tuple(findings))
    name, stream = found[0]
    if len({entry[0] for entry in found}) > 1:
        sentence = N_("The PDF holds more than one e-invoice. Kontor read %(name)s.")
        findings.append(Finding("KT-PDF-SEVERAL", Severity.FATAL, sentence, values={"name": name}))
    xml = stream.read_bytes()
    if len(xml) > size_limit:
        return _held("KT-SIZE", N_("The e-invoice inside the PDF is too large."))
    return PdfContent(xml, tuple(findings))


def _name(specification: Any) -> str:
    return str(specification.get("/UF", specification.get("/F", "")))


def _embedded(specifications: list[Any]) -> list[tuple[str, Any]]:
    """Return the names and streams of embedded invoices, the most wanted name first."""
    files = [
        (name.lower(), specification.EF.get("/UF", specification.EF.get("/F")))
        for specification in specifications
        for name in [_name(specification)]
        if name.lower() in NAMES and "/EF" in specification
    ]
    found = [(name, stream) for name, stream in files if isinstance(stream, pikepdf.Stream)]
    return sorted(found, key=lambda entry: NAMES.index(entry[0]))


def _specifications(pdf: pikepdf.Pdf) -> list[Any]:
    """Return every file specification: of the name tree, else of the associated files (/AF)."""
    root: Any = pdf.Root
    if "/Names" in root and "/EmbeddedFiles" in root.Names:
        found = [entry for _, entry in pikepdf.NameTree(root.Names.EmbeddedFiles).items()]
    else:
        found = list(root.get("/AF", []))
    return [entry for entry in found if isinstance(entry, pikepdf.Dictionary)]
