"""From bytes to a checked invoice, for friends and for enemies."""

import base64
import io
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.formats.conclude import FINDING_LIMIT
from app.documents.formats.examination import Examination, Syntax
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.einvoice import EInvoice, Note
from app.documents.rules.findings import Severity
from app.documents.rules.kinds import Kind
from tests.documents.formats.test_safe_xml import BOMB
from tests.documents.invoices import pdf, supporting, ubl

LIMIT = 5_000_000


def look(content: bytes, engine: RuleEngine | None = None) -> Examination:
    return examine(content, "file", size_limit=LIMIT, engine=engine)


def rules(examination: Examination) -> list[str]:
    assert all(finding.text() for finding in examination.findings)
    return [finding.rule for finding in examination.findings if finding.rule != UNCHECKED]


UNCHECKED = "KT-RULES-NOT-CHECKED"


def test_a_good_invoice_is_read_and_has_no_finding(engine: RuleEngine) -> None:
    examination = look(ubl(), engine)
    assert examination.findings == ()
    assert (examination.syntax, examination.kind) == (Syntax.UBL_INVOICE, Kind.INVOICE)
    assert (examination.media_type, examination.xml) == ("application/xml", ubl())
    einvoice = examination.einvoice
    assert einvoice is not None
    assert (einvoice.number, einvoice.issue_date, einvoice.due_date, einvoice.currency) == (
        "R-1001",
        date(2026, 3, 2),
        date(2026, 4, 1),
        "CHF",
    )
    assert (einvoice.seller.name, einvoice.buyer.name) == ("Muster AG", "Kunde GmbH")
    assert einvoice.seller.vat_identifier == "CHE-107.787.577 MWST"
    assert einvoice.notes == (Note("Thank you", "AAI"),)
    assert einvoice.totals.due == Decimal("335.11")
    assert einvoice.payment_instructions[0].iban == "CH9300762011623852957"
    assert einvoice.purchase_order == "PO-7"
    assert (einvoice.lines[0].quantity, einvoice.lines[0].unit) == (Decimal(31), "C62")


def test_the_invoice_inside_a_pdf_is_read_alike(engine: RuleEngine) -> None:
    inside, alone = look(pdf(ubl()), engine), look(ubl(), engine)
    assert inside == replace(alone, media_type="application/pdf")


def test_without_the_official_rules_an_invoice_is_not_called_valid() -> None:
    (finding,) = look(ubl()).findings
    assert (finding.rule, finding.severity) == (UNCHECKED, Severity.WARNING)


def test_an_engine_that_cannot_run_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (finding,) = look(ubl(), RuleEngine(tmp_path / "file")).findings
    assert finding.rule == UNCHECKED


@pytest.mark.parametrize("wrong", ["25.12", "25.61", "26.10"])
def test_vat_that_the_official_rules_let_pass_is_found(engine: RuleEngine, wrong: str) -> None:
    total = str(Decimal("310.00") + Decimal(wrong))
    content = ubl(("25.11", wrong), ("335.11", total))
    assert rules(look(content, engine)) == ["KT-VAT-AMOUNT"]
    assert look(content, engine).is_held


def test_a_changed_quantity_that_the_official_rules_let_pass_is_found(engine: RuleEngine) -> None:
    assert rules(look(ubl((">31<", ">99<")), engine)) == ["KT-LINE-NET"]


def test_a_file_that_breaks_its_schema_is_held_and_still_read(engine: RuleEngine) -> None:
    examination = look(ubl(("<cbc:Note>", "<cbc:Nothing/><cbc:Note>")), engine)
    assert "KT-SCHEMA" in rules(examination)
    assert examination.is_held
    assert examination.einvoice is not None
    assert examination.einvoice.number == "R-1001"


def test_the_type_code_says_the_kind() -> None:
    assert look(ubl((">380<", ">381<"))).kind is Kind.CREDIT_NOTE
    assert look(ubl((">380<", ">384<"))).kind is Kind.INVOICE


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (("R-1001", ""), "KT-NUMBER"),
        (("2026-03-02", "soon"), "KT-DATE"),
        (("2026-03-02", "2026-02-30"), "KT-DATE"),
        ((">CHF<", "><"), "KT-CURRENCY"),
        (("CHF", "KWD"), "KT-CURRENCY-DECIMALS"),
        (("CHF", "QQQ"), "KT-CURRENCY-UNKNOWN"),
        (("Muster AG", " "), "KT-SELLER"),
        (("Kunde GmbH", ""), "KT-BUYER"),
    ],
)
def test_what_is_missing_holds_the_invoice(change: tuple[str, str], rule: str) -> None:
    examination = look(ubl(change))
    assert rule in rules(examination)
    assert examination.is_held


def test_check_digits_and_dates_only_warn() -> None:
    examination = look(
        ubl(
            ("CH9300762011623852957", "CH9300762011623852958"),
            ("RF18539007547034", "RF19539007547034"),
            ("CHE-107.787.577", "CHE-107.787.578"),
            ("2026-04-01", "2026-01-01"),
        )
    )
    assert not examination.is_held
    assert rules(examination) == [
        "KT-DUE-DATE",
        "KT-IBAN",
        "KT-CREDITOR-REFERENCE",
        "KT-VAT-IDENTIFIER",
    ]


def test_files_inside_the_invoice_come_out() -> None:
    content = base64.b64encode(b"%PDF-1.7 sheet").decode()
    good = supporting(content, "../sheet.exe", "application/pdf")
    bad = supporting(base64.b64encode(b"MZ").decode(), "run.exe", "application/pdf")
    examination = look(ubl(documents=good + bad))
    assert [(file.name, file.content) for file in examination.attachments] == [
        ("sheet.pdf", b"%PDF-1.7 sheet")
    ]
    assert rules(examination) == ["KT-ATTACHMENT-TYPE"]
    assert examination.einvoice is not None
    assert [entry.size for entry in examination.einvoice.attachments] == [14, 0]


def test_numbers_that_only_look_like_numbers_are_not_read() -> None:
    for wrong in ("NaN", "1e9", "Infinity", "1,5", "0x10", "9" * 40):
        examination = look(ubl((">335.11<", f">{wrong}<")))
        assert examination.einvoice is not None
        assert examination.einvoice.totals.with_vat is None
        assert examination.is_held


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "KT-EMPTY"),
        (b" \n\t ", "KT-EMPTY"),
        (b"x" * (LIMIT + 1), "KT-SIZE"),
        (b"hello", "KT-TYPE"),
        (b"MZ\x90\0", "KT-TYPE"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "KT-TYPE"),
        (ubl()[:1500], "KT-XML-SYNTAX"),
        (ubl().replace(b"<Invoice ", b"<!DOCTYPE Invoice []><Invoice "), "KT-XML-DOCTYPE"),
        (BOMB.encode(), "KT-XML-DOCTYPE"),
        (BOMB.encode("utf-16"), "KT-XML-DOCTYPE"),
        (b"<!DOCTYPE html><html></html>", "KT-XML-DOCTYPE"),
        (b"<a>" * 5000 + b"</a>" * 5000, "KT-XML-SYNTAX"),
        (b"<a>" * 200 + b"</a>" * 200, "KT-XML-DEPTH"),
        (b"<html><script>1</script></html>", "KT-OTHER-XML"),
        (b"<html><script>1</script>\n" + pdf(ubl()), "KT-XML-SYNTAX"),
        (b"%PDF-1.7\n<html>", "KT-PDF-BROKEN"),
        (pdf(ubl())[:300], "KT-PDF-BROKEN"),
        (pdf(ubl(), password="secret"), "KT-PDF-PASSWORD"),
        (pdf(None), "KT-PLAIN-PDF"),
        (pdf(BOMB.encode()), "KT-XML-DOCTYPE"),
        (pdf(b"<a>"), "KT-XML-SYNTAX"),
        (pdf(b"<a/>"), "KT-OTHER-XML"),
        (pdf(b"<a>" + b" " * LIMIT + b"</a>"), "KT-SIZE"),
    ],
)
def test_hostile_and_useless_files_are_held_for_one_clear_reason(content: bytes, rule: str) -> None:
    examination = look(content)
    assert rules(examination) == [rule]
    assert examination.is_held
    assert examination.einvoice is None


def test_an_entity_in_a_pdf_reads_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    hostile = ubl(
        ("<Invoice ", f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "{secret.as_uri()}">]><Invoice '),
        ("R-1001", "&x;"),
    )
    examination = look(pdf(hostile))
    assert rules(examination) == ["KT-XML-DOCTYPE"]
    assert "hidden" not in repr(replace(examination, xml=None))


def test_an_invoice_in_utf_16_is_read() -> None:
    text = ubl().decode().replace('encoding="UTF-8"', 'encoding="UTF-16"')
    examination = look(text.encode("utf-16"))
    assert rules(examination) == []
    assert examination.einvoice == look(ubl()).einvoice


def test_an_invoice_behind_a_long_comment_is_read() -> None:
    content = ubl().replace(b"<Invoice ", b"<!--" + b"x" * 50_000 + b"-->\n<Invoice ", 1)
    assert look(content).syntax is Syntax.UBL_INVOICE


def test_a_comment_cannot_show_another_amount() -> None:
    examination = look(ubl((">335.11<", ">335<!-- -->.11<")))
    assert rules(examination) == []


def test_two_invoices_in_one_pdf_are_held() -> None:
    target = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        for name in ("factur-x.xml", "xrechnung.xml"):
            document.attachments[name] = pikepdf.AttachedFileSpec(document, ubl(), filename=name)
        document.save(target)
    assert rules(look(target.getvalue())) == ["KT-PDF-SEVERAL"]


def test_the_number_of_findings_is_bounded_and_fatal_ones_stay() -> None:
    start, rest = ubl().index(b"<cac:InvoiceLine>"), ubl().index(b"</Invoice>")
    bad_line = ubl()[start:rest].replace(b">31<", b">99<")
    content = ubl()[:start] + bad_line * 400 + ubl()[rest:]
    examination = look(content)
    assert len(examination.findings) == FINDING_LIMIT + 1
    assert examination.findings[-1].rule == "KT-MORE"
    assert examination.findings[0].severity is Severity.FATAL


def test_what_was_found_can_be_kept_as_json() -> None:
    einvoice = look(ubl()).einvoice
    assert einvoice is not None
    assert EInvoice.from_json(einvoice.to_json()) == einvoice


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(content: bytes) -> None:
    assert look(content).is_held


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_an_invoice_makes_it_fail(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([ubl(), pdf(ubl())])))
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    examination = look(bytes(content))
    assert "KT-UNREADABLE" not in rules(examination)
    assert examination.is_held or examination.einvoice is not None
