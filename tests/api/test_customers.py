from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from app.core import journal
from app.core.db import session
from app.organisations.models import Customer, Organisation
from app.organisations.rules.portal import Ways
from app.web import installation
from tests.api.program import Program
from tests.browser import Browser
from tests.cast import Cast
from tests.installation import BASE_URL

Programs = Callable[[str], Program]


def portal(cast: Cast) -> str:
    return f"/api/v1/customers/{cast.keller.id}/portal"


def test_customers_come_page_by_page_in_the_order_of_their_numbers(
    cast: Cast, program: Programs
) -> None:
    key = program("key")
    first = key.get("/api/v1/customers?limit=1").get_json()
    assert [one["number"] for one in first["customers"]] == ["K-1"]
    second = key.get(first["next"]).get_json()
    assert [one["number"] for one in second["customers"]] == ["K-2"]
    assert second["next"] is None
    named = key.get("/api/v1/customers?number=K-2").get_json()["customers"]
    assert [one["name"] for one in named] == ["Max Huber"]
    wrong = key.get("/api/v1/customers?name=x&limit=0")
    assert wrong.status_code == 400
    assert {one["parameter"] for one in wrong.get_json()["errors"]} == {"name", "limit"}


def test_access_is_put_and_put_again(app: Flask, cast: Cast, program: Programs) -> None:
    key = program("key")
    for _ in range(2):
        answer = key.put(portal(cast), json={"access": "no"})
        assert answer.status_code == 200
        assert answer.get_json()["access"] == "no"
    assert answer.get_json()["closed_by"] == "customer"
    with installation.of(app).database.reading():
        lines = [one.name for one in journal.about("customer", cast.keller.id)]
        assert session().get_one(Customer, cast.keller.id).portal.value == "no"
    assert lines.count("portal.access_changed") == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": {"access": "perhaps"}}, 422),
        ({"json": {"access": "yes", "more": 1}}, 422),
        ({"json": {"access": ["yes"]}}, 422),
        ({"json": ["yes"]}, 422),
        ({"data": b"{", "content_type": "application/json"}, 422),
        ({"data": b"access=yes", "content_type": "text/plain"}, 415),
    ],
)
def test_what_cannot_be_understood_changes_nothing(
    cast: Cast, program: Programs, sent: dict[str, Any], status: int
) -> None:
    key = program("key")
    before = key.get(portal(cast)).get_json()
    assert key.put(portal(cast), **sent).status_code == status
    assert key.get(portal(cast)).get_json() == before


def test_an_address_is_made_once_renewed_and_revoked(
    cast: Cast, program: Programs, browser: Callable[[str], Browser]
) -> None:
    key, path = program("key"), f"{portal(cast)}/address"
    assert key.get(portal(cast)).get_json()["url"] is None
    made = key.post(path=path).get_json()
    assert key.post(path=path).get_json() == made
    renewed = key.post(path=f"{path}/renewal").get_json()
    assert renewed["url"] != made["url"]
    guest = browser("nobody")
    assert guest.post(made["url"].removeprefix(BASE_URL)).status_code == 410
    assert guest.post(renewed["url"].removeprefix(BASE_URL)).status_code == 303
    assert key.get(portal(cast)).get_json()["uses"] == 1
    for _ in range(2):
        assert key.post(path=f"{path}/revocation").get_json()["url"] is None
    assert guest.get("/documents").status_code == 303, "the guest is out"


def test_a_document_says_where_it_is_or_which_rule_says_no(
    app: Flask, cast: Cast, program: Programs
) -> None:
    key, path = program("key"), f"/api/v1/documents/{cast.invoice.id}/portal"
    assert key.get(path).get_json()["url"] is None
    made = key.post(path=f"{path}/address").get_json()
    assert made["url"].startswith(f"{BASE_URL}/link/")
    assert key.get(path).get_json() == made
    held = key.get(f"/api/v1/documents/{cast.held.id}/portal").get_json()
    assert (held["url"], held["closed_by"]) == (None, "unpublished")
    with installation.of(app).database.transaction():
        session().get_one(Organisation, cast.lindenhof.id).portal_ways = Ways.ACCOUNT
    assert key.get(path).get_json()["url"] == f"{BASE_URL}/documents/{cast.invoice.id}"
    with installation.of(app).database.transaction():
        session().get_one(Organisation, cast.lindenhof.id).portal_kinds = ["quote"]
    assert key.get(path).get_json()["closed_by"] == "kind"
    assert key.post(path=f"{path}/address").status_code == 409


def test_a_key_needs_the_scopes(cast: Cast, program: Programs) -> None:
    reading = program("reading_key")
    assert reading.get("/api/v1/customers").status_code == 403
    assert reading.get(portal(cast)).status_code == 403
    assert reading.put(portal(cast), json={"access": "no"}).status_code == 403
    assert program("strange_key").get(portal(cast)).status_code == 404
    assert program("nobody").get(portal(cast)).status_code == 401
