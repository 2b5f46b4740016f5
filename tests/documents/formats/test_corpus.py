"""Every file of the corpora is examined, and two independent readers agree with what was read."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from eu_einvoice.parse import parse_bytes
from facturx import parse_ubl_cii_xml
from lxml import etree

from app.documents.formats.examination import Examination, Syntax
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Severity
from app.documents.rules.kinds import Kind, kind_of
from tests import corpus

pytestmark = corpus.needed

INCONSISTENT = {
    "CII_business_example_01.xml",
    "CII_business_example_Z.xml",
    "CII_example1.xml",
    "CII_example2.xml",
    "CII_example8.xml",
    "CII_example9.xml",
    "XRechnung-O.xml",
    "guide-example1.xml",
    "guide-example2.xml",
    "guide-example3.xml",
    "ubl-tc434-example1.xml",
    "ubl-tc434-example2.xml",
    "ubl-tc434-example3.xml",
    "ubl-tc434-example10.xml",
}
"""Officially valid examples in which quantity × price is plainly not the amount of a line."""


def named(paths: list[Path]) -> Any:
    return pytest.mark.parametrize("path", paths, ids=[path.name for path in paths])


def look(path: Path, engine: RuleEngine | None) -> Examination:
    return examine(path.read_bytes(), path.name, size_limit=10_000_000, engine=engine)


def fatal(examination: Examination) -> set[str]:
    found = [entry for entry in examination.findings if entry.severity is Severity.FATAL]
    return {finding.rule for finding in found}


def number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(str(text))


@named(corpus.einvoices())
def test_every_invoice_is_read_as_an_independent_reader_reads_it(path: Path) -> None:
    examination = look(path, None)
    einvoice, (oracle, _) = examination.einvoice, parse_bytes(corpus.xml_of(path))
    assert einvoice is not None
    totals, other = einvoice.totals, oracle.get("totals", {})
    assert einvoice.number == oracle["number"]
    assert str(einvoice.issue_date) == oracle["issue_date"][:10]
    assert einvoice.currency == oracle.get("currency", "")
    assert len(einvoice.lines) == len(oracle.get("lines", []))
    assert totals.lines == number(other.get("line_total"))
    assert totals.with_vat == number(other.get("tax_inclusive"))
    assert totals.due == number(other.get("payable"))
    assert einvoice.seller.name == oracle["seller"].get("name", "")
    assert einvoice.buyer.name == oracle["buyer"].get("name", "")
    assert einvoice.seller.vat_identifier == oracle["seller"].get("vat_id", "")
    for line, expected in zip(einvoice.lines, oracle.get("lines", []), strict=True):
        assert line.identifier == expected.get("id", "")
        assert line.net == number(expected.get("net_amount"))
        assert line.quantity == number(expected.get("quantity"))
        assert line.item.name == expected.get("name", "")
        assert line.vat_category == expected.get("vat_category", "")


@named(corpus.cen_ubl() + corpus.cen_cii() + corpus.zugferd())
def test_a_second_reader_agrees_on_the_whole_document(path: Path) -> None:
    einvoice = look(path, None).einvoice
    oracle = parse_ubl_cii_xml(corpus.xml_of(path), check_xsd=False)
    assert einvoice is not None
    assert einvoice.type_code == oracle["BT-3"]
    assert einvoice.due_date == oracle.get("BT-9")
    assert einvoice.purchase_order == oracle.get("BT-13", "")
    assert einvoice.buyer_reference == oracle.get("BT-10", "")
    assert einvoice.specification == oracle["BT-24"]
    assert len(einvoice.notes) == len(oracle.get("BG-1", []))
    assert len(einvoice.vat_breakdown) == len(oracle["BG-23"])
    for name, term in (("without_vat", "BT-109"), ("vat", "BT-110"), ("paid", "BT-113")):
        assert getattr(einvoice.totals, name) == number(oracle.get(term))
    for entry, expected in zip(einvoice.vat_breakdown, oracle["BG-23"], strict=True):
        assert entry.base == number(expected.get("BT-116"))
        assert entry.amount == number(expected.get("BT-117"))
        assert entry.category == expected.get("BT-118")
        assert (entry.rate or 0) == (number(expected.get("BT-119")) or 0)


@named(corpus.einvoices())
def test_every_invoice_comes_back_from_json_and_has_its_kind(path: Path) -> None:
    examination = look(path, None)
    einvoice = examination.einvoice
    assert einvoice is not None
    assert EInvoice.from_json(einvoice.to_json()) == einvoice
    root = corpus.xml_of(path)
    is_credit_note = (
        b":CreditNote-2" in root[:4000] or kind_of(einvoice.type_code) is Kind.CREDIT_NOTE
    )
    assert examination.kind is (Kind.CREDIT_NOTE if is_credit_note else Kind.INVOICE)


@named(corpus.cen_ubl() + corpus.cen_cii())
def test_officially_valid_examples_are_held_only_for_lines_that_do_not_add_up(
    path: Path, engine: RuleEngine
) -> None:
    examination = look(path, engine)
    assert "KT-RULES-NOT-CHECKED" not in {finding.rule for finding in examination.findings}
    assert fatal(examination) == ({"KT-LINE-NET"} if path.name in INCONSISTENT else set())


@named(corpus.zugferd())
def test_factur_x_is_held_only_where_the_official_rules_say_so(
    path: Path, engine: RuleEngine
) -> None:
    examination = look(path, engine)
    assert examination.syntax is Syntax.CII
    assert examination.media_type == "application/pdf"
    expected = {"XRECHNUNG_Einfach.pdf": {"CII-SR-465"}}
    assert fatal(examination) == expected.get(path.name, set())


@named(corpus.oasis_invoices())
def test_invoices_older_than_en_16931_are_held_with_reasons(path: Path, engine: RuleEngine) -> None:
    examination = look(path, engine)
    assert examination.syntax in {Syntax.UBL_INVOICE, Syntax.UBL_CREDIT_NOTE}
    assert "KT-SCHEMA" not in fatal(examination)
    assert examination.is_held


OTHER_KINDS = {
    "reminder": Kind.REMINDER,
    "quotation": Kind.QUOTE,
    "despatchadvice": Kind.DELIVERY_NOTE,
    "orderresponse": Kind.ORDER_CONFIRMATION,
    "orderresponsesimple": Kind.ORDER_CONFIRMATION,
}
HELD_OTHERS = {
    "UBL-Quotation-2.0-Example.xml": {"KT-LINE-NET"},
    "UBL-Quotation-2.1-Example.xml": {"KT-WITHOUT-VAT"},
    "UBL-Reminder-2.1-Example.xml": {"KT-DUE"},
}
"""Examples of OASIS whose sums do not come out: 100 kg at 100.00 make 10000.00, and so on."""


@named([path for path in corpus.oasis_others() if path.parent.name in OTHER_KINDS])
def test_other_kinds_are_read_with_number_date_and_parties(path: Path) -> None:
    examination, root = look(path, None), etree.parse(path).getroot()
    assert examination.kind is OTHER_KINDS[path.parent.name]
    einvoice = examination.einvoice
    assert einvoice is not None
    assert einvoice.number == root.findtext("{*}ID")
    assert str(einvoice.issue_date) == root.findtext("{*}IssueDate")
    names = set(root.itertext())
    for party in (einvoice.seller, einvoice.buyer):
        assert party.name or party.identifiers
        assert not party.name or party.name in names
    lines = [entry for entry in root if str(entry.tag).endswith("Line")]
    assert len(einvoice.lines) + len(einvoice.reminded_invoices) == len(lines)
    assert fatal(examination) == HELD_OTHERS.get(path.name, set())
    assert EInvoice.from_json(einvoice.to_json()) == einvoice


@named([path for path in corpus.oasis_others() if path.parent.name not in OTHER_KINDS])
def test_documents_of_no_kind_that_kontor_knows_are_held(path: Path) -> None:
    examination = look(path, None)
    assert (examination.syntax, examination.kind) == (Syntax.OTHER_XML, None)
    assert fatal(examination) == {"KT-OTHER-XML"}
