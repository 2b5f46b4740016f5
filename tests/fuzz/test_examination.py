import json
import os
from decimal import Decimal

import pytest
from flask import Flask, g
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.access.grants import Can
from app.access.principal import NOBODY
from app.core import languages
from app.documents.actions import keeping
from app.documents.formats.examination import Examination
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.einvoice import EInvoice
from app.documents.rules.findings import Finding, is_held
from app.documents.rules.kinds import Kind
from tests.cast import Cast
from tests.fuzz import mutations

EXAMPLES = int(os.environ.get("KONTOR_FUZZ_EXAMPLES", "0"))
"""How many files are made of each sort; 0: as many as fit into every run, the same ones each time."""

LARGEST = 2_000_000


def fuzz(examples: int) -> settings:
    return settings(
        max_examples=EXAMPLES or examples,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def check(found: Examination) -> None:
    """What holds for every examination, whatever was sent."""
    assert "KT-UNREADABLE" not in {one.rule for one in found.findings}, "an exception was swallowed"
    for language in languages.LANGUAGES:
        with languages.speaking(language, "CH"):
            assert all(one.text() for one in found.findings)
    written = json.dumps([one.to_json() for one in found.findings])
    assert [Finding.from_json(one) for one in json.loads(written)] == list(found.findings)
    assert "\0" not in written
    if found.einvoice is None:
        assert is_held(found.findings)
        return
    said = found.einvoice
    assert EInvoice.from_json(json.loads(json.dumps(said.to_json()))) == said
    amounts = keeping.amounts_of(said, found.kind or Kind.INVOICE)
    for name in ("total_minor", "payable_minor"):
        value = amounts[name]
        assert value is None or (isinstance(value, int) and abs(value) < 2**63)
    if not is_held(found.findings):
        assert said.number
        assert said.issue_date is not None
        assert said.totals.due is None or isinstance(said.totals.due, Decimal)


@fuzz(250)
@given(mutations.elements_changed())
def test_changed_elements_are_read_or_held(content: bytes) -> None:
    check(examine(content, "changed.xml", size_limit=LARGEST, engine=None))


@fuzz(250)
@given(mutations.bytes_changed(".xml"))
def test_changed_bytes_are_read_or_held(content: bytes) -> None:
    check(examine(content, "changed.xml", size_limit=LARGEST, engine=None))


@fuzz(60)
@given(mutations.bytes_changed(".pdf") | mutations.inside_changed())
def test_changed_pdfs_are_read_or_held(content: bytes) -> None:
    check(examine(content, "changed.pdf", size_limit=LARGEST, engine=None))


@fuzz(40)
@given(content=st.one_of(mutations.elements_changed(), mutations.bytes_changed(".xml")))
def test_the_official_rules_survive_changed_files(content: bytes, engine: RuleEngine) -> None:
    check(examine(content, "changed.xml", size_limit=LARGEST, engine=engine))


@pytest.fixture
def sheet(app: Flask, cast: Cast) -> Flask:
    """The portal; its sheet shows what was read, to staff also where it is held."""
    return app


@fuzz(120)
@given(mutations.elements_changed())
def test_whatever_was_read_can_be_shown(sheet: Flask, content: bytes) -> None:
    said = examine(content, "changed.xml", size_limit=LARGEST, engine=None)
    if said.einvoice is None or said.kind is None:
        return
    for language in languages.LANGUAGES:
        with sheet.test_request_context("/"), languages.speaking(language, "CH"):
            g.organisation = None
            template = sheet.jinja_env.get_template("desk/_paper.html")
            document = {"kind": said.kind, "number": said.einvoice.number}
            assert (
                "<table"
                in template.render(
                    document=document,
                    einvoice=said.einvoice,
                    is_by_hand=False,
                    principal=NOBODY,
                    Can=Can,
                )
                or not said.einvoice.lines
            )
