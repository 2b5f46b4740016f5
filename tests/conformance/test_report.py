import pytest

from app.core.settings import PROJECT
from app.documents.formats.official_rules import RuleEngine
from tests import corpus
from tests.conformance.outcomes import COLLECTIONS, Collection, Outcome, outcomes
from tests.conformance.report import markdown

pytestmark = corpus.needed


@pytest.fixture(scope="module")
def found(engine: RuleEngine) -> dict[Collection, list[Outcome]]:
    return {one: list(outcomes(one, engine)) for one in COLLECTIONS}


def test_the_page_says_what_comes_out_today(found: dict[Collection, list[Outcome]]) -> None:
    written = (PROJECT / "docs" / "conformance.md").read_text("utf-8")
    assert written == markdown(found), "run `make conformance` and look at what changed"


def test_another_reader_finds_the_same_in_every_invoice(
    found: dict[Collection, list[Outcome]],
) -> None:
    rows = [row for one, rows in found.items() if one.has_other_reader for row in rows]
    assert len(rows) > 80
    assert [row.name for row in rows if row.read_alike != "yes"] == []


def test_what_is_expected_to_be_valid_is_held_only_by_our_own_arithmetic(
    found: dict[Collection, list[Outcome]],
) -> None:
    for collection, rows in found.items():
        if collection.expected == "valid EN 16931":
            assert {rule for row in rows for rule in row.fatal} <= {"KT-LINE-NET"}


def test_what_is_no_document_of_ours_is_held(found: dict[Collection, list[Outcome]]) -> None:
    strange = [row for rows in found.values() for row in rows if "no document" in row.expected]
    assert len(strange) == 10
    assert all(row.came_out == "held" and not row.kind for row in strange)
