"""Growing the elements of Forum Datenaustausch's schemas; only cells import this."""

from datetime import date
from decimal import Decimal
from typing import Any, Final

from lxml import etree

from app.delivery.channels.efaktura.facts import clean

SPACE: Final = "http://www.forum-datenaustausch.ch/invoice"
Element = Any
"""An element of lxml."""


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


def amount(value: Decimal) -> str:
    """Return a number as it is written: all its decimals, and never an exponent."""
    return f"{value:f}"


def moment(day: date) -> str:
    """Return a day as the beginning of that day (dateTime)."""
    return f"{day.isoformat()}T00:00:00"


def boolean(value: bool) -> str:
    """Return `true` or `false`."""
    return "true" if value else "false"
