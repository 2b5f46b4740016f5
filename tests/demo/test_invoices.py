from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest

from app.demo import invoices
from app.demo.cast import Form, House, Sample
from app.demo.houses import HOUSES
from app.documents.formats.examination import Examination
from app.documents.formats.examine import examine
from app.documents.formats.official_rules import RuleEngine
from app.documents.rules.findings import Severity

DAYS = (date(2026, 11, 21), date(2027, 3, 1), date(2028, 2, 29))
"""A Saturday, a Monday, the last day of a February: the samples follow today."""

VERSIONS = [
    (house, one)
    for house in HOUSES
    for sample in house.samples
    for one in ([sample, invoices.corrected(sample)] if sample.corrected else [sample])
]


def examined(house: House, sample: Sample, today: date, engine: RuleEngine) -> Examination:
    name, content = invoices.written(house, sample, today)
    return examine(content, name, size_limit=10_000_000, engine=engine)


@pytest.mark.parametrize("today", DAYS, ids=str)
def test_every_sample_is_valid_unless_it_is_meant_to_be_wrong(
    today: date, engine: RuleEngine
) -> None:
    for house, sample in VERSIONS:
        found = examined(house, sample, today, engine).findings
        expected = [("KT-VAT-AMOUNT", Severity.FATAL)] if sample.mistake else []
        if sample.form is Form.PDF:
            expected = [("KT-PLAIN-PDF", Severity.FATAL)]
        elif not sample.kind.traits.is_einvoice:
            expected = [("KT-NO-OFFICIAL-RULES", Severity.INFORMATION)]
        assert [(one.rule, one.severity) for one in found] == expected, sample.number


def test_every_sample_is_read_as_it_was_meant(engine: RuleEngine) -> None:
    for house, sample in VERSIONS:
        found = examined(house, sample, DAYS[0], engine)
        if sample.form is Form.PDF:
            assert found.einvoice is None
            continue
        assert found.einvoice == invoices.einvoice(house, sample, DAYS[0]), sample.number


def test_a_mistake_is_seen_by_exact_sums_only(engine: RuleEngine) -> None:
    """The official rules let VAT be wrong by less than 1.00 (BR-CO-17): that is why we count."""
    wrong = [(house, sample) for house, sample in VERSIONS if sample.mistake]
    assert len(wrong) == len(HOUSES)
    for house, sample in wrong:
        assert Decimal(0) < abs(sample.mistake) < 1
        rules = {one.rule for one in examined(house, sample, DAYS[0], engine).findings}
        assert not any(rule.startswith("BR-") for rule in rules)


@pytest.mark.parametrize("house", HOUSES, ids=lambda house: house.slug)
def test_each_house_shows_what_there_is_to_see(house: House) -> None:
    today = DAYS[0]
    said = [invoices.einvoice(house, sample, today) for sample in house.samples]
    unpaid = [one for one in said if one.due_date and one.totals.due]
    assert 12 <= len(house.samples) <= 30
    assert any(one.type_code == "381" and one.preceding_invoices for one in said)
    assert any(one.totals.paid and not one.totals.due for one in said)
    assert any(one.due_date < today for one in unpaid if one.due_date)
    assert any(today < one.due_date <= today + timedelta(days=10) for one in unpaid if one.due_date)
    assert any(one.attachments for one in said)
    assert any(sample.corrected for sample in house.samples)
    strangers = {one.number for one in house.strangers}
    assert any(sample.customer in strangers for sample in house.samples)


def test_all_four_languages_are_spoken() -> None:
    read = Counter(
        house.buyer(sample.customer).language for house in HOUSES for sample in house.samples
    )
    assert set(read) == {"de", "en", "nb", "sv"}


def test_samples_are_issued_on_working_days_of_the_last_year() -> None:
    for today in DAYS:
        days = [invoices.issued_on(sample, today) for _, sample in VERSIONS]
        assert all(day.weekday() < 5 for day in days)
        assert all(today - timedelta(days=367) < day < today for day in days)


def test_numbers_are_used_once() -> None:
    numbers = Counter((house.slug, one.number) for house in HOUSES for one in house.samples)
    assert max(numbers.values()) == 1


def test_the_factur_x_pdf_can_be_read_and_kept() -> None:
    """PDF/A-3 embeds every font, names its colours, and says which file belongs to it."""
    house, sample = next(one for one in VERSIONS if one[1].form is Form.FACTUR_X)
    name, content = invoices.written(house, sample, DAYS[0])
    assert name.endswith(".pdf")
    with pikepdf.open(BytesIO(content)) as pdf:
        fonts = [one for one in pdf.objects if _is(one, "/Font")]
        assert fonts
        assert all("/FontDescriptor" in one or "/DescendantFonts" in one for one in fonts)
        assert "/OutputIntents" in pdf.Root
        assert len(pdf.Root.AF) == 1
        assert [float(number) for number in pdf.pages[0].mediabox[2:]] == pytest.approx(
            [595.3, 841.9], abs=0.1
        )


def _is(one: pikepdf.Object, kind: str) -> bool:
    return isinstance(one, pikepdf.Dictionary) and str(one.get("/Type")) == kind
