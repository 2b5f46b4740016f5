"""The inside of making a rendition: what a cell does. Nobody else imports this."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.core import languages
from app.core.cells import Answer
from app.documents.formats import schemas
from app.documents.formats.examination import Syntax
from app.documents.formats.profiles import profile_of
from app.documents.formats.rule_questions import question
from app.documents.formats.safe_xml import parse
from app.documents.rules.type_codes import CREDIT_NOTE_CODES
from app.renditions.formats import archive, cii, pdf, ubl, ubl_other
from app.renditions.formats.archive import Label
from app.renditions.formats.pdf import UndrawableError
from app.renditions.formats.wanted import ImpossibleError, Wish, refuse_fatal, unpacked
from app.renditions.rules import INVOICES, Form, Reason, fitted


def write(arguments: Mapping[str, Any], payload: bytes) -> Answer:
    """Write a document as XML and check its schema; the answer has what to ask the official rules."""
    return _answered(_written, arguments, payload)


def draw(arguments: Mapping[str, Any], payload: bytes) -> Answer:
    """Draw a document; the first `xml` bytes of the payload are the e-invoice to put inside."""
    return _answered(_drawn, arguments, payload)


def enclose(arguments: Mapping[str, Any], payload: bytes) -> Answer:
    """Put a file into a PDF; the first `pdf` bytes of the payload are the PDF, the others the file."""
    size = int(arguments["pdf"])
    moment = datetime.fromisoformat(arguments["moment"])
    name, media_type = str(arguments["name"]), str(arguments["media_type"])
    made = archive.enclosed(payload[:size], name, media_type, payload[size:], moment)
    return Answer({}, (made,))


def _answered(
    work: Callable[[Wish, bytes], Answer], arguments: Mapping[str, Any], payload: bytes
) -> Answer:
    size = int(arguments["xml"])
    try:
        return work(unpacked(arguments, payload[size:]), payload[:size])
    except ImpossibleError as error:
        return Answer({"reason": error.reason.value, "detail": error.detail})


def _written(wish: Wish, _xml: bytes) -> Answer:
    if any(line.is_information for line in wish.einvoice.lines):
        raise ImpossibleError(Reason.SUB_LINES)
    if wish.kind not in INVOICES:
        # No invoice: its schema is all the rules there are.
        other = ubl_other.written(wish.einvoice, wish.kind, wish.embedded)
        refuse_fatal(schemas.check_other(parse(other)))
        return Answer({"profile": None}, (other,))
    said = fitted(wish.einvoice, wish.form)
    writer = ubl if wish.form is Form.UBL else cii
    xml: bytes = writer.written(said, wish.embedded)
    syntax, root = _syntax(wish), parse(xml)
    refuse_fatal(schemas.check(root, syntax, profile_of(syntax, said.specification)))
    asked = question(root, syntax)
    if asked is None:
        raise ImpossibleError(Reason.FINDINGS, said.specification)
    return Answer({"profile": asked.profile.value}, (xml, asked.xml.encode()))


def _drawn(wish: Wish, xml: bytes) -> Answer:
    reader = wish.reader
    with languages.speaking(reader.language, reader.region, reader.timezone):
        title = pdf.title_of(wish.einvoice, wish.kind)
        try:
            sheet = pdf.drawn(wish.einvoice, wish.kind, wish.house, wish.logo, wish.stamp)
        except UndrawableError as error:
            raise ImpossibleError(Reason.LETTERS, str(error)) from error
        language = str(languages.locale()).replace("_", "-")
    author = wish.einvoice.seller.name or wish.house.name
    label = Label(title, author, language, wish.moment)
    made = archive.with_invoice(sheet, xml, label) if xml else archive.plain(sheet, label)
    return Answer({}, (made,))


def _syntax(wish: Wish) -> Syntax:
    if wish.form is not Form.UBL:
        return Syntax.CII
    is_credit = wish.einvoice.type_code in CREDIT_NOTE_CODES
    return Syntax.UBL_CREDIT_NOTE if is_credit else Syntax.UBL_INVOICE
