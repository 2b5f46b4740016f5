import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import ids
from app.core.db import session
from app.documents import queries
from app.documents.models import Document
from app.documents.rules.life import State
from app.intake.models import Intake
from app.web import installation
from app.web.problems import MEDIA_TYPE, TYPES
from tests import factories
from tests.acceptance.quotes import quote_for
from tests.api.conftest import invoice
from tests.api.program import DOCUMENTS, Program
from tests.browser import Browser
from tests.cast import Cast, work_is_promised
from tests.documents.invoices import pdf
from tests.installation import BASE_URL

Programs = Callable[[str], Program]
WRONG_SUM = (
    '<cbc:PayableAmount currencyID="CHF">335.11<',
    '<cbc:PayableAmount currencyID="CHF">335.12<',
)


def count(app: Flask, table: type[Any] = Document) -> int:
    with installation.of(app).database.reading():
        return session().scalar(select(func.count()).select_from(table)) or 0


def test_a_sound_invoice_is_taken_in_published_and_promised_to_its_recipients(
    app: Flask, cast: Cast, program: Programs
) -> None:
    answer = program("key").post(invoice())
    body = answer.get_json()
    assert (answer.status_code, body["state"], body["number"]) == (201, "published", "R-1001")
    assert answer.headers["Location"] == f"{DOCUMENTS}/{body['id']}" == body["url"]
    assert (body["total"], body["currency"]) == ("335.11", "CHF")
    assert body["customer_id"] == cast.keller.id
    assert [finding for finding in body["findings"] if finding["severity"] == "fatal"] == []
    assert program("key").get(body["url"]).get_json() == body
    with installation.of(app).database.reading():
        assert work_is_promised("reactions.react")


def test_an_invoice_with_a_wrong_sum_is_held_with_every_finding(program: Programs) -> None:
    body = program("key").post(invoice("R-1001", WRONG_SUM)).get_json()
    assert body["state"] == "held"
    rules = {finding["rule"] for finding in body["findings"]}
    assert "BR-CO-16" in rules
    assert len(rules) > 1, "the official rule and our own sum"


def test_strict_handling_refuses_it_with_every_finding_and_keeps_nothing(
    app: Flask, program: Programs
) -> None:
    before = count(app), count(app, Intake)
    answer = program("key").post(
        invoice("R-1001", WRONG_SUM), headers={"Prefer": "respond-async, handling=strict"}
    )
    body = answer.get_json(force=True)
    assert answer.status_code == 422
    assert answer.mimetype == MEDIA_TYPE
    assert body["type"] == f"{TYPES}findings"
    assert "BR-CO-16" in {finding["rule"] for finding in body["findings"]}
    assert body["reference"] == answer.headers["X-Reference"]
    assert (count(app), count(app, Intake)) == before


def test_strict_handling_takes_in_what_is_sound_and_says_that_it_was_strict(
    program: Programs,
) -> None:
    answer = program("key").post(invoice(), headers={"Prefer": "handling=strict"})
    assert answer.status_code == 201
    assert answer.headers["Preference-Applied"] == "handling=strict"


@pytest.mark.parametrize(
    "content",
    [b"", b"no XML", b"<a/>", b"<a>", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', b"%PDF-1.7 x"],
)
def test_what_cannot_be_read_is_refused_with_a_finding_and_nothing_is_kept(
    app: Flask, program: Programs, content: bytes
) -> None:
    before = count(app), count(app, Intake)
    answer = program("key").post(content)
    if content.startswith(b"%PDF"):
        assert answer.get_json()["state"] == "held", "a broken PDF is kept for a person to see"
        return
    assert answer.status_code == 422
    assert answer.get_json(force=True)["findings"]
    assert (count(app), count(app, Intake)) == before


def test_an_unknown_customer_holds_it_unless_customers_are_made(
    cast: Cast, program: Programs
) -> None:
    stranger = (">K-1<", ">K-77<")
    held = program("key").post(invoice("R-1", stranger)).get_json()
    assert (held["state"], held["customer_id"]) == ("held", None)
    made = program("key").post(invoice("R-2", stranger), path=f"{DOCUMENTS}?creates-customers=true")
    assert made.get_json()["state"] == "published"
    assert (
        program("key").post(invoice(), path=f"{DOCUMENTS}?creates-customers=x").status_code == 400
    )


def test_the_same_bytes_again_are_the_same_document(app: Flask, program: Programs) -> None:
    first = program("key").post(invoice())
    before = count(app), count(app, Intake)
    again = program("key").post(invoice())
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.get_json() == first.get_json()
    assert again.headers["Location"] == first.headers["Location"]
    assert (count(app), count(app, Intake)) == before


def test_the_same_number_with_other_content_is_a_new_version(program: Programs) -> None:
    first = program("key").post(invoice()).get_json()
    second = program("key").post(invoice("R-1001", ("Thank you", "Many thanks"))).get_json()
    assert (first["version"], second["version"]) == (1, 2)
    assert [one["id"] for one in second["versions"]] == [second["id"], first["id"]]
    assert program("key").get(first["url"]).get_json()["state"] == "superseded"


def test_the_same_key_gets_the_same_answer(app: Flask, program: Programs) -> None:
    headers = {"Idempotency-Key": '"5a0e4ac8"'}
    first = program("key").post(invoice(), headers=headers)
    document = first.get_json()["id"]
    with installation.of(app).database.transaction():
        found = queries.by_id(document)
        assert found is not None
        found.state = State.WITHDRAWN
    for key in ('"5a0e4ac8"', "5a0e4ac8"):
        again = program("key").post(invoice(), headers={"Idempotency-Key": key})
        assert again.status_code == 201, "as it was answered, although it was known"
        assert again.get_json() == first.get_json()
        assert again.headers["Location"] == first.headers["Location"]
    assert program("key").post(invoice()).get_json()["state"] == "withdrawn"


def test_the_same_key_with_something_else_is_refused(app: Flask, program: Programs) -> None:
    headers = {"Idempotency-Key": "1"}
    assert program("key").post(invoice(), headers=headers).status_code == 201
    before = count(app)
    other = program("key").post(invoice("R-2"), headers=headers)
    assert other.status_code == 422
    assert other.get_json(force=True)["type"] == f"{TYPES}idempotency-key-reused"
    assert count(app) == before
    assert program("strange_key").post(invoice("R-2"), headers=headers).status_code == 201


def test_a_refused_document_may_be_corrected_and_sent_with_its_key(program: Programs) -> None:
    headers = {"Idempotency-Key": "1"}
    assert program("key").post(b"<a/>", headers=headers).status_code == 422
    assert program("key").post(invoice(), headers=headers).status_code == 201


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "naïve"])
def test_a_key_that_cannot_be_kept_is_refused(program: Programs, key: str) -> None:
    assert program("key").post(invoice(), headers={"Idempotency-Key": key}).status_code == 400


def test_a_pdf_with_an_invoice_inside_is_taken_in(program: Programs) -> None:
    answer = program("key").post(
        pdf(invoice()),
        "application/pdf",
        headers={"Content-Disposition": "attachment; filename*=UTF-8''Gr%C3%BCn%20..%2F1.pdf"},
    )
    files = answer.get_json()["files"]
    assert answer.status_code == 201
    assert [(one["role"], one["media_type"]) for one in files] == [
        ("original", "application/pdf"),
        ("xml", "application/xml"),
    ]
    assert files[0]["name"] == "1.pdf"


def parts(*attachments: tuple[bytes, str]) -> dict[str, Any]:
    """Return a document and what comes beside it."""
    return {
        "document": (io.BytesIO(invoice()), "R-1001.xml"),
        "attachments": [(io.BytesIO(content), name) for content, name in attachments],
    }


def test_attachments_come_beside_the_document(program: Programs) -> None:
    answer = program("key").post(parts((pdf(None), "Plan.pdf")), "multipart/form-data")
    assert [(one["role"], one["name"]) for one in answer.get_json()["files"]] == [
        ("original", "R-1001.xml"),
        ("attachment", "Plan.pdf"),
    ]


def test_an_attachment_of_another_kind_is_refused(app: Flask, program: Programs) -> None:
    before = count(app)
    answer = program("key").post(parts((b"MZ\x90", "Plan.pdf")), "multipart/form-data")
    assert answer.status_code == 415
    assert answer.get_json(force=True)["attachment"] == "Plan.pdf"
    assert count(app) == before


@pytest.mark.parametrize("wrong", [{}, {"file": (io.BytesIO(b"x"), "x")}, {"document": "x"}])
def test_other_parts_are_refused(program: Programs, wrong: dict[str, Any]) -> None:
    assert program("key").post(wrong, "multipart/form-data").status_code == 400


@pytest.mark.parametrize("kind", ["application/json", "text/html", ""])
def test_other_content_is_refused(program: Programs, kind: str) -> None:
    answer = program("key").post(invoice(), kind)
    assert answer.status_code == 415
    assert answer.get_json(force=True)["accepted"]


def test_the_list_is_walked_page_by_page(app: Flask, cast: Cast, program: Programs) -> None:
    with installation.of(app).database.transaction():
        for number in range(7):
            factories.invoice_for(cast.keller, f"N-{number}")
    path, found = f"{DOCUMENTS}?limit=3&number=n-", []
    while path:
        answer = program("key").get(path)
        page = answer.get_json()
        found.append([one["number"] for one in page["documents"]])
        path = page["next"]
        assert (f'<{path}>; rel="next"' == answer.headers.get("Link")) == bool(path)
    assert [len(page) for page in found] == [3, 3, 1]
    assert sorted(number for page in found for number in page) == [
        f"N-{number}" for number in range(7)
    ]


def test_the_list_is_narrowed(cast: Cast, program: Programs) -> None:
    def numbers(query: str) -> list[str]:
        body = program("key").get(f"{DOCUMENTS}?{query}").get_json()
        return sorted(one["number"] for one in body["documents"])

    assert numbers("") == ["2026-0412", "2026-0413", "2026-0414"]
    assert numbers("state=held") == ["2026-0413"]
    assert numbers(f"customer={cast.huber.id}") == ["2026-0413", "2026-0414"]
    assert numbers("number=2026-0412&kind=invoice&since=2026-10-30&until=2026-10-30") == [
        "2026-0412"
    ]
    assert numbers("since=2026-10-31") == []
    assert numbers(f"customer={ids.new()}") == []


@pytest.mark.parametrize(
    "query",
    [
        "kind=x",
        "state=x",
        "since=x",
        "until=2026-13-01",
        "limit=0",
        "limit=101",
        "limit=x",
        "after=x",
        "after=2026-01-01~x",
        "page=2",
        f"number={'x' * 101}",
    ],
)
def test_a_wrong_parameter_is_named(program: Programs, query: str) -> None:
    answer = program("key").get(f"{DOCUMENTS}?{query}")
    errors = answer.get_json(force=True)["errors"]
    assert answer.status_code == 400
    assert [one["parameter"] for one in errors] == [query.partition("=")[0]]


def test_deliveries_are_listed(cast: Cast, program: Programs) -> None:
    body = program("key").get(f"{DOCUMENTS}/{cast.invoice.id}/deliveries").get_json()
    (one,) = body["deliveries"]
    assert (one["id"], one["address"]) == (cast.dispatch.id, cast.dispatch.address)


def test_a_key_does_only_what_it_was_made_for(cast: Cast, program: Programs) -> None:
    reading = program("reading_key")
    assert reading.get(f"{DOCUMENTS}/{cast.invoice.id}").status_code == 200
    assert reading.get(f"{DOCUMENTS}/{cast.invoice.id}/deliveries").status_code == 403
    assert reading.post(invoice()).status_code == 403


@pytest.mark.parametrize("name", ["nobody", "revoked_key"])
def test_without_a_valid_key_there_is_nothing(app: Flask, program: Programs, name: str) -> None:
    before = count(app)
    for answer in (program(name).get(DOCUMENTS), program(name).post(invoice())):
        assert answer.status_code == 401
        assert answer.mimetype == MEDIA_TYPE
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert count(app) == before


@pytest.mark.parametrize("given", ["Bearer", "Bearer ", "Basic eDp5", "Bearer x y", "kontor_x"])
def test_a_strange_authorization_is_no_key(app: Flask, cast: Cast, given: str) -> None:
    answer = Program(app, None).get(DOCUMENTS, headers={"Authorization": given})
    assert answer.status_code == 401


def test_a_cookie_is_no_key_and_a_key_opens_no_page(
    browser: Callable[[str], Browser], app: Flask
) -> None:
    assert browser("anna").get(DOCUMENTS).status_code == 401
    answer = browser("key").get("/documents")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]


def test_a_document_of_another_organisation_is_not_there(cast: Cast, program: Programs) -> None:
    foreign = program("key").get(f"{DOCUMENTS}/{cast.strangers.id}")
    nothing = program("key").get(f"{DOCUMENTS}/{ids.new()}")
    assert foreign.status_code == nothing.status_code == 404
    without = [{**one.get_json(force=True), "reference": ""} for one in (foreign, nothing)]
    assert without[0] == without[1]


def test_an_address_that_is_not_there_and_a_wrong_method_are_problems(
    app: Flask, cast: Cast
) -> None:
    client = app.test_client()
    headers = {"Authorization": f"Bearer {cast.keys['key']}"}
    nowhere = client.get("/api/v1/nowhere", headers=headers, base_url=BASE_URL)
    assert (nowhere.status_code, nowhere.mimetype) == (404, MEDIA_TYPE)
    wrong = client.delete(DOCUMENTS, headers=headers, base_url=BASE_URL)
    assert (wrong.status_code, wrong.mimetype) == (405, MEDIA_TYPE)
    assert set(wrong.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_problems_speak_the_language_that_is_asked_for(program: Programs) -> None:
    german = {"Accept-Language": "de-CH"}
    answer = program("nobody").get(DOCUMENTS, headers=german)
    assert "Schlüssel" in answer.get_json(force=True)["title"]
    finding = program("key").post(b"", headers=german).get_json(force=True)["findings"][0]
    assert finding["language"] == "de"


def test_the_use_of_a_key_is_noted(app: Flask, cast: Cast, program: Programs) -> None:
    program("key").get(DOCUMENTS)
    page = Browser(app, cast.tokens["anna"]).get("/settings/api-keys").text
    assert page.count("never") == 2, "the reading key and the revoked one"


def test_a_program_reads_what_the_customer_said_to_a_quote(
    app: Flask, cast: Cast, program: Programs, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        quote = quote_for(cast.keller)
    address = f"{DOCUMENTS}/{quote.id}"
    assert program("key").get(address).get_json()["answer"] is None
    said = {"answer": "accepted", "name": "Ruth Keller", "order_number": "4711"}
    assert browser("ruth").post(f"/documents/{quote.id}/acceptance", said).status_code == 303
    answer = program("key").get(address).get_json()["answer"]
    assert answer.pop("at")
    assert answer == said | {"cost_centre": "", "reason": None, "words": ""}
    listed = {one["id"]: one for one in program("key").get(DOCUMENTS).get_json()["documents"]}
    assert listed[quote.id]["answer"]["order_number"] == "4711"
    assert listed[cast.invoice.id]["answer"] is None
    again = {"because": "Wrong order number"}
    assert browser("ben").post(f"/documents/{quote.id}/reopening", again).status_code == 303
    assert program("key").get(address).get_json()["answer"] is None
