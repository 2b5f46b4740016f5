"""XML schemas of UBL 2.1 and CII, loaded once per process."""

from functools import cache
from threading import Lock
from typing import Any, Final

from lxml import etree

from app.core.languages import N_
from app.documents.formats import ubl_schema
from app.documents.formats.examination import Syntax
from app.documents.formats.profiles import Profile, folder, schema_of
from app.documents.rules.findings import Finding, Severity

COUNT_LIMIT: Final = 20
"""One mistake makes many messages; more than these do not help anybody."""

_alone: Final = Lock()
"""A schema has one error log: two threads would read each other's mistakes."""


def check(root: Any, syntax: Syntax, profile: Profile) -> list[Finding]:
    """Return a fatal finding for every place where `root` (lxml) does not follow its schema."""
    with _alone:
        return _findings(_schema(schema_of(syntax, profile)), root)


def check_other(root: Any) -> list[Finding]:
    """Return the same for a UBL document that is neither Invoice nor CreditNote."""
    with _alone:
        return _findings(_written_schema(etree.QName(root).localname), root)


def _findings(schema: Any, root: Any) -> list[Finding]:
    if schema.validate(root):
        return []
    return [_finding(entry) for entry in list(schema.error_log)[:COUNT_LIMIT]]


@cache
def _schema(name: str) -> Any:
    return etree.XMLSchema(etree.parse(folder() / name, _parser()))


@cache
def _written_schema(name: str) -> Any:
    beside = (folder() / "ubl-2.1" / "maindoc" / f"UBL-{name}-2.1.xsd").as_uri()
    return etree.XMLSchema(etree.fromstring(ubl_schema.schema(name), _parser(), base_url=beside))


def _parser() -> Any:
    return etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)


def _finding(entry: Any) -> Finding:
    return Finding(
        "KT-SCHEMA",
        Severity.FATAL,
        N_("The file does not follow its XML schema: %(detail)s"),
        place=f"line {entry.line}",
        values={"detail": " ".join(str(entry.message).split())[:400]},
    )
