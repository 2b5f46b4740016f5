"""What a message says, and what it never says."""

import json
from typing import Any

from sqlalchemy import select

from app.core import clock, journal
from app.core.db import session
from app.core.runtime import Runtime
from app.documents import queries as documents
from app.organisations import queries as organisations
from app.webhooks.formats import event
from tests.webhooks.house import RUTH, House, open_house


def message(house: House, name: str, about: tuple[str, str], **data: object) -> dict[str, Any]:
    entry = journal.record(name, RUTH, organisation_id=house.id, about=about, **data)
    session().flush()
    tenant = organisations.organisation_by_id(house.id)
    thing = (
        documents.by_id(about[1])
        if about[0] == "document"
        else organisations.customer_by_id(about[1])
    )
    found: dict[str, Any] = json.loads(event.body(entry, tenant, thing))
    assert found["data"]["entry"] == entry.id
    return found


def test_a_message_names_the_document_and_who_did_it(here: Runtime) -> None:
    with here.database.transaction():
        house = open_house("https://hooks.example/")
        said = message(
            house, "quote.accepted", ("document", house.document_id), answer="A", order_number="B-7"
        )
        document = documents.by_id(house.document_id)
        assert document is not None
    assert said["type"] == "quote.accepted"
    assert said["timestamp"].endswith("Z")
    assert said["data"] | {"entry": ""} == {
        "entry": "",
        "organisation": "lindenhof",
        "by": {"kind": "person", "name": "Ruth Keller"},
        "answer": "A",
        "order_number": "B-7",
        "document": {
            "id": house.document_id,
            "url": f"http://kontor.test/documents/{house.document_id}",
            "kind": "invoice",
            "state": "published",
            "number": "2026-0412",
            "version": 1,
            "customer_id": house.customer_id,
            "currency": document.currency,
            "total": str(document.total.amount) if document.total else None,
            "payable": str(document.payable.amount) if document.payable else None,
        },
    }


def test_words_of_comments_and_notes_stay_in_the_house(here: Runtime) -> None:
    with here.database.transaction():
        house = open_house("https://hooks.example/")
        about = ("document", house.document_id)
        words = {"text": "hush", "words": "hush", "note": "hush", "internal": "hush"}
        said = [
            message(house, name, about, comment="C", side="customer", **words)
            for name in ("comment.added", "quote.rejected", "document.opened", "payment.received")
        ]
    assert "hush" not in json.dumps(said)
    assert said[0]["data"]["comment"] == "C"


def test_a_changed_account_number_is_told_in_part(here: Runtime) -> None:
    with here.database.transaction():
        house = open_house("https://hooks.example/")
        said = message(
            house,
            "customer.change_accepted",
            ("customer", house.customer_id),
            field="iban",
            value="CH93 0076 2011 6238 5295 7",
            number="K-1",
        )
    assert said["data"]["value"] == "CH93 … 2957"
    assert said["data"]["customer"] == {
        "id": house.customer_id,
        "url": f"http://kontor.test/customers/{house.customer_id}",
        "number": "K-1",
    }


def test_moments_are_in_utc(here: Runtime) -> None:
    with here.database.transaction():
        house = open_house("https://hooks.example/")
        before = clock.now()
        said = message(house, "document.opened", ("document", house.document_id))
        entry = session().scalar(
            select(journal.Entry).where(journal.Entry.name == "document.opened")
        )
    assert entry is not None
    assert said["timestamp"] >= before.isoformat().replace("+00:00", "Z")
