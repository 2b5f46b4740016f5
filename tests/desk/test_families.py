"""Main customers: set by a number, seen on both pages, and what they see and pay."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.core.db import session
from app.organisations.models import Customer
from app.web import installation
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import error_at, main_of, testids

Browsers = Callable[[str], Browser]


def path(cast: Cast) -> str:
    return f"/customers/{cast.huber.id}/main-customer"


@pytest.fixture
def family(app: Flask, cast: Cast) -> None:
    """Huber is below Keller."""
    with installation.of(app).database.transaction():
        session().get_one(Customer, cast.huber.id).parent_id = cast.keller.id


def test_a_main_customer_is_found_by_the_beginning_of_its_number(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    ben = browser("ben")
    assert "main-form" in testids(ben.get(f"/customers/{cast.huber.id}/edit").text)
    assert error_at(ben.post(path(cast), {"main_number": "nobody"}).text, "main_number")
    some = ben.post(path(cast), {"main_number": cast.keller.number[:1]})
    assert some.status_code == 422
    assert cast.keller.number in main_of(some.text)
    assert ben.post(path(cast), {"main_number": cast.keller.number}).status_code == 303
    assert cast.keller.name in main_of(ben.get(f"/customers/{cast.huber.id}").text)
    assert "family-below" in testids(ben.get(f"/customers/{cast.keller.id}").text)
    back = ben.post(
        f"/customers/{cast.keller.id}/main-customer", {"main_number": cast.huber.number}
    )
    assert "there is one level only" in main_of(back.text)
    assert ben.post(f"{path(cast)}/removal").status_code == 303
    assert "family" not in testids(ben.get(f"/customers/{cast.huber.id}").text)


@pytest.mark.usefixtures("family")
def test_a_main_customer_reads_lists_and_searches_what_is_below_it_and_never_the_reverse(
    cast: Cast, browser: Browsers
) -> None:
    ruth, max_ = browser("ruth"), browser("max")
    listed = ruth.get("/documents").text
    assert cast.hubers.id in listed
    assert cast.huber.name in main_of(listed), "the list says whose it is"
    assert cast.hubers.id in ruth.get("/documents", query_string={"q": cast.hubers.number}).text
    assert ruth.get(f"/documents/{cast.hubers.id}").status_code == 200
    assert cast.hubers.number not in ruth.get("/statement").text, "the statement is its own"
    assert max_.get(f"/documents/{cast.invoice.id}").status_code == 404
    assert cast.invoice.id not in max_.get("/documents").text
    assert "whose" not in testids(max_.get("/documents").text)
    readers = browser("ben").get(f"/documents/{cast.hubers.id}/readers").text
    assert "Ruth Keller" in main_of(readers)
    guest = browser("guest")
    assert guest.get(f"/documents/{cast.hubers.id}").status_code == 404, "one document, one link"
