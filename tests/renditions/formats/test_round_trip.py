"""What is written is read again as the same e-invoice, over every file that nobody here wrote."""

from dataclasses import is_dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from eu_einvoice.parse import parse_bytes
from facturx import parse_ubl_cii_xml
from hypothesis import given, settings
from lxml import etree

from app.documents.formats.examination import Syntax
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.einvoice import Delivery, EInvoice, Note, PaymentInstruction
from app.documents.rules.findings import Severity
from app.documents.rules.kinds import CREDIT_NOTE_CODES
from app.documents.rules.line import Line, Price
from app.documents.rules.party import Address, Contact
from app.renditions.formats import cii, cii_settlement, ubl, ubl_money
from tests import corpus
from tests.documents.strategies import einvoices

pytestmark = corpus.needed

SOURCES = corpus.cen_ubl() + corpus.cen_cii()
WRITERS = {"ubl": ubl.written, "cii": cii.written}


def named(paths: list[Path]) -> Any:
    return pytest.mark.parametrize("path", paths, ids=[path.name for path in paths])


writers = pytest.mark.parametrize("writer", WRITERS)


def read(content: bytes, engine: RuleEngine | None = None) -> Any:
    return examine(content, "file.xml", size_limit=10_000_000, engine=engine)


def said_by(path: Path) -> EInvoice:
    einvoice = read(corpus.xml_of(path)).einvoice
    assert einvoice is not None
    return einvoice


def emptied(value: Any) -> Any:
    """Return a value without what says nothing: an element that is there but empty."""
    if isinstance(value, tuple):
        return tuple(map(emptied, value))
    if not is_dataclass(value) or isinstance(value, type):
        return value
    names = value.__dataclass_fields__
    whole = replace(value, **{name: emptied(getattr(value, name)) for name in names})
    return None if whole in (Address(), Contact(), Delivery()) else whole


def alike(einvoice: EInvoice) -> EInvoice:
    """Return what both syntaxes can say, said in one way."""
    first = PaymentInstruction()
    if einvoice.payment_instructions:
        first = einvoice.payment_instructions[0]
    mandates = [one.mandate for one in einvoice.payment_instructions if one.mandate]
    debited = [one.debited_iban for one in einvoice.payment_instructions if one.debited_iban]
    code = cii_settlement.VAT_POINT_CODES.get(einvoice.vat_point_code, einvoice.vat_point_code)
    purchase = "" if einvoice.purchase_order == "NA" else einvoice.purchase_order
    return emptied(
        replace(
            einvoice,
            vat_point_code=code,
            vat_accounting_currency=ubl_money.accounting_currency(einvoice),
            totals=replace(
                einvoice.totals,
                vat=ubl_money.vat_total(einvoice) if einvoice.vat_breakdown else None,
            ),
            purchase_order=purchase,
            # The writers are not given the bytes here.
            attachments=tuple(
                replace(one, name="", media_type="", size=0) for one in einvoice.attachments
            ),
            seller=_sorted(einvoice.seller),
            buyer=_sorted(einvoice.buyer),
            payee=_sorted(einvoice.payee) if einvoice.payee else None,
            payment_instructions=tuple(
                replace(
                    one,
                    means_code=one.means_code or "1",
                    remittance=first.remittance,
                    creditor=first.creditor,
                    mandate=mandates[0] if mandates else "",
                    debited_iban=debited[0] if debited else "",
                )
                for one in einvoice.payment_instructions
            ),
            lines=tuple(map(_line, einvoice.lines)),
        )
    )


def _sorted(party: Any) -> Any:
    return replace(party, identifiers=tuple(sorted(party.identifiers, key=lambda one: one.scheme)))


def _line(line: Line) -> Line:
    price = line.price
    if price is None or price == Price():
        return replace(line, price=None)
    if price.gross is None:
        return replace(line, price=replace(price, discount=None))
    discount = price.discount
    return replace(
        line,
        price=replace(
            price, discount=price.gross - (price.net or 0) if discount is None else discount
        ),
    )


@named(SOURCES + corpus.zugferd())
@writers
def test_what_is_written_is_read_again(path: Path, writer: str) -> None:
    said = said_by(path)
    again = read(WRITERS[writer](said))
    assert again.einvoice is not None
    assert alike(again.einvoice) == alike(said)


@named(SOURCES)
@writers
def test_it_follows_its_schema_and_the_official_rules(
    path: Path, writer: str, engine: RuleEngine
) -> None:
    before = fatal(read(corpus.xml_of(path), engine))
    found = read(WRITERS[writer](said_by(path)), engine)
    is_credit = said_by(path).type_code in CREDIT_NOTE_CODES
    ubl_syntax = Syntax.UBL_CREDIT_NOTE if is_credit else Syntax.UBL_INVOICE
    assert found.syntax is (Syntax.CII if writer == "cii" else ubl_syntax)
    assert fatal(found) <= before
    assert "KT-RULES-NOT-CHECKED" not in {one.rule for one in found.findings}


def fatal(examination: Any) -> set[str]:
    return {one.rule for one in examination.findings if one.severity is Severity.FATAL}


@named(SOURCES)
@writers
def test_two_independent_readers_agree(path: Path, writer: str) -> None:
    said = said_by(path)
    content = WRITERS[writer](said)
    oracle, _ = parse_bytes(content)
    other = parse_ubl_cii_xml(content, check_xsd=False)
    totals = oracle["totals"]
    assert (oracle["number"], other["BT-1"]) == (said.number, said.number)
    assert oracle["issue_date"][:10] == str(said.issue_date)
    assert other.get("BT-9") == said.due_date
    assert oracle["seller"].get("name", "") == said.seller.name
    assert oracle["buyer"].get("name", "") == said.buyer.name
    assert number(totals.get("tax_inclusive")) == said.totals.with_vat
    assert number(totals.get("payable")) == said.totals.due
    assert (number(other.get("BT-110")) or 0) == ubl_money.vat_total(said)
    assert [number(one.get("net_amount")) for one in oracle.get("lines", [])] == [
        one.net for one in said.lines
    ]
    assert [one.get("name", "") for one in oracle.get("lines", [])] == [
        one.item.name for one in said.lines
    ]


def number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


def test_a_document_is_written_the_same_every_time() -> None:
    said = said_by(SOURCES[0])
    for write in WRITERS.values():
        assert write(said) == write(said)
        assert etree.fromstring(write(said)) is not None


@given(einvoices)
@settings(max_examples=60, deadline=None)
def test_whatever_a_reader_gives_can_be_written(said: EInvoice) -> None:
    for write in WRITERS.values():
        again = read(write(said)).einvoice
        assert again is not None
        assert (again.number, again.issue_date) == (said.number, said.issue_date)
        assert len(again.lines) <= len(said.lines)


def test_what_xml_does_not_allow_is_left_out() -> None:
    said = EInvoice(number="A\x0b-\x001", notes=(Note("\ufffe fine"),))
    for write in WRITERS.values():
        again = read(write(said)).einvoice
        assert again is not None
        assert (again.number, again.notes[0].text) == ("A-1", "fine")
