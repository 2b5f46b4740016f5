"""The list as people use it: filters, orders, searches, filters kept by name."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask

from app.documents.actions.filtering import MOST
from app.web import installation
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.documents.test_views import link, many, numbers
from tests.web.observing import error_at, main_of, testids, typed_in

Browsers = Callable[[str], Browser]


@pytest.fixture
def stock(app: Flask, cast: Cast) -> Cast:
    """Three more invoices for Keller, of different amounts and due dates."""
    with installation.of(app).database.transaction():
        for number, net, due in (("A-1", "100", "2026-01-10"), ("A-2", "1200", "2026-12-24")):
            one = factories.einvoice(
                number,
                customer_number="K-1",
                net=factories.Decimal(net),
                due=factories.date.fromisoformat(due),
            )
            factories.take_in(cast.lindenhof.id, factories.ordered(one, f"PO-{number}"))
    return cast


def test_heads_of_the_table_sort_and_turn_around(stock: Cast, browser: Browsers) -> None:
    ben = browser("ben")
    page = ben.get("/documents?kind=invoice").text
    for name in ("amount", "due", "number"):
        (path,) = re.findall(rf'href="([^"]+)"[^>]*data-testid="sort-{name}"', page)
        once = ben.get(unescape(path)).text
        (again,) = re.findall(rf'href="([^"]+)"[^>]*data-testid="sort-{name}"', once)
        twice = ben.get(unescape(again)).text
        assert "kind=invoice" in unescape(again)
        assert numbers(once) != numbers(twice)
        assert sorted(numbers(once)) == sorted(numbers(twice)) == sorted(numbers(page))
    assert numbers(ben.get("/documents?sort=amount").text)[0] == "A-2"
    assert numbers(ben.get("/documents?sort=due&direction=up").text)[0] == "A-1"
    assert numbers(ben.get("/documents?sort=number&direction=up").text)[0] == "2026-0412"
    assert 'data-direction="up"' in ben.get("/documents?sort=due").text


@pytest.mark.parametrize("sort", ["date", "due", "amount", "number"])
def test_walking_in_any_order_shows_every_document_once(
    app: Flask, cast: Cast, browser: Browsers, sort: str
) -> None:
    many(app, cast, 30)
    ruth, path, seen = browser("ruth"), f"/documents?sort={sort}", []
    while path:
        page = ruth.get(path).text
        seen += numbers(page)
        path = link(page, "next") or ""
        assert f"sort={sort}" in path or not path
    assert len(seen) == len(set(seen)) == 31


def test_more_filters_appear_when_they_are_wanted(stock: Cast, browser: Browsers) -> None:
    ben = browser("ben")
    assert "filters-more" in testids(ben.get("/documents").text)
    page = ben.get("/documents?more=1").text
    assert {"amount_from", "due_until", "order", "file", "overdue"} <= set(testids(page))
    assert "currency" not in testids(page), "one currency leaves no choice"
    for query, found, chip in (
        ("amount_from=1000", ["A-2"], "from 1000"),
        ("amount_to=500", ["A-1"], "up to 500"),
        ("due_until=2026-02-01", ["A-1"], "due until"),
        ("order=po-a-2", ["A-2"], "Order po-a-2"),
        ("file=invoice&amount_to=500", ["A-1"], "File invoice"),
    ):
        page = ben.get(f"/documents?{query}").text
        assert numbers(page) == found, query
        assert chip in main_of(page)
        assert "filters-more" not in testids(page)
    assert "Sorted by amount." in main_of(ben.get("/documents?amount_from=1").text)
    assert "Sorted by due date." in main_of(ben.get("/documents?due_since=2026-01-01").text)


def test_a_choice_of_currency_appears_with_the_second_currency(
    app: Flask, cast: Cast, browser: Browsers
) -> None:
    with installation.of(app).database.transaction():
        factories.invoice_for(cast.keller, "E-1", currency="EUR")
    page = browser("ben").get("/documents?more=1").text
    assert "currency" in testids(page)
    assert numbers(browser("ben").get("/documents?currency=EUR").text) == ["E-1"]


def test_overdue_means_invoices_whose_day_has_passed(stock: Cast, browser: Browsers) -> None:
    page = browser("ruth").get("/documents?overdue=y").text
    assert "A-1" in numbers(page)
    assert "A-2" not in numbers(page)
    assert browser("ben").get("/documents?overdue=y&kind=quote").status_code == 200


def test_wrong_amounts_and_days_are_shown_at_their_field(stock: Cast, browser: Browsers) -> None:
    for name, given in (("amount_from", "x"), ("amount_to", "1.2.3"), ("due_since", "soon")):
        page = browser("ben").get("/documents", query_string={name: given}).text
        assert error_at(page, name)
        assert typed_in(page, name) == given
        assert len(numbers(page)) == 5
    page = browser("ben").get("/documents?currency=XXX&sort=nonsense&direction=x").text
    assert len(numbers(page)) == 5
    huge = browser("ben").get(f"/documents?amount_from={'9' * 12}")
    assert numbers(huge.text) == []


def test_cursors_of_ones_own_making_break_no_order(stock: Cast, browser: Browsers) -> None:
    for sort in ("date", "due", "amount", "number"):
        for cursor in ("x~y", "~x", "9" * 40 + "~x", "-1~", "2026-99-99~x", "🙂~🙂"):
            for way in ("after", "before"):
                query = {"sort": sort, way: cursor}
                assert browser("ben").get("/documents", query_string=query).status_code == 200


def test_the_search_says_what_it_tried(stock: Cast, browser: Browsers) -> None:
    ben, ruth = browser("ben"), browser("ruth")
    for query, found, said in (
        ("A-1", ["A-1"], "as number, as order number, as customer"),
        ("po-a-2", ["A-2"], "as order number"),
        ("1'297.20", ["A-2"], "as amount"),
        ("108.10", ["A-1"], "as amount"),
        ("30.10.2026", None, "as date"),
    ):
        page = ben.get("/documents", query_string={"q": query}).text
        assert said in main_of(page)
        assert found is None or numbers(page) == found, query
        assert "sort-amount" not in testids(page), "a search is newest first"
        theirs = ruth.get("/documents", query_string={"q": query}).text
        assert "as customer" not in main_of(theirs)
        assert found is None or numbers(theirs) == found, query
        assert numbers(browser("max").get("/documents", query_string={"q": query}).text) in (
            [],
            ["2026-0414"],
        )


def keep(browser: Browser, name: str, query: str, **more: str) -> int:
    form = {"name": name, "query": query, **more}
    return browser.post("/documents/filters", form).status_code


def test_a_filter_is_kept_shown_renamed_and_deleted(stock: Cast, browser: Browsers) -> None:
    olga = browser("olga")
    form = {"name": "Big ones", "query": "amount_from=1000&strange=x&after=2026-01-01~x"}
    answer = olga.post("/documents/filters", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/documents?amount_from=1000")
    page = olga.get("/documents").text
    ((path, filter_id),) = re.findall(
        r'href="([^"]+)" data-testid="saved-filter" data-id="([^"]+)">Big ones<', page
    )
    assert numbers(olga.get(unescape(path)).text) == ["A-2"]
    assert "Big ones" not in browser("ben").get("/documents").text
    renamed = olga.post(f"/documents/filters/{filter_id}", {"name": "Large"})
    assert renamed.status_code == 303
    assert "Large" in main_of(olga.get("/documents/filters").text)
    assert olga.post(f"/documents/filters/{filter_id}", {"name": ""}).status_code == 409
    assert olga.post(f"/documents/filters/{filter_id}/removal").status_code == 303
    assert olga.post(f"/documents/filters/{filter_id}/removal").status_code == 404
    assert "Large" not in olga.get("/documents").text


def test_only_who_decides_keeps_filters_for_everybody(stock: Cast, browser: Browsers) -> None:
    assert keep(browser("ben"), "For all", "kind=quote", is_shared="y") == 303
    assert keep(browser("olga"), "Mine alone", "kind=quote", is_shared="y") == 303
    assert keep(browser("ruth"), "Ruth's", "kind=quote", is_shared="y") == 303
    assert "For all" in browser("olga").get("/documents").text
    assert "For all" not in browser("ruth").get("/documents").text
    for name in ("Mine alone", "Ruth&#39;s"):
        assert name not in browser("ben").get("/documents").text
    (filter_id,) = re.findall(r'data-id="([^"]+)">For all<', browser("anna").get("/documents").text)
    assert browser("olga").post(f"/documents/filters/{filter_id}/removal").status_code == 404
    assert browser("dora").post(f"/documents/filters/{filter_id}/removal").status_code == 404
    assert browser("anna").post(f"/documents/filters/{filter_id}/removal").status_code == 303


def test_a_person_keeps_so_many_filters_and_no_more(stock: Cast, browser: Browsers) -> None:
    ruth = browser("ruth")
    for number in range(MOST):
        assert keep(ruth, f"Filter {number}", "kind=invoice") == 303
    assert keep(ruth, "One more", "kind=invoice") == 409
    assert keep(browser("max"), "Nothing", "") == 409
    assert keep(browser("max"), "", "kind=invoice") == 422
    assert keep(browser("max"), "x" * 61, "kind=invoice") == 422
