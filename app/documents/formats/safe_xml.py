"""Parsing XML that a stranger wrote: no DOCTYPE, no entities, no network, bounded depth."""

from typing import Any, Final

from lxml import etree

from app.core.languages import N_
from app.documents.rules.findings import Finding, Severity

DEPTH_LIMIT: Final = 64
"""How many elements may lie inside each other; UBL and CII need less than 20."""

ENCODINGS: Final = frozenset(
    {"UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"}
    | {"ISO-8859-1", "ISO-8859-15", "WINDOWS-1252"}
)
"""Encodings that every reader understands alike; UTF-7 and EBCDIC can hide markup from others."""

_TOO_DEEP: Final = "boolean(" + "/*" * (DEPTH_LIMIT + 1) + ")"


class UnreadableXmlError(Exception):
    """The bytes are no XML that may be read; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.rule)
        self.finding = finding


def parse(content: bytes) -> Any:
    """Return the root element (lxml) of `content`, without comments and processing instructions.

    Nothing outside `content` is read. Raises `UnreadableXmlError` for everything that is not plain,
    well-formed XML without a DOCTYPE, in an encoding of `ENCODINGS`.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        # Text split by a comment would be read in part by some readers, whole by others.
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise UnreadableXmlError(_syntax(content, error)) from error
    _refuse_tricks(root)
    return root


def text_of(root: Any) -> str:
    """Return a parsed element written anew: what the rule engine may be fed with."""
    return str(etree.tostring(root, encoding="unicode"))


def _refuse_tricks(root: Any) -> None:
    information = root.getroottree().docinfo
    if information.doctype or information.internalDTD is not None:
        raise UnreadableXmlError(_doctype())
    encoding = (information.encoding or "UTF-8").upper()
    if encoding not in ENCODINGS:
        sentence = N_("The file is written in the encoding %(encoding)s. Please send it as UTF-8.")
        raise UnreadableXmlError(
            Finding("KT-XML-ENCODING", Severity.FATAL, sentence, values={"encoding": encoding})
        )
    if root.xpath(_TOO_DEEP):
        sentence = N_("The file nests its elements too deeply to be an invoice.")
        raise UnreadableXmlError(Finding("KT-XML-DEPTH", Severity.FATAL, sentence))


def _doctype() -> Finding:
    sentence = N_("The file has a DOCTYPE. E-invoices do not need one, and it can do harm.")
    return Finding("KT-XML-DOCTYPE", Severity.FATAL, sentence)


def _syntax(content: bytes, error: Exception) -> Finding:
    # An entity bomb breaks off inside its DOCTYPE: name the cause, not the symptom.
    if b"<!DOCTYPE" in content[:65536].replace(b"\0", b""):
        return _doctype()
    message = " ".join(str(error).split())
    return Finding(
        "KT-XML-SYNTAX",
        Severity.FATAL,
        N_("The file is not well-formed XML: %(detail)s"),
        place=f"line {error.lineno}" if isinstance(error, etree.XMLSyntaxError) else "",
        values={"detail": message[:300]},
    )
