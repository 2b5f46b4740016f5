"""Reading values out of parsed XML: text, exact numbers, dates, identifiers; nothing is guessed."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from app.documents.rules.party import Identifier

_NUMBER: Final = re.compile(r"[+-]?(\d{1,15}(\.\d{0,30})?|\.\d{1,30})")
_XML_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?")
_BASIC_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})")


class Element:
    """An XML element with the prefixes its paths are written in.

    Every reader returns an empty value for what is missing or unreadable: the schema and the
    official rules say what is wrong with it.
    """

    def __init__(self, element: Any, prefixes: Mapping[str, str]) -> None:
        self.element = element
        self.prefixes = prefixes

    def all(self, path: str) -> "list[Element]":
        """Return every element at `path` (ElementPath)."""
        found = self.element.iterfind(path, namespaces=self.prefixes)
        return [Element(entry, self.prefixes) for entry in found]

    def one(self, path: str) -> "Element | None":
        """Return the first element at `path`."""
        found = self.element.find(path, namespaces=self.prefixes)
        return None if found is None else Element(found, self.prefixes)

    def first(self, *paths: str) -> "Element":
        """Return the first element at the first path that has one, else an empty element."""
        for path in paths:
            found = self.one(path)
            if found is not None:
                return found
        return Element(self.element.makeelement("none"), self.prefixes)

    @property
    def own_text(self) -> str:
        """The element's own text without white space around it."""
        return (self.element.text or "").strip()

    def text(self, *paths: str) -> str:
        """Return the text at the first path that has some."""
        for path in paths:
            found = self.element.find(path, namespaces=self.prefixes)
            if found is not None and found.text and found.text.strip():
                return str(found.text.strip())
        return ""

    def texts(self, path: str) -> list[str]:
        """Return every text at `path` that is not empty."""
        return [entry.own_text for entry in self.all(path) if entry.own_text]

    def attribute(self, name: str, path: str = ".") -> str:
        """Return the attribute `name` of the element at `path`."""
        found = self.element.find(path, namespaces=self.prefixes)
        return "" if found is None else (found.get(name) or "").strip()

    def number(self, *paths: str) -> Decimal | None:
        """Return the exact number (xs:decimal) at the first path that has text."""
        text = self.text(*paths)
        return Decimal(text) if _NUMBER.fullmatch(text) else None

    def day(self, *paths: str) -> date | None:
        """Return the date: xs:date, or YYYYMMDD as CII writes it (UNTDID 2379, format 102)."""
        text = self.text(*paths)
        written = _XML_DATE.fullmatch(text)
        basic = _BASIC_DATE.fullmatch(text)
        iso = written[1] if written else "-".join(basic.groups()) if basic else ""
        try:
            return date.fromisoformat(iso)
        except ValueError:
            return None

    def identifier(self, path: str, scheme: str = "schemeID", version: str = "") -> Identifier:
        """Return the identifier at `path` with its scheme attribute; empty where there is none."""
        return Identifier(
            self.text(path),
            self.attribute(scheme, path),
            self.attribute(version, path) if version else "",
        )

    def maybe_identifier(self, *paths: str) -> Identifier | None:
        """Return the first identifier that has a value, None where there is none."""
        for path in paths:
            found = self.identifier(path)
            if found.value:
                return found
        return None

    def is_true(self, path: str) -> bool:
        """Say whether an xs:boolean at `path` is true."""
        return self.text(path).lower() in {"true", "1"}
