"""Making one rendition: the bytes, or the reason why there are none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.core import languages, outbox
from app.documents.formats import schemas
from app.documents.formats.examination import Syntax
from app.documents.formats.official_rules import NotChecked, RuleEngine
from app.documents.formats.profiles import profile_of
from app.documents.formats.safe_xml import parse
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import CREDIT_NOTE_CODES, Kind
from app.renditions.formats import archive, cii, pdf, ubl, ubl_other
from app.renditions.formats.archive import Label
from app.renditions.formats.pdf import House, UndrawableError
from app.renditions.rules import INVOICES, Form, Reason, fitted

SHOWN_RULES: Final = 5
"""How many rules a reason names."""


class ImpossibleError(Exception):
    """A document cannot be made in a form, whoever tries."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a rendition is made: language, region (ISO 3166-1), time zone."""

    language: str
    region: str
    timezone: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be made, of what, for whom; `moment` is the document's own."""

    form: Form
    kind: Kind
    einvoice: EInvoice
    embedded: Mapping[str, bytes]
    """Name of an attachment → its bytes (BT-125)."""
    house: House
    reader: Reader
    moment: datetime


def made(wish: Wish, engine: RuleEngine) -> bytes:
    """Return the bytes of a rendition, the same for the same wish.

    What is written is checked by its schema and by the official rules before anybody gets it.
    Raises `ImpossibleError`, and `outbox.Again` where the rules could not be asked just now.
    """
    if wish.form is Form.PDF:
        return archive.plain(*_sheet(wish))
    if any(line.is_information for line in wish.einvoice.lines):
        raise ImpossibleError(Reason.SUB_LINES)
    if wish.kind not in INVOICES:
        return _other(wish)
    said = fitted(wish.einvoice, wish.form)
    writer = ubl if wish.form is Form.UBL else cii
    xml: bytes = writer.written(said, wish.embedded)
    _check(xml, _syntax(wish), said, engine)
    if wish.form is not Form.FACTURX:
        return xml
    sheet, label = _sheet(wish)
    return archive.with_invoice(sheet, xml, label)


def _other(wish: Wish) -> bytes:
    """Return a document that is no invoice as UBL, checked by its schema: it has no other rules."""
    xml = ubl_other.written(wish.einvoice, wish.kind, wish.embedded)
    _refuse_fatal(schemas.check_other(parse(xml)))
    return xml


def _sheet(wish: Wish) -> tuple[bytes, Label]:
    reader = wish.reader
    with languages.speaking(reader.language, reader.region, reader.timezone):
        title = pdf.title_of(wish.einvoice, wish.kind)
        try:
            sheet = pdf.drawn(wish.einvoice, wish.kind, wish.house)
        except UndrawableError as error:
            raise ImpossibleError(Reason.LETTERS, str(error)) from error
        language = str(languages.locale()).replace("_", "-")
    author = wish.einvoice.seller.name or wish.house.name
    return sheet, Label(title, author, language, wish.moment)


def _syntax(wish: Wish) -> Syntax:
    if wish.form is not Form.UBL:
        return Syntax.CII
    is_credit = wish.einvoice.type_code in CREDIT_NOTE_CODES
    return Syntax.UBL_CREDIT_NOTE if is_credit else Syntax.UBL_INVOICE


def _check(xml: bytes, syntax: Syntax, said: EInvoice, engine: RuleEngine) -> None:
    found = schemas.check(parse(xml), syntax, profile_of(syntax, said.specification))
    official = engine.check(syntax, xml)
    if isinstance(official, NotChecked):
        raise outbox.Again(f"official rules not checked: {official.reason}")
    _refuse_fatal([*found, *official])


def _refuse_fatal(findings: Iterable[Finding]) -> None:
    fatal = [one.rule for one in findings if one.severity is Severity.FATAL]
    if fatal:
        raise ImpossibleError(Reason.FINDINGS, ", ".join(list(dict.fromkeys(fatal))[:SHOWN_RULES]))
