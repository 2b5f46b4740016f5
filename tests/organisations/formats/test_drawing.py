"""Hostile drawings: what is dangerous is left out or refused, what is seen stays."""

import pytest
from lxml import etree

from app.organisations.formats import logos
from app.organisations.formats.drawing import ELEMENTS, MOST_ELEMENTS, UnsafeError, copied
from app.organisations.rules.branding import Ending, Flaw

OPEN = (
    b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    b'viewBox="0 0 40 10">'
)
SEEN = b'<path d="M0 0h40v10z" fill="#c00"/>'


def svg(inside: bytes) -> bytes:
    return OPEN + inside + SEEN + b"</svg>"


LEFT_OUT = {
    "script": b"<script>alert(1)</script>",
    "script in CDATA": b"<script><![CDATA[alert(1)]]></script>",
    "script by address": b'<script xlink:href="https://evil.example/x.js"/>',
    "script under another prefix": b'<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>',
    "a page inside": b'<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" '
    b'src="javascript:alert(1)"/></foreignObject>',
    "an element of HTML": b'<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x" onerror="alert(1)"/>',
    "onload": b'<g onload="alert(1)"><rect width="1" height="1"/></g>',
    "onclick": b'<rect width="1" height="1" onclick="alert(1)"/>',
    "link": b'<a xlink:href="javascript:alert(1)"><rect width="9" height="9"/></a>',
    "picture from outside": b'<image href="https://evil.example/spy.png" width="1" height="1"/>',
    "picture of data": b'<image href="data:image/svg+xml;base64,PHN2Zy8+" width="1" height="1"/>',
    "use from outside": b'<use xlink:href="https://evil.example/x.svg#a"/>',
    "import": b"<style>@import url(https://evil.example/x.css);</style>",
    "address in a style": b"<style>rect{fill:url(https://evil.example/x)}</style>",
    "escaped address": b"<style>rect{fill:u\\72l(https://evil.example/x)}</style>",
    "end of a style": b"<style>&lt;/style&gt;&lt;script&gt;alert(1)&lt;/script&gt;</style>",
    "address in an attribute": b'<rect width="1" height="1" fill="url(https://evil.example/x#a)"/>',
    "style attribute": b'<rect width="1" height="1" style="background:url(//evil.example)"/>',
    "behaviour": b'<rect width="1" height="1" style="behavior:expression(alert(1))"/>',
    "animation": b'<rect width="1" height="1"><animate attributeName="href" '
    b'values="javascript:alert(1)"/></rect>',
    "set": b'<set attributeName="onmouseover" to="alert(1)"/>',
    "filter": b'<filter id="f"><feImage href="https://evil.example/x"/></filter>',
    "gradient from outside": b'<linearGradient id="a" xlink:href="https://evil.example/x#b"/>',
    "base": b'<g xml:base="https://evil.example/"><rect width="1" height="1"/></g>',
    "handler by namespace": b'<g xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load"/>',
}
DANGEROUS = (
    b"alert",
    b"evil",
    b"javascript",
    b"data:",
    b"http://www.w3.org/1999",
    b"://e",
    b"@",
    b"on",
)


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_is_dangerous_is_left_out_and_what_is_seen_stays(name: str) -> None:
    found = copied(svg(LEFT_OUT[name])).content
    assert b'd="M0 0h40v10z"' in found
    bare = found.replace(b'xmlns="http://www.w3.org/2000/svg"', b"")
    assert [one for one in DANGEROUS if one in bare] == []
    for element in etree.fromstring(found).iter():
        assert etree.QName(element).localname in ELEMENTS


@pytest.mark.parametrize("name", [*LEFT_OUT][:12])
def test_what_was_left_out_is_named(name: str) -> None:
    assert copied(svg(LEFT_OUT[name])).left_out


def test_processing_instructions_and_comments_are_left_out() -> None:
    sheet = b'<?xml-stylesheet href="https://evil.example/x.css"?><!-- evil -->' + svg(b"")
    assert b"evil" not in copied(sheet).content


ENTITIES = {
    "files": b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "laughs": b'<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;">]>',
    "parameters": b'<!DOCTYPE svg [<!ENTITY % p SYSTEM "http://evil.example/x.dtd"> %p;]>',
    "attributes": b'<!DOCTYPE svg [<!ENTITY x "javascript:alert(1)">]>',
}


@pytest.mark.parametrize("name", ENTITIES)
def test_entities_are_refused_as_a_whole(name: str) -> None:
    with pytest.raises(UnsafeError):
        copied(ENTITIES[name] + svg(b"<title>&x;</title>" if name != "parameters" else b""))


def test_too_many_and_too_deep_elements_are_refused() -> None:
    with pytest.raises(UnsafeError):
        copied(svg(b"<g/>" * (MOST_ELEMENTS + 1)))
    with pytest.raises(UnsafeError):
        copied(svg(b"<g>" * 60 + b"</g>" * 60))


def test_a_plain_doctype_gradients_classes_and_text_stay() -> None:
    drawn = (
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
        b'"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
        + svg(
            b'<defs><style>/* Export */.a{fill:url(#g);stroke:#fff}</style><linearGradient id="g">'
            b'<stop offset="0" stop-color="#fff"/></linearGradient><linearGradient id="h" '
            b'xlink:href="#g"/></defs><rect class="a" width="4" height="4"/>'
            b'<text x="1" y="2">Haus <tspan>Linden</tspan>hof</text>'
        )
    )
    found = copied(drawn)
    assert found.left_out == set()
    for part in (b".a{fill:url(#g);stroke:#fff}", b'href="#g"', b"Haus <tspan>Linden</tspan>hof"):
        assert part in found.content
    assert (found.width, found.height) == (40, 10)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body/></html>",
        b"GIF89a",
        b"%PDF-1.7",
        b"\x1f\x8b\x08\x00",
        b"<svg/>",
        OPEN,
        b"PK\x03\x04",
    ],
)
def test_what_is_no_drawing_is_refused(content: bytes) -> None:
    assert logos.made(content).flaw is Flaw.UNREADABLE


def test_a_drawing_without_anything_to_see_is_refused() -> None:
    assert logos.made(OPEN + b"<g/></svg>").flaw is Flaw.EMPTY
    assert logos.made(b" " * 300_000 + svg(b"")).flaw is not None


def test_the_size_of_a_drawing_is_cut_to_what_a_logo_may_have() -> None:
    one = logos.made(svg(b"").replace(b"0 0 40 10", b"0 0 4000 1000"))
    assert (one.ending, one.width, one.height, one.flaw) == (Ending.SVG, 800, 200, None)
    assert one.content.startswith(b"<svg ")
