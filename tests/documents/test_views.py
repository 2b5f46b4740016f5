import io
import re
from collections.abc import Callable
from html import unescape

from flask import Flask

from app.core import ids, runtime
from app.documents import queries
from app.documents.models import Document
from app.documents.rules.life import State
from app.intake.models import IntakeItem, ItemState
from app.web import installation, paging
from tests import factories
from tests.browser import Browser
from tests.cast import Cast, work_is_promised
from tests.web.observing import contents, error_at, main_of, testids, typed_in


def numbers(page: str) -> list[str]:
    """Return the numbers in a list of documents, in order."""
    names = re.findall(r'data-testid="document-link">([^<]+)<', page)
    return [name.split()[-1] for name in names]


def link(page: str, name: str) -> str | None:
    """Return where a link of the pager leads."""
    found = re.search(rf'href="([^"]+)"[^>]*data-testid="pager-{name}"', page)
    return unescape(found[1]) if found else None


def state_of(app: Flask, document: Document) -> State:
    with installation.of(app).database.reading():
        found = queries.by_id(document.id)
    assert found is not None
    return found.state


def many(app: Flask, cast: Cast, count: int) -> None:
    with installation.of(app).database.transaction():
        for number in range(count):
            factories.invoice_for(cast.keller, f"N-{number:03d}")


def test_walking_through_the_list_shows_every_document_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    many(app, cast, 2 * paging.SIZE + 3)
    ruth, path = browser("ruth"), "/documents?kind=invoice"
    forth, pages = [], []
    while path:
        page = ruth.get(path).text
        forth.append(numbers(page))
        pages.append(page)
        path = link(page, "next") or ""
        assert "kind=invoice" in path or not path, "the filter stays in the address"
    back = [forth[-1]]
    path = link(pages[-1], "previous") or ""
    while path:
        page = ruth.get(path).text
        back.insert(0, numbers(page))
        path = link(page, "previous") or ""
    assert [len(page) for page in forth] == [25, 25, 4]
    assert len({number for page in forth for number in page}) == 54
    assert back == forth


def test_a_cursor_of_ones_own_making_shows_the_first_page(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    for cursor in ("x", "~", "2026-01-01~", "x~y", "2026-99-99~x", "~~~", "🙂"):
        answer = browser("ruth").get("/documents", query_string={"after": cursor})
        assert answer.status_code == 200
        assert numbers(answer.text) == [cast.invoice.number]


def test_a_wrong_filter_is_shown_and_ignored_and_loses_nothing(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    wrong = {
        "kind": "nonsense",
        "state": "held",
        "since": "2026-13-45",
        "until": "x",
        "q": "x" * 200,
    }
    for field, given in wrong.items():
        answer = browser("ruth").get("/documents", query_string={field: given})
        assert answer.status_code == 200
        assert error_at(answer.text, field)
        assert numbers(answer.text) == [cast.invoice.number]
        if field in ("since", "until", "q"):
            assert typed_in(answer.text, field) == given


def test_filters_are_shown_as_chips_that_take_them_away(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    page = ben.get("/documents?state=held&q=2026&since=2026-01-01").text
    assert numbers(page) == [cast.held.number]
    chips = [unescape(url) for url in re.findall(r'class="chip" href="([^"]+)"', page)]
    assert sorted(chips) == [
        "/documents?q=2026&since=2026-01-01",
        "/documents?state=held&q=2026",
        "/documents?state=held&since=2026-01-01",
    ]
    assert "No document fits" in ben.get("/documents?q=nothing-like-it").text


def test_staff_search_by_customer_and_customers_only_by_number(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    assert numbers(browser("ben").get("/documents?q=max").text) == ["2026-0414", "2026-0413"]
    assert set(numbers(browser("ben").get("/documents?q=2026-04").text)) == {
        "2026-0412",
        "2026-0413",
        "2026-0414",
    }
    assert numbers(browser("ruth").get("/documents?q=max").text) == []
    assert numbers(browser("ruth").get("/documents?q=2026-0414").text) == []


def test_a_character_that_no_database_compares_is_refused(
    browser: Callable[[str], Browser],
) -> None:
    for name in ("q", "after", "before", "kind", "since"):
        assert browser("ben").get(f"/documents?{name}=a%00~b").status_code == 400


def test_a_document_is_published_discarded_and_withdrawn(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    answer = ben.post(f"/documents/{cast.held.id}/publication")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/documents/{cast.held.id}")
    assert state_of(app, cast.held) is State.PUBLISHED
    assert "Published. The recipients are being told." in ben.get(answer.headers["Location"]).text
    assert ben.post(f"/documents/{cast.held.id}/discard").status_code == 409
    assert ben.get(f"/documents/{cast.held.id}/withdrawal").status_code == 200
    assert ben.post(f"/documents/{cast.held.id}/withdrawal").status_code == 303
    assert state_of(app, cast.held) is State.WITHDRAWN
    again = ben.post(f"/documents/{cast.held.id}/withdrawal")
    assert again.status_code == 409
    assert "This document is withdrawn already. Nothing was changed." in main_of(again.text)
    assert browser("max").get(f"/documents/{cast.held.id}").status_code == 404


def test_a_double_click_publishes_once(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    assert ben.post(f"/documents/{cast.held.id}/publication").status_code == 303
    before = contents(installation.of(app))
    assert ben.post(f"/documents/{cast.held.id}/publication").status_code == 409
    assert contents(installation.of(app)) == before


def test_the_customer_of_a_document_is_confirmed(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    with installation.of(app).database.transaction():
        said = factories.einvoice("N-1", buyer="Lena Neu", customer_number="K-77")
        one = factories.take_in(cast.lindenhof.id, said)
        other = factories.take_in(cast.lindenhof.id, factories.einvoice("N-2", buyer="Unknown"))
    ben = browser("ben")
    assert "Lena Neu" in ben.get(f"/documents/{one.id}").text
    for wrong in ("", "x", ids.new(), "\x00", cast.strangers.customer_id):
        answer = ben.post(f"/documents/{one.id}/customer", {"customer": wrong})
        assert answer.status_code == 303, repr(wrong)
        assert "Choose one of your customers." in ben.get(f"/documents/{one.id}").text
        assert state_of(app, one) is State.HELD
    assert ben.post(f"/documents/{one.id}/customer", {"customer": "proposed"}).status_code == 303
    assert state_of(app, one) is State.READY
    chosen = ben.post(f"/documents/{other.id}/customer", {"customer": cast.keller.id})
    assert chosen.status_code == 303
    assert state_of(app, other) is State.READY


def upload(browser: Browser, *files: tuple[bytes, str], **fields: str) -> tuple[int, str, str]:
    data = {"files": [(io.BytesIO(content), name) for content, name in files], **fields}
    answer = browser.post("/intakes", data, content_type="multipart/form-data")
    return answer.status_code, answer.headers.get("Location", ""), answer.text


def test_files_are_taken_in_and_their_progress_is_shown(
    app: Flask, cast: Cast, browser: Callable[[str], Browser]
) -> None:
    ben = browser("ben")
    status, location, _page = upload(
        ben, (b"<a/>", "../a.xml"), (b"%PDF-", "b.pdf"), (b"", "c.xml")
    )
    assert status == 303
    page = ben.get(location).text
    for name in ("a.xml", "b.pdf", "c.xml"):
        assert name in page
    with installation.of(app).database.reading() as session:
        items = session.query(IntakeItem).filter(IntakeItem.intake_id == location[-26:]).all()
        assert work_is_promised("intake.take_in")
    assert {one.state for one in items} == {ItemState.WAITING}
    (first,) = (one for one in items if one.name == "a.xml")
    assert runtime.current().storage.read(cast.lindenhof.id, first.sha256) == b"<a/>"
    assert "a.xml" not in ben.get("/intakes").text or location in ben.get("/intakes").text


def test_without_a_file_the_form_comes_back(cast: Cast, browser: Callable[[str], Browser]) -> None:
    ben = browser("ben")
    for files in ((), ((b"", ""),)):
        status, _location, page = upload(ben, *files)
        assert status == 422
        assert error_at(page, "files") == "Choose at least one file."


def test_an_auditor_sees_intakes_and_takes_nothing_in(
    cast: Cast, browser: Callable[[str], Browser]
) -> None:
    olga = browser("olga")
    page = olga.get("/intakes").text
    assert "intake-form" not in testids(page)
    assert olga.get(f"/intakes/{cast.intake.id}").status_code == 200
    assert upload(olga, (b"<a/>", "a.xml"))[0] == 403
