"""Growing the elements of Forum Datenaustausch's schemas; only cells import this."""

import re
from datetime import date
from decimal import Decimal
from typing import Any, Final

from lxml import etree

SPACE: Final = "http://www.forum-datenaustausch.ch/invoice"
Element = Any
"""An element of lxml."""
_ILLEGAL: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow (production 2)."""


def root(name: str, /, **attributes: str) -> Element:
    """Return the root element."""
    return etree.Element(f"{{{SPACE}}}{name}", attributes, nsmap={"invoice": SPACE})


def add(parent: Element, name: str, /, **attributes: str) -> Element:
    """Return a new last child."""
    return etree.SubElement(parent, f"{{{SPACE}}}{name}", attributes)


def say(parent: Element, name: str, text: str, most: int = 35) -> Element | None:
    """Add a last child with a text, cut to `most` characters, unless there is nothing to say."""
    found = clean(text)[:most].strip()
    if not found:
        return None
    child = add(parent, name)
    child.text = found
    return child


def put(element: Element, name: str, text: str, most: int = 700) -> None:
    """Set an attribute, cut to `most` characters, unless there is nothing to say."""
    found = clean(text)[:most].strip()
    if found:
        element.set(name, found)


def clean(text: str) -> str:
    """Return a text without what XML cannot hold, in one line."""
    return " ".join(_ILLEGAL.sub("", text).split())


def amount(value: Decimal) -> str:
    """Return a number as it is written: all its decimals, and never an exponent."""
    return f"{value:f}"


def moment(day: date) -> str:
    """Return a day as the beginning of that day (dateTime)."""
    return f"{day.isoformat()}T00:00:00"


def boolean(value: bool) -> str:
    """Return `true` or `false`."""
    return "true" if value else "false"
