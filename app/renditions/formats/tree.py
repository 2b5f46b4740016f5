"""Growing an XML tree from names with a prefix, leaving out what is empty."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from lxml import etree

from app.documents.rules.party import Identifier


class Branch:
    """An element that grows children; its names are written with the prefixes of one syntax."""

    def __init__(self, element: Any, prefixes: Mapping[str, str]) -> None:
        self.element = element
        self.prefixes = prefixes

    @classmethod
    def root(cls, name: str, prefixes: Mapping[str, str], default: str | None = None) -> "Branch":
        """Return the root called `name`, in Clark notation; `default` has no prefix."""
        spaces: dict[str | None, str] = dict(prefixes.items())
        if default:
            spaces[None] = default
        return cls(etree.Element(name, nsmap=spaces), prefixes)

    def grow(self, name: str) -> "Branch":
        """Return a new last child."""
        prefix, _, local = name.partition(":")
        child = etree.SubElement(self.element, f"{{{self.prefixes[prefix]}}}{local}")
        return Branch(child, self.prefixes)

    def say(self, name: str, value: object, /, **attributes: str) -> None:
        """Add a last child with a text, unless there is nothing to say; `name` may be a path."""
        if value is None or value == "":
            return
        *folders, last = name.split("/")
        place = self
        for folder in folders:
            place = place.grow(folder)
        leaf = place.grow(last).element
        leaf.text = f"{value:f}" if isinstance(value, Decimal) else _ILLEGAL.sub("", str(value))
        for attribute, said in attributes.items():
            if said:
                leaf.set(attribute, _ILLEGAL.sub("", said))

    def identify(self, name: str, identifier: Identifier | None) -> None:
        """Add a last child with an identifier and its scheme, where there is one."""
        if identifier:
            self.say(name, identifier.value, schemeID=identifier.scheme)

    def written(self) -> bytes:
        """Return the document in UTF-8, indented for people; elements without content are cut."""
        _prune(self.element)
        etree.indent(self.element)
        return bytes(etree.tostring(self.element, xml_declaration=True, encoding="UTF-8"))


def _prune(element: Any) -> None:
    for child in list(element):
        _prune(child)
        if not len(child) and not child.text and child.tag not in _MAY_BE_EMPTY:
            element.remove(child)


_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 does not allow (production 2); what a person typed may hold some."""
_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_MAY_BE_EMPTY = frozenset({f"{_RAM}ApplicableHeaderTradeDelivery", f"{_CAC}Item"})
"""The schemas ask for them even where there is nothing to say."""
