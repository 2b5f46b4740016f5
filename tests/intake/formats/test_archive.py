"""Archives from strangers: what they may hold, and what is refused by name."""

import hashlib
import io
import struct
import zipfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.intake.formats import archive
from app.intake.formats.refusal import UnreadableError
from app.intake.rules.plan import Entry
from tests.intake.packs import letter, zipped

LIMIT = 1_000_000
PDF = letter("A")


def listed(content: bytes, limit: int = LIMIT) -> list[Entry]:
    return archive.entries(content, file_limit=limit)


def refused(content: bytes, limit: int = LIMIT) -> tuple[str, str]:
    with pytest.raises(UnreadableError) as caught:
        listed(content, limit)
    return caught.value.finding.rule, caught.value.finding.text()


def with_member(name: str, content: bytes = PDF, mode: int = 0o100644) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        packed.writestr(member, content)
    return target.getvalue()


def test_files_are_listed_with_what_they_are() -> None:
    found = listed(zipped({"a/ä.pdf": PDF, "b.txt": b"x", "leer/": b""}))
    assert found == [
        Entry("a/ä.pdf", len(PDF), hashlib.sha256(PDF).hexdigest(), is_pdf=True),
        Entry("b.txt", 1, hashlib.sha256(b"x").hexdigest(), is_pdf=False),
    ]


def test_what_operating_systems_leave_behind_is_not_there() -> None:
    junk = {"__MACOSX/._a.pdf": b"x", ".DS_Store": b"x", "x/Thumbs.db": b"x", "._a.pdf": b"x"}
    assert [one.name for one in listed(zipped({"a.pdf": PDF, **junk}))] == ["a.pdf"]
    assert refused(zipped(junk))[0] == "KT-ZIP-EMPTY"


@pytest.mark.parametrize(
    "name",
    [
        *("../a.pdf", "a/../../b.pdf", "/etc/a.pdf", "C:\\a.pdf", "c:a.pdf", "..\\a.pdf"),
        *("\\\\h\\a.pdf", "a\nb.pdf", "x" * 401, "a\u202efdp.pdf"),
    ],
)
def test_a_name_that_leads_out_or_hides_something_is_refused(name: str) -> None:
    rule, text = refused(with_member(name))
    assert rule == "KT-ZIP-NAME"
    assert text.endswith(name[-5:].replace("\\", "/")) or len(name) > 100 or "fdp" in text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Rechnungen\\März.pdf", "Rechnungen/März.pdf"),
        ("./a.pdf", "a.pdf"),
        ("Ma\u0308rz.pdf", "März.pdf"),
    ],
)
def test_a_name_is_normalised(written: str, name: str) -> None:
    assert [one.name for one in listed(with_member(written))] == [name]


@pytest.mark.parametrize(
    ("raw", "name"),
    [("März.pdf".encode(), "März.pdf"), ("März.pdf".encode("cp437"), "März.pdf")],
)
def test_a_name_without_its_mark_is_read_as_it_was_meant(raw: bytes, name: str) -> None:
    placeholder = b"x" * (len(raw) - 4) + b".pdf"
    content = with_member(placeholder.decode()).replace(placeholder, raw)
    assert [one.name for one in listed(content)] == [name]


def test_the_same_name_twice_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        packed.writestr("a.pdf", PDF)
        packed.writestr("./a.pdf", PDF)
    assert refused(target.getvalue()) == (
        "KT-ZIP-TWICE",
        "Two files of the archive are called a.pdf.",
    )


def test_a_link_is_refused() -> None:
    rule, text = refused(with_member("a.pdf", b"/etc/passwd", mode=0o120777))
    assert (rule, "a.pdf" in text) == ("KT-ZIP-LINK", True)


def test_a_locked_file_is_refused() -> None:
    content = bytearray(zipped({"a.pdf": PDF}))
    place = content.rfind(b"PK\x01\x02")
    content[place + 8] |= 1
    assert refused(bytes(content))[0] == "KT-ZIP-LOCKED"


@pytest.mark.parametrize(
    ("name", "content"), [("b.zip", b"x"), ("b.pdf", zipped({"a.pdf": PDF})), ("b.tar", b"x")]
)
def test_an_archive_inside_is_refused(name: str, content: bytes) -> None:
    rule, text = refused(zipped({"a.pdf": PDF, name: content}))
    assert (rule, name in text) == ("KT-ZIP-NESTED", True)


def test_a_file_that_is_too_large_is_refused() -> None:
    assert refused(with_member("a.pdf", b"x" * 11), limit=10)[0] == "KT-ZIP-FILE"
    assert len(listed(with_member("a.pdf", b"x" * 10), limit=10)) == 1


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked: list[str] = []
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: unpacked.append("!"))
    rule, text = refused(zipped({"bomb.pdf": b"\0" * 900_000}))
    assert (rule, "bomb.pdf" in text, unpacked) == ("KT-ZIP-RATIO", True, [])


def test_too_much_of_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = zipped({"a.pdf": PDF, "b.pdf": PDF})
    monkeypatch.setattr(archive, "TOTAL_LIMIT", len(PDF))
    assert refused(content)[0] == "KT-ZIP-TOTAL"
    monkeypatch.undo()
    monkeypatch.setattr(archive, "COUNT_LIMIT", 1)
    assert refused(content)[0] == "KT-ZIP-COUNT"


def test_a_size_that_lies_is_noticed() -> None:
    content = bytearray(zipped({"a.pdf": PDF}))
    place = content.rfind(b"PK\x01\x02")
    content[place + 24 : place + 28] = struct.pack("<I", 10)
    rule, text = refused(bytes(content))
    assert (rule, "a.pdf" in text) == ("KT-ZIP-BROKEN", True)


@pytest.mark.parametrize("content", [b"", b"PK", b"%PDF-1.7", b"PK\x03\x04 and nothing else"])
def test_what_is_no_archive_is_refused(content: bytes) -> None:
    assert refused(content)[0] in ("KT-ZIP-TYPE", "KT-ZIP-BROKEN")


@given(st.data())
def test_a_damaged_archive_is_listed_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(zipped({"a.pdf": PDF, "b/c.pdf": b"%PDF-1.4"}))
    for _once in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnreadableError):
        assert listed(bytes(content))


def test_only_what_is_asked_for_is_unpacked() -> None:
    content = zipped({"a.pdf": b"1", "b.pdf": b"2", "c.pdf": b"3"})
    found = archive.files(content, ["c.pdf", "a.pdf"], file_limit=LIMIT)
    assert dict(found) == {"a.pdf": b"1", "c.pdf": b"3"}
