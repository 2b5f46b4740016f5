"""Changes that make a good file a strange one: in its bytes, in its elements, inside its PDF."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import pikepdf
from hypothesis import strategies as st
from lxml import etree

from tests import corpus
from tests.documents import invoices

Change = Callable[[bytes], bytes]

SNIPPETS: Final = (
    *(b"", b"\0", b"\xff\xfe", b"<", b"&", b"&#0;", b"]]>", b"<!-- ", b"-->", b"<![CDATA["),
    *(
        b'<!DOCTYPE x [<!ENTITY a "b">]>',
        b"&a;",
        b"<?xml version='1.1'?>",
        b"\xc3\x28",
        b"\x1b[31m",
    ),
    *(b"stream\nendstream", b"%%EOF", b"/Encrypt 1 0 R", b"/OpenAction", b"<< /Length 99999999 >>"),
)
TEXTS: Final = (
    *(
        "",
        " ",
        "-",
        "0",
        "-0",
        "NaN",
        "Infinity",
        "1e400",
        "1E-400",
        "9" * 40,
        "-1",
        "0x10",
        "１２",
    ),
    *("1,5", "1'000.00", "1_000", "+5", "0000-00-00", "9999-12-31", "2026-02-30", "2026-11-02Z"),
    *(
        "XXX",
        "chf",
        "JPY",
        "KWD",
        "S",
        "380",
        "381",
        "\u202e",
        "a\u0300" * 50,
        "=cmd|' /C calc'!A0",
    ),
    *(
        "%(name)s",
        "%s",
        "{{ 7*7 }}",
        "<script>",
        "a\nBcc: x@y.example",
        "x" * 5000,
        "'; DROP TABLE",
    ),
)


@cache
def originals(ending: str) -> list[bytes]:
    """Return good files to change, the corpora's where they are, else our own."""
    own = [invoices.ubl()] if ending == ".xml" else [invoices.pdf(invoices.ubl())]
    found = [*corpus.einvoices(), *corpus.oasis_others()]
    return [*own, *(_read(path) for path in found if path.suffix.lower() == ending)]


def _read(path: Path) -> bytes:
    return path.read_bytes()


@st.composite
def bytes_changed(draw: Any, ending: str) -> bytes:
    """Return a file of which some pieces were cut out, doubled, or replaced by a snippet."""
    content = draw(st.sampled_from(originals(ending)))
    for _time in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.integers(0, 400)))
        piece = draw(
            st.sampled_from(SNIPPETS) | st.binary(max_size=8) | st.just(content[start:end] * 2)
        )
        content = content[:start] + piece + content[end:]
    return content


@st.composite
def elements_changed(draw: Any) -> bytes:
    """Return XML of which some elements were removed, doubled, moved, or say something else."""
    root = etree.fromstring(draw(st.sampled_from(originals(".xml"))))
    for _time in range(draw(st.integers(1, 5))):
        elements = [one for one in root.iter() if isinstance(one.tag, str) and one is not root]
        if elements:
            draw(st.sampled_from(_CHANGES))(draw, elements)
    return bytes(etree.tostring(root))


@st.composite
def inside_changed(draw: Any) -> bytes:
    """Return a PDF whose embedded XML was changed, or stands under another name, or twice."""
    xml = draw(elements_changed() | bytes_changed(".xml"))
    name = draw(st.sampled_from(["factur-x.xml", "XRECHNUNG.XML", "zugferd-invoice.xml", "a.xml"]))
    content = invoices.pdf(xml, name)
    if not draw(st.booleans()):
        return content
    with pikepdf.open(BytesIO(content)) as pdf:
        second = pikepdf.AttachedFileSpec(pdf, invoices.ubl(), filename="second.xml")
        pdf.attachments["second.xml"] = second
        target = BytesIO()
        pdf.save(target)
    return target.getvalue()


def _one(draw: Any, elements: list[Any]) -> Any:
    return draw(st.sampled_from(elements))


def _say(draw: Any, elements: list[Any]) -> None:
    leaves = [one for one in elements if not len(one)] or elements
    _one(draw, leaves).text = draw(st.sampled_from(TEXTS))


def _attribute(draw: Any, elements: list[Any]) -> None:
    with_some = [one for one in elements if one.attrib] or elements
    one = _one(draw, with_some)
    name = draw(st.sampled_from([*one.attrib, "currencyID", "unitCode", "mimeCode"]))
    one.set(name, draw(st.sampled_from(TEXTS)))


def _remove(draw: Any, elements: list[Any]) -> None:
    one = _one(draw, elements)
    one.getparent().remove(one)


def _double(draw: Any, elements: list[Any]) -> None:
    one = _one(draw, elements)
    one.addnext(etree.fromstring(etree.tostring(one, with_tail=False)))


def _move(draw: Any, elements: list[Any]) -> None:
    one, other = _one(draw, elements), _one(draw, elements)
    if one is not other and one not in other.iterancestors():
        other.append(one)


_CHANGES: Final = (_say, _say, _attribute, _remove, _double, _move)
