"""PDFs without an e-invoice: kept, described by a person, published."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask

from app.documents import queries
from app.documents.formats.examine import examine
from app.documents.models import Document
from app.documents.rules.findings import Finding, Severity
from app.documents.rules.kinds import Kind
from app.documents.rules.life import State
from app.web import installation
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.documents.invoices import pdf
from tests.web.observing import error_at, main_of, testids, typed_in

ZUGFERD_1 = b'<rsm:CrossIndustryDocument xmlns:rsm="urn:ferd:CrossIndustryDocument:invoice:1p0"/>'
ZUGFERD_1_AS_SENT = b'<?xml version="1.0" encoding="UTF-8"?>\n' + ZUGFERD_1


def plain(app: Flask, cast: Cast, content: bytes | None = None) -> Document:
    """Take in a PDF as the intake does, with what the examination found."""
    content = content if content is not None else pdf(None)
    found = examine(content, "letter.pdf", size_limit=1_000_000, engine=None)
    with installation.of(app).database.transaction():
        return factories.take_in(
            cast.lindenhof.id,
            found.einvoice,
            findings=found.findings,
            content=content,
            media_type=found.media_type,
        )


def now(app: Flask, document: Document) -> Document:
    with installation.of(app).database.reading():
        found = queries.by_id(document.id)
    assert found is not None
    return found


def typed(cast: Cast, **changes: str) -> dict[str, str]:
    values = {
        "kind": "invoice",
        "number": "P-77",
        "issue_date": "2026-10-01",
        "until": "2026-10-31",
        "total": "1'234,50",
        "currency": "chf",
        "customer": cast.keller.id,
    }
    return values | changes


@pytest.mark.parametrize(
    "content", [pdf(None), pdf(ZUGFERD_1, "zugferd-invoice.xml"), ZUGFERD_1, ZUGFERD_1_AS_SENT]
)
def test_a_file_is_described_published_and_read(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], content: bytes
) -> None:
    document, ben = plain(app, cast, content), browser("ben")
    assert now(app, document).state is State.HELD
    page = ben.get(f"/documents/{document.id}").text
    assert "describe-form" in testids(page)
    assert "publish" not in testids(page)
    assert ben.post(f"/documents/{document.id}/publication").status_code == 409
    answer = ben.post(f"/documents/{document.id}/description", data=typed(cast))
    assert answer.status_code == 303
    kept = now(app, document)
    assert (kept.state, kept.kind, kept.number) == (State.READY, Kind.INVOICE, "P-77")
    assert (kept.issue_date, kept.due_date) == (date(2026, 10, 1), date(2026, 10, 31))
    assert (kept.total_minor, kept.payable_minor, kept.currency) == (123450, 123450, "CHF")
    assert kept.customer_id == cast.keller.id
    page = ben.get(f"/documents/{document.id}").text
    assert "by-hand" in testids(page)
    assert "Data entered by hand for P-77" in main_of(page)
    assert ben.post(f"/documents/{document.id}/publication").status_code == 303
    seen = browser("ruth").get(f"/documents/{document.id}").text
    assert "entered by hand" in main_of(seen)
    assert "by-hand-file" in testids(seen)
    assert ben.post(f"/documents/{document.id}/description", data=typed(cast)).status_code == 409
    assert ben.get(f"/documents/{document.id}/description").status_code == 409


WRONG = {
    "kind": "nonsense",
    "number": " ",
    "issue_date": "yesterday",
    "until": "2026-09-30",
    "total": "1.234.50",
    "currency": "XXQ",
    "customer": "0" * 26,
}


@pytest.mark.parametrize("field", sorted(WRONG))
def test_what_is_wrong_is_said_at_its_field_and_nothing_changes(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], field: str
) -> None:
    document, ben = plain(app, cast), browser("ben")
    given = typed(cast, **{field: WRONG[field]})
    answer = ben.post(f"/documents/{document.id}/description", data=given)
    assert answer.status_code == 422
    assert error_at(answer.text, field)
    assert typed_in(answer.text, "number") == given["number"].strip()
    assert now(app, document).state is State.HELD


@pytest.mark.parametrize(
    ("total", "kind", "status"),
    [
        ("", "invoice", 422),
        ("", "reminder", 422),
        ("", "quote", 422),
        ("", "delivery_note", 303),
        ("", "order_confirmation", 303),
        ("10.005", "invoice", 422),
        ("-3", "invoice", 422),
        ("0", "invoice", 303),
    ],
)
def test_a_total_is_needed_where_money_is_asked_for(
    app: Flask, cast: Cast, browser: Callable[[str], Browser], total: str, kind: str, status: int
) -> None:
    document = plain(app, cast)
    given = typed(cast, total=total, kind=kind)
    answer = browser("ben").post(f"/documents/{document.id}/description", data=given)
    assert answer.status_code == status
    if status == 422:
        assert error_at(answer.text, "total")


def test_a_described_quote_ends_on_its_last_day(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    document, ben = plain(app, cast), browser("ben")
    path = f"/documents/{document.id}/description"
    assert ben.post(path, data=typed(cast, kind="quote", until="2099-01-31")).status_code == 303
    assert typed_in(ben.get(path).text, "until") == "2099-01-31"
    ben.post(f"/documents/{document.id}/publication")
    page = main_of(browser("ruth").get(f"/documents/{document.id}").text)
    assert "valid until 31 Jan 2099" in page
    assert "Nothing to pay" not in page


def test_the_same_number_again_is_a_newer_version_and_can_be_corrected(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    first, second = plain(app, cast), plain(app, cast, pdf(b"<a/>", "note.xml"))
    for document in (first, second):
        assert (
            ben.post(f"/documents/{document.id}/description", data=typed(cast)).status_code == 303
        )
    assert (now(app, second).version, now(app, second).lineage_id) == (2, first.id)
    path = "/documents/{}/description"
    moved = ben.post(path.format(first.id), data=typed(cast, number="P-78"))
    assert moved.status_code == 409, "the second hangs on it"
    assert ben.post(path.format(second.id), data=typed(cast, number="P-78")).status_code == 303
    assert (now(app, second).version, now(app, second).lineage_id) == (1, second.id)


def test_only_readable_files_are_described(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    locked = plain(app, cast, pdf(None, password="secret"))
    assert "describe" not in testids(ben.get(f"/documents/{locked.id}").text)
    other = plain(app, cast, b"<other/>")
    for document in (locked, other, cast.held, cast.invoice):
        answer = ben.post(f"/documents/{document.id}/description", data=typed(cast))
        assert answer.status_code == 409


def test_another_fatal_finding_still_holds_it(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    findings = (
        Finding("KT-PLAIN-PDF", Severity.FATAL, "x"),
        Finding("KT-PDF-SEVERAL", Severity.FATAL, "y"),
    )
    content = pdf(None)
    with installation.of(app).database.transaction():
        document = factories.take_in(
            cast.lindenhof.id,
            None,
            findings=findings,
            content=content,
            media_type="application/pdf",
        )
    ben = browser("ben")
    ben.post(f"/documents/{document.id}/description", data=typed(cast))
    assert now(app, document).state is State.HELD
    assert "publish" in testids(ben.get(f"/documents/{document.id}").text)
