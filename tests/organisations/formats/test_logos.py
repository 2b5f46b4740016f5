"""Pictures become logos in a cell: drawn anew, small, with nothing of the file but what is seen."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from app.core import cells
from app.organisations.formats import apart
from app.organisations.formats.apart import Made, made, to_answer
from app.organisations.rules.branding import LARGEST, Ending, Flaw


def picture(form: str, size: tuple[int, int] = (1600, 400), **options: object) -> bytes:
    target = BytesIO()
    Image.new("RGB", size, "#17586b").save(target, form, **options)
    return target.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check


def bomb(side: int) -> bytes:
    """Return a PNG that says it is `side` × `side` pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_becomes_a_small_png(form: str) -> None:
    one = made(picture(form))
    assert (one.flaw, one.ending, one.width, one.height) == (None, Ending.PNG, 800, 200)
    with Image.open(BytesIO(one.content)) as image:
        assert (image.format, image.size) == ("PNG", (800, 200))


def test_nothing_of_the_file_is_left_but_what_is_seen() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret place")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    for content in (
        picture("PNG", pnginfo=notes),
        picture("JPEG", exif=exif),
        picture("PNG") + b"<script>secret place</script>",
        picture("JPEG", comment=b"<?php secret place ?>"),
    ):
        assert b"secret place" in content
        one = made(content)
        assert one.flaw is None
        assert b"secret" not in one.content
        with Image.open(BytesIO(one.content)) as image:
            assert not image.info


def test_the_margin_is_cut_off_and_transparency_stays() -> None:
    image = Image.new("RGBA", (300, 300))
    image.paste((200, 0, 0, 255), (100, 140, 200, 160))
    target = BytesIO()
    image.save(target, "PNG")
    one = made(target.getvalue())
    assert (one.width, one.height) == (100, 20)


def test_a_picture_that_shows_nothing_is_refused() -> None:
    target = BytesIO()
    Image.new("RGBA", (50, 50)).save(target, "PNG")
    assert made(target.getvalue()).flaw is Flaw.EMPTY


@pytest.mark.parametrize("side", [6000, 20_000, 200_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    assert made(bomb(side)).flaw in (Flaw.TOO_LARGE, Flaw.UNREADABLE)


def test_what_is_broken_or_no_picture_is_refused() -> None:
    half = picture("PNG")[:200]
    gif = picture("GIF")
    for content in (half, gif, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF\x04\0\0\0WEBP"):
        assert made(content).flaw is Flaw.UNREADABLE
    assert made(b"\0" * (LARGEST + 1)).flaw is Flaw.TOO_LARGE


def test_a_cell_that_was_taken_over_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    for lie in (
        Made(b"<html>", Ending.PNG, 10, 10),
        Made(b"<script>", Ending.SVG, 10, 10),
        Made(b"<svg xmlns=''/>", Ending.SVG, 10_000, 10),
    ):
        answer = to_answer(lie)
        monkeypatch.setattr(cells, "run", lambda *_asked, said=answer: said)
        assert apart.made(b"x").flaw is Flaw.UNREADABLE
