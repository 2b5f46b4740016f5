"""A safe copy of an SVG: only elements, attributes and styles on a list; all others are left out.

A new tree is written from the old one, so that nothing is kept which nobody thought of. A document
type is refused as a whole: entities live there.
"""

import math
import re
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
MOST_ELEMENTS: Final = 5000
DEEPEST: Final = 40

SHAPES: Final = frozenset(
    {"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text"}
)
_GROUPS: Final = {"svg", "g", "defs", "title", "desc", "tspan", "style", "clipPath", "mask"}
_PAINTS: Final = {"linearGradient", "radialGradient", "stop"}
ELEMENTS: Final = SHAPES | _GROUPS | _PAINTS

_GEOMETRY: Final = (
    "viewBox x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height d points pathLength transform "
    "preserveAspectRatio version rotate textLength lengthAdjust"
)
_LOOK: Final = (
    "id class style color fill fill-opacity fill-rule stroke stroke-width stroke-opacity opacity "
    "stroke-linecap stroke-linejoin stroke-miterlimit stroke-dasharray stroke-dashoffset clip-path "
    "clip-rule mask display visibility stop-color stop-opacity offset font-family font-size "
    "font-weight font-style text-anchor letter-spacing word-spacing dominant-baseline "
    "gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits "
    "paint-order vector-effect"
)
ATTRIBUTES: Final = frozenset(f"{_GEOMETRY} {_LOOK}".split())
REFERRING: Final = frozenset({"linearGradient", "radialGradient"})
"""Elements that may refer to another one of the same drawing."""

_OWN_REFERENCE: Final = re.compile(r"url\(\s*(['\"]?)#[\w.-]+\1\s*\)", re.IGNORECASE)
_CALM: Final = re.compile(r"[\w\s.,:;#%()+*>~{}'\"!=-]*")
"""Characters of a style: no `@`, no backslash, no angle that opens, no slash of a comment or address."""
_LOUD: Final = re.compile(
    r"url|expression|import|javascript|behaviou?r|binding|image", re.IGNORECASE
)
_COMMENT: Final = re.compile(r"/\*[^*]*\*/")
_OWN: Final = re.compile(r"#[\w.-]+")
_NUMBER: Final = re.compile(r"\s*([+-]?\d*\.?\d+(?:[eE][+-]?\d+)?)\s*(?:px|pt|mm|cm|in)?\s*")


class UnreadableError(Exception):
    """It is no SVG."""


class UnsafeError(Exception):
    """It has a document type, or is nested or repeated beyond what a logo needs."""


@dataclass(slots=True)
class Drawing:
    """A copy: its bytes, its size in units, how much there is to see, what was left out."""

    content: bytes = b""
    width: float = 0.0
    height: float = 0.0
    shapes: int = 0
    elements: int = 0
    left_out: set[str] = field(default_factory=set)


def copied(content: bytes) -> Drawing:
    """Return the safe copy of an SVG; raises `UnreadableError` and `UnsafeError`."""
    root = _root(content)
    drawing = Drawing()
    drawing.width, drawing.height = _size(root)
    copy = _copy(root, drawing, 0)
    if copy is None:
        raise UnreadableError
    if "viewBox" not in copy.attrib:
        copy.set("viewBox", f"0 0 {drawing.width:g} {drawing.height:g}")
    copy.set("width", f"{drawing.width:g}")
    copy.set("height", f"{drawing.height:g}")
    drawing.content = etree.tostring(copy, encoding="utf-8", xml_declaration=False)
    return drawing


def _root(content: bytes) -> "etree._Element":
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        tree = etree.fromstring(content, parser).getroottree()
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        is_declared = b"<!ENTITY" in content or b"<!DOCTYPE" in content
        raise (UnsafeError if is_declared else UnreadableError) from error
    info = tree.docinfo
    if info.internalDTD is not None and (info.internalDTD.entities() or b"<!ENTITY" in content):
        raise UnsafeError
    root = tree.getroot()
    if root.tag != f"{{{SVG}}}svg":
        raise UnreadableError
    return root


def _copy(element: "etree._Element", drawing: Drawing, depth: int) -> "etree._Element | None":
    name = _name(element)
    if name is None or name not in ELEMENTS or (name == "svg" and depth):
        drawing.left_out.add(_shown(element))
        return None
    drawing.elements += 1
    if drawing.elements > MOST_ELEMENTS or depth > DEEPEST:
        raise UnsafeError
    drawing.shapes += name in SHAPES
    copy = etree.Element(f"{{{SVG}}}{name}", nsmap={None: SVG})
    _copy_attributes(element, copy, name, drawing)
    if name == "style":
        sheet = _COMMENT.sub("", element.text or "")
        if not _is_calm(sheet) or len(element):
            drawing.left_out.add("style")
            return None
        copy.text = sheet
        return copy
    copy.text = element.text if name in {"text", "tspan", "title", "desc"} else None
    for child in element:
        kept = _copy(child, drawing, depth + 1)
        if kept is not None:
            kept.tail = child.tail if name in {"text", "tspan"} else None
            copy.append(kept)
    return copy


def _copy_attributes(
    element: "etree._Element", copy: "etree._Element", name: str, drawing: Drawing
) -> None:
    for key, value in element.attrib.items():
        word = str(key)
        if word in ATTRIBUTES and _is_calm(value):
            copy.set(word, value)
        elif word in {"href", f"{{{XLINK}}}href"} and name in REFERRING and _OWN.fullmatch(value):
            copy.set("href", value)
        elif not word.startswith("{") and not word.startswith(("data-", "aria-")):
            drawing.left_out.add(word)
        elif word.startswith(f"{{{XLINK}}}"):
            drawing.left_out.add("xlink:" + word.rpartition("}")[2])


def _is_calm(value: str) -> bool:
    """Say whether a style refers to nothing outside and runs nothing."""
    bare = _OWN_REFERENCE.sub("", value)
    is_style = ":" in bare or "(" in bare
    return bool(_CALM.fullmatch(bare)) and not (is_style and _LOUD.search(bare))


def _name(element: "etree._Element") -> str | None:
    """Return the name of an SVG element; None for everything else in the tree."""
    if not isinstance(element.tag, str):
        return None
    parts = etree.QName(element)
    return parts.localname if parts.namespace == SVG else None


def _shown(element: "etree._Element") -> str:
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else "entity"


def _size(root: "etree._Element") -> tuple[float, float]:
    """Return width and height in units of the drawing."""
    box = re.split(r"[\s,]+", str(root.get("viewBox") or "").strip())
    numbers = [_number(one) for one in box] if len(box) == 4 else []
    found = numbers[2:] or [_number(root.get("width")), _number(root.get("height"))]
    width, height = (one if one is not None else 0.0 for one in found)
    if not (0.1 <= width <= 100_000 and 0.1 <= height <= 100_000):
        raise UnreadableError
    return width, height


def _number(value: "str | bytes | None") -> float | None:
    match = _NUMBER.fullmatch(str(value or "")[:40])
    number = float(match[1]) if match else math.nan
    return number if math.isfinite(number) else None
