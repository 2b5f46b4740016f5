"""What kind of bytes these are, decided by the bytes: names and declared types are only claims."""

import zipfile
from io import BytesIO
from typing import Final

PDF: Final = "application/pdf"
XML: Final = "application/xml"
ZIP: Final = "application/zip"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
CSV: Final = "text/csv"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
UNKNOWN: Final = "application/octet-stream"

EXTENSIONS: Final = {
    PDF: ".pdf",
    PNG: ".png",
    JPEG: ".jpg",
    CSV: ".csv",
    XLSX: ".xlsx",
    ODS: ".ods",
    XML: ".xml",
}
"""The types that may come with an e-invoice (BT-125-1, and XML as XRechnung has it) → extension."""

DIRECTORY_LIMIT: Final = 1024 * 1024
"""Bytes of the list of files in a ZIP; a spreadsheet's has some thousand."""

_SPACE: Final = b" \t\r\n\f\0\xef\xbb\xbf\xff\xfe"
_MAGIC: Final = {
    b"%PDF-": PDF,
    b"\x89PNG\r\n\x1a\n": PNG,
    b"\xff\xd8\xff": JPEG,
    b"PK\x03\x04": ZIP,
}


def media_type_of(content: bytes) -> str:
    """Return the media type that `content` has by its first bytes; `UNKNOWN` for anything else.

    A PDF has to begin as one: a page of HTML with a PDF behind it is no PDF. XML is only a guess
    here, the parser decides.
    """
    for magic, media_type in _MAGIC.items():
        if content.startswith(magic):
            return _spreadsheet(content) if media_type == ZIP else media_type
    start = content[:512].lstrip(_SPACE)
    if start.startswith(b"%PDF-") and b"<" not in content[: content.index(b"%PDF-")]:
        return PDF
    if start.startswith(b"<"):
        return XML
    return UNKNOWN


def attachment_type(content: bytes, declared: str) -> str:
    """Return the media type of a file inside an e-invoice; "" where it is none of `EXTENSIONS`."""
    found = media_type_of(content)
    if found == UNKNOWN and declared == CSV and b"\0" not in content:
        return CSV
    if found == XML and not content.lstrip(_SPACE).startswith((b"<?xml", b"<\0?\0x\0")):
        return ""  # without a declaration it may as well be a web page
    return found if found in EXTENSIONS else ""


def _directory_size(content: bytes) -> int:
    """Return what a ZIP says its directory takes, in bytes (APPNOTE 4.3.16); 0 where it has none."""
    end = content.rfind(b"PK\x05\x06", max(0, len(content) - 66_000))
    return int.from_bytes(content[end + 12 : end + 16], "little") if end >= 0 else 0


def _spreadsheet(content: bytes) -> str:
    if _directory_size(content) > DIRECTORY_LIMIT:
        return ZIP  # not worth the memory of listing it
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
            if {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                return XLSX
            if "mimetype" in names and archive.getinfo("mimetype").file_size == len(ODS):
                return ODS if archive.read("mimetype") == ODS.encode() else ZIP
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return UNKNOWN
    return ZIP
