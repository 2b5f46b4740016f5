"""From bytes to a checked e-invoice: every check in its order, no exception, nothing repaired.

Runs in a cell, see `apart`; only the official rules are asked outside of it.
"""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from app.core.cells import Answer
from app.core.languages import N_
from app.documents.formats import (
    cii,
    facturx,
    long_numbers,
    media_types,
    rule_questions,
    schemas,
    ubl,
    ubl_other,
    ubl_schema,
)
from app.documents.formats.conclude import conclude
from app.documents.formats.draft import Draft, to_answer
from app.documents.formats.examination import EmbeddedFile, Examination, Syntax
from app.documents.formats.official_rules import RuleEngine
from app.documents.formats.profiles import profile_of
from app.documents.formats.safe_xml import UnreadableXmlError, parse
from app.documents.formats.supporting_documents import extract
from app.documents.rules import (
    arithmetic,
    check_digits,
    completeness,
    hidden,
    other_kinds,
    other_sums,
)
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind, kind_of

__all__ = ["EmbeddedFile", "Examination", "Syntax", "examine"]

_SYNTAXES: Final = {
    ubl.INVOICE: Syntax.UBL_INVOICE,
    ubl.CREDIT_NOTE: Syntax.UBL_CREDIT_NOTE,
    cii.ROOT: Syntax.CII,
    cii.ZUGFERD_1: Syntax.ZUGFERD_1,
}
_OTHER_UBL: Final = {
    ubl_schema.tag("Quotation"): (Syntax.UBL_QUOTATION, Kind.QUOTE),
    ubl_schema.tag("Reminder"): (Syntax.UBL_REMINDER, Kind.REMINDER),
    ubl_schema.tag("OrderResponse"): (Syntax.UBL_ORDER_RESPONSE, Kind.ORDER_CONFIRMATION),
    ubl_schema.tag("OrderResponseSimple"): (
        Syntax.UBL_ORDER_RESPONSE_SIMPLE,
        Kind.ORDER_CONFIRMATION,
    ),
    ubl_schema.tag("DespatchAdvice"): (Syntax.UBL_DESPATCH_ADVICE, Kind.DELIVERY_NOTE),
}

_log = logging.getLogger(__name__)


def work(arguments: Mapping[str, Any], content: bytes) -> Answer:
    """Draft the examination of a file of at most `size_limit` bytes: what a cell does."""
    return to_answer(drafted(content, "file", int(arguments["size_limit"])), content)


def examine(
    content: bytes, name: str, *, size_limit: int, engine: RuleEngine | None
) -> Examination:
    """Say what `content` is: a file called `name`, of at most `size_limit` bytes.

    The name is only for the log: the type is decided by the content. Without an `engine` the
    official rules are not run, and a finding says so. Only for files that we wrote ourselves: it
    parses in this process.
    """
    return conclude(drafted(content, name, size_limit), engine)


def drafted(content: bytes, name: str, size_limit: int) -> Draft:
    """Return all that can be said without the official rules; raises `MemoryError` only."""
    try:
        return _drafted(content, size_limit)
    except MemoryError:
        raise
    except Exception:  # whatever a stranger sends: it is held, and somebody looks at it
        _log.exception("examining %r failed", name)
        sentence = N_("The file cannot be examined. It was kept as it is.")
        return _held(Syntax.UNKNOWN, media_types.UNKNOWN, "KT-UNREADABLE", sentence)


def _held(syntax: Syntax, media_type: str, rule: str, sentence: str) -> Draft:
    finding = Finding(rule, Severity.FATAL, sentence)
    return Draft(Examination(syntax, media_type, findings=(finding,)))


def _drafted(content: bytes, size_limit: int) -> Draft:
    media_type = media_types.media_type_of(content)
    if len(content) > size_limit:
        sentence = N_("The file is too large to be examined.")
        return _held(Syntax.UNKNOWN, media_type, "KT-SIZE", sentence)
    if not content.strip():
        return _held(Syntax.UNKNOWN, media_types.UNKNOWN, "KT-EMPTY", N_("The file is empty."))
    if media_type == media_types.PDF:
        return _pdf(content, size_limit)
    return _xml(content, media_type, size_limit)


def _pdf(content: bytes, size_limit: int) -> Draft:
    found = facturx.open_pdf(content, size_limit)
    if found.xml is None:
        plain = Examination(Syntax.PLAIN_PDF, media_types.PDF, findings=found.findings)
        if plain.is_held:
            return Draft(plain)
        sentence = N_(
            "The PDF has no e-invoice inside. It can be kept, and its data entered by hand."
        )
        finding = Finding("KT-PLAIN-PDF", Severity.FATAL, sentence)
        return Draft(replace(plain, findings=(*found.findings, finding)))
    inside = _xml(found.xml, media_types.XML, size_limit)
    examination = inside.examination
    return Draft(
        replace(
            examination,
            media_type=media_types.PDF,
            findings=found.findings + examination.findings,
        ),
        None if inside.rules_at is None else inside.rules_at + len(found.findings),
        inside.question,
    )


def _xml(content: bytes, media_type: str, size_limit: int) -> Draft:
    try:
        root = parse(content)
    except UnreadableXmlError as error:
        if media_type == media_types.XML:
            held = Examination(Syntax.UNKNOWN, media_types.UNKNOWN, findings=(error.finding,))
            return Draft(held)
        sentence = N_("The file is neither XML nor PDF. Kontor reads UBL, CII and Factur-X.")
        return _held(Syntax.UNKNOWN, media_type, "KT-TYPE", sentence)
    if root.tag in _OTHER_UBL:
        return _other_ubl(root, content, size_limit)
    syntax = _SYNTAXES.get(root.tag, Syntax.OTHER_XML)
    if syntax in {Syntax.ZUGFERD_1, Syntax.OTHER_XML}:
        return _unread(syntax, content)
    return _invoice(root, syntax, content, size_limit)


def _unread(syntax: Syntax, content: bytes) -> Draft:
    kind = None
    if syntax is Syntax.ZUGFERD_1:
        rule, kind = "KT-ZUGFERD-1", Kind.INVOICE
        sentence = N_(
            "The invoice is in ZUGFeRD 1, which is older than EN 16931. It can be kept and shown;"
            " its data is not read."
        )
    else:
        rule = "KT-OTHER-XML"
        sentence = N_("The XML is no invoice that Kontor knows. It reads UBL, CII and Factur-X.")
    finding = Finding(rule, Severity.FATAL, sentence)
    return Draft(Examination(syntax, media_types.XML, kind, findings=(finding,), xml=content))


def _other_ubl(root: Any, content: bytes, size_limit: int) -> Draft:
    syntax, kind = _OTHER_UBL[root.tag]
    said = ubl_other.read(root)
    extraction = extract(ubl.supporting_documents(root), size_limit)
    sentence = N_(
        "EN 16931 has no rules for this kind of document."
        " Its schema, its contents and its sums were checked."
    )
    findings = [
        *schemas.check_other(root),
        Finding("KT-NO-OFFICIAL-RULES", Severity.INFORMATION, sentence),
        *other_kinds.check(said, kind),
        *other_sums.check(said),
        *check_digits.check(said),
        *hidden.check(said),
        *long_numbers.check(root),
        *extraction.findings,
    ]
    examination = Examination(
        syntax,
        media_types.XML,
        kind=kind,
        einvoice=replace(said, attachments=extraction.attachments),
        findings=tuple(findings),
        xml=content,
        attachments=extraction.files,
    )
    return Draft(examination)


def _invoice(root: Any, syntax: Syntax, content: bytes, size_limit: int) -> Draft:
    reader = cii if syntax is Syntax.CII else ubl
    einvoice = reader.read(root)
    profile = profile_of(syntax, einvoice.specification)
    extraction = extract(reader.supporting_documents(root), size_limit)
    by_schema = schemas.check(root, syntax, profile)
    findings = [
        *by_schema,
        *completeness.check(einvoice, has_lines=profile.has_lines),
        *arithmetic.check(einvoice),
        *check_digits.check(einvoice),
        *hidden.check(einvoice),
        *long_numbers.check(root),
        *extraction.findings,
    ]
    examination = Examination(
        syntax,
        media_types.XML,
        kind=_kind(syntax, einvoice),
        einvoice=replace(einvoice, attachments=extraction.attachments),
        findings=tuple(findings),
        xml=content,
        attachments=extraction.files,
    )
    return Draft(examination, len(by_schema), rule_questions.question(root, syntax))


def _kind(syntax: Syntax, einvoice: EInvoice) -> Kind:
    if syntax is Syntax.UBL_CREDIT_NOTE:
        return Kind.CREDIT_NOTE
    return kind_of(einvoice.type_code) or Kind.INVOICE
