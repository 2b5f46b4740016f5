from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from app.web import paging


@contextmanager
def asked(portal: Flask, path: str) -> Iterator[None]:
    with portal.test_request_context(path):
        yield


def rows_for(portal: Flask, path: str, all_rows: list[int], size: int) -> list[int]:
    """Return what a query gives: one row more than fits, beyond the cursor."""
    with asked(portal, path):
        cursor, back = paging.cursor()
    if cursor is None:
        return all_rows[: size + 1]
    place = int(cursor)
    if back:
        return [row for row in all_rows if row < place][-(size + 1) :]
    return [row for row in all_rows if row > place][: size + 1]


def walk(portal: Flask, path: str, all_rows: list[int], size: int, way: str) -> list[list[int]]:
    """Return the pages that one sees following one link from `path` on."""
    seen, address = [], path
    while address:
        found = rows_for(portal, address, all_rows, size)
        with asked(portal, address):
            page = paging.paged(found, str, size=size)
        seen.append(list(page.rows))
        address = (page.next_url if way == "next" else page.previous_url) or ""
        assert len(seen) < 100
    return seen


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 10, 11, 23])
def test_every_row_is_seen_once_whichever_way_one_walks(portal: Flask, count: int) -> None:
    rows, size = list(range(count)), 5
    forth = walk(portal, "/documents", rows, size, "next")
    assert [row for page in forth for row in page] == rows
    assert all(len(page) == size for page in forth[:-1])
    if count:
        last = f"/documents?before={count}"
        back = walk(portal, last, rows, size, "previous")
        assert [row for page in back[::-1] for row in page] == rows


def test_the_first_page_has_nothing_before_and_the_last_nothing_behind(portal: Flask) -> None:
    with asked(portal, "/documents"):
        first = paging.paged(list(range(6)), str, size=5)
    with asked(portal, "/documents?after=4"):
        last = paging.paged([5], str, size=5)
    assert (first.previous_url, first.next_url) == (None, "/documents?after=4")
    assert (last.previous_url, last.next_url) == ("/documents?before=5", None)


def test_links_keep_the_filters_and_drop_what_is_empty(portal: Flask) -> None:
    with asked(portal, "/documents?kind=invoice&q=a+b%26c&state=&after=7"):
        url = paging.url_with(after="9~x", before=None)
        chip = paging.url_without("kind")
    assert parse_qs(urlsplit(url).query) == {
        "kind": ["invoice"],
        "q": ["a b&c"],
        "after": ["9~x"],
    }
    assert parse_qs(urlsplit(chip).query) == {"q": ["a b&c"]}


def test_without_filters_the_address_is_plain(portal: Flask) -> None:
    with asked(portal, "/documents?kind=invoice"):
        assert paging.url_without("kind") == "/documents"


def test_a_cursor_back_wins_over_one_forth(portal: Flask) -> None:
    with asked(portal, "/documents?after=1&before=2"):
        assert paging.cursor() == ("2", True)
    with asked(portal, "/documents?before="):
        assert paging.cursor() == (None, False)
