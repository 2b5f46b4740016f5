"""The type of bytes is decided by the bytes."""

import io
import zipfile

import pytest

from app.documents.formats import media_types
from app.documents.formats.media_types import attachment_type, media_type_of
from tests.documents import hostile


def archive(*names: str, mimetype: str | None = None) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as opened:
        if mimetype is not None:
            opened.writestr("mimetype", mimetype)
        for name in names:
            opened.writestr(name, "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7\n", media_types.PDF),
        (b"\n%PDF-1.7\n", media_types.PDF),
        (b"\x89PNG\r\n\x1a\n", media_types.PNG),
        (b"\xff\xd8\xff\xe0", media_types.JPEG),
        (b"<a/>", media_types.XML),
        (b"\xef\xbb\xbf  <a/>", media_types.XML),
        ("<a/>".encode("utf-16"), media_types.XML),
        (archive("[Content_Types].xml", "xl/workbook.xml"), media_types.XLSX),
        (archive(mimetype=media_types.ODS), media_types.ODS),
        (archive("evil.exe"), media_types.ZIP),
        (b"PK\x03\x04broken", media_types.UNKNOWN),
        (b"MZ\x90", media_types.UNKNOWN),
        (b"", media_types.UNKNOWN),
    ],
)
def test_the_type_follows_from_the_bytes(content: bytes, media_type: str) -> None:
    assert media_type_of(content) == media_type


def test_html_with_a_pdf_behind_it_is_no_pdf() -> None:
    assert media_type_of(b"<html><script>1</script>\n%PDF-1.7\n") != media_types.PDF


def test_a_declared_type_does_not_make_a_type() -> None:
    assert attachment_type(b"MZ\x90", "application/pdf") == ""
    assert attachment_type(archive("evil.exe"), media_types.XLSX) == ""
    assert attachment_type(b"<html></html>", "application/xml") == ""


def test_text_is_a_table_only_where_it_says_so() -> None:
    assert attachment_type(b"a;b\n1;2\n", media_types.CSV) == media_types.CSV
    assert attachment_type(b"a;b\n1;2\n", media_types.PDF) == ""
    assert attachment_type(b"a\0b", media_types.CSV) == ""
    assert attachment_type(b"<script>alert(1)</script>", media_types.CSV) == ""


def test_a_zip_with_very_many_files_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_about: object) -> None:
        raise AssertionError("listed")

    content = hostile.archive_of_many(20_000)
    monkeypatch.setattr(zipfile, "ZipFile", refuse)
    assert media_type_of(content) == media_types.ZIP


@pytest.mark.parametrize("name", hostile.ARCHIVES)
def test_a_hostile_archive_is_told_for_what_it_is(name: str) -> None:
    assert media_type_of(hostile.ARCHIVES[name]()) == media_types.ZIP
