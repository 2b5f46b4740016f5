"""Quotes, reminders, order confirmations and delivery notes: written, and read again the same."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from app.documents.formats.examination import Examination
from app.documents.formats.examine import examine
from app.documents.rules.einvoice import EInvoice, Totals
from app.documents.rules.kinds import Kind
from app.renditions.formats import ubl_other
from tests import corpus
from tests.renditions.formats.samples import OTHERS, document
from tests.renditions.formats.test_round_trip import emptied

KNOWN = {"reminder", "quotation", "despatchadvice", "orderresponse", "orderresponsesimple"}
SOURCES = [path for path in corpus.oasis_others() if path.parent.name in KNOWN]


def read(content: bytes) -> Examination:
    return examine(content, "a.xml", size_limit=10**7, engine=None)


def is_by_schema(found: Examination) -> bool:
    return "KT-SCHEMA" not in {one.rule for one in found.findings}


@corpus.needed
@pytest.mark.parametrize("path", SOURCES, ids=[path.name for path in SOURCES])
def test_every_example_is_written_and_read_again(path: Path) -> None:
    before = read(path.read_bytes())
    assert before.kind is not None
    assert before.einvoice is not None
    after = read(ubl_other.written(before.einvoice, before.kind))
    assert (after.kind, is_by_schema(after)) == (before.kind, True)
    assert emptied(after.einvoice) == emptied(before.einvoice)


@pytest.mark.parametrize("kind", OTHERS, ids=str)
def test_each_kind_is_written_by_its_schema(kind: Kind) -> None:
    said = document(kind)
    found = read(ubl_other.written(said, kind))
    assert etree.QName(etree.fromstring(ubl_other.written(said, kind))).localname == OTHERS[kind]
    assert found.kind is kind
    assert found.findings == read(ubl_other.written(said, kind)).findings
    assert emptied(found.einvoice) == emptied(said)


def test_a_total_stands_for_the_amount_that_ubl_asks_for() -> None:
    said = replace(document(Kind.QUOTE), totals=Totals(lines=Decimal("310.00")))
    found = read(ubl_other.written(said, Kind.QUOTE))
    assert is_by_schema(found)
    assert found.einvoice is not None
    assert found.einvoice.totals.due == Decimal("310.00")


def test_what_says_nothing_at_all_breaks_the_schema() -> None:
    assert not is_by_schema(read(ubl_other.written(EInvoice(), Kind.REMINDER)))
