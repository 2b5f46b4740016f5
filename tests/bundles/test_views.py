"""Asking for a ZIP, who may have it, and what is in it."""

import csv
import hashlib
import io
import re
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.bundles import rules
from app.bundles.actions import asking
from app.bundles.models import Bundle, BundleDocument
from app.core import clock, journal, outbox
from app.core.errors import Missing
from app.core.runtime import Runtime
from app.documents.actions import attaching, keeping, publication
from app.documents.models import Audience, Document
from app.organisations.models import Contact, Organisation
from app.web import installation
from jobs import housekeeping, pump
from tests import factories
from tests.browser import Browser
from tests.cast import Cast
from tests.factories import BY
from tests.web.observing import contents, main_of, testids

Browsers = Callable[[str], Browser]


@pytest.fixture
def here(app: Flask) -> Runtime:
    return installation.of(app)


def asked(browser: Browser, pattern: str = "date", **fields: object) -> str:
    """Ask for a ZIP; returns the address of its page."""
    answer = browser.post("/bundles", {"pattern": pattern, "query": "", **fields})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def opened(browser: Browser, page: str) -> zipfile.ZipFile:
    answer = browser.get(f"{page}/file")
    assert answer.status_code == 200
    found = zipfile.ZipFile(io.BytesIO(answer.data))
    assert found.testzip() is None
    return found


def index(archive: zipfile.ZipFile, separator: str = ",") -> list[list[str]]:
    text = archive.read("index.csv").decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def attach(here: Runtime, document: Document, name: str, audience: Audience) -> None:
    content = f"{name} {audience.value}".encode()
    stored = keeping.store(document.organisation_id, name, content)
    with here.database.transaction() as session:
        attaching.attach(session.merge(document), [stored], audience, BY)


def test_a_customer_takes_all_of_a_year_along(here: Runtime, cast: Cast, browser: Browsers) -> None:
    attach(here, cast.invoice, "plan.txt", Audience.CUSTOMER)
    attach(here, cast.invoice, "margin.txt", Audience.INTERNAL)
    ruth = browser("ruth")
    page = asked(ruth, query="since=2026-01-01&until=2026-12-31", internal="y")
    assert "bundle-progress" in testids(ruth.get(page).text)
    assert ruth.get(f"{page}/file").status_code == 404
    pump.work(here, 10)
    assert "1 document" in main_of(ruth.get(page).text)
    archive = opened(ruth, page)
    stem = "2026-10-30_Invoice_2026-0412"
    assert archive.namelist() == [f"{stem}.xml", f"{stem}_plan.txt", f"{stem}.pdf", "index.csv"]
    head, *lines = index(archive)
    assert head[:5] == ["Kind", "Number", "Date", "Total, VAT included", "Currency"]
    assert [line[:5] for line in lines] == [
        ["Invoice", "2026-0412", "2026-10-30", "642.24", "CHF"]
    ] * 3
    for line in lines:
        assert hashlib.sha256(archive.read(line[5])).hexdigest() == line[6]


def test_staff_choose_whether_internal_files_go_along(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    attach(here, cast.invoice, "margin.txt", Audience.INTERNAL)
    ben = browser("ben")
    plain, all_of_it = (
        asked(ben, "folders", selected=[cast.invoice.id], **fields)
        for fields in ({}, {"internal": "y"})
    )
    pump.work(here, 10)
    names = ["Invoice/2026-0412.xml", "Invoice/2026-0412.pdf", "index.csv"]
    assert opened(ben, plain).namelist() == names
    names.insert(1, "Invoice/2026-0412_margin.txt")
    assert opened(ben, all_of_it).namelist() == names


def test_only_what_was_ticked_goes_along(here: Runtime, cast: Cast, browser: Browsers) -> None:
    ben = browser("ben")
    foreign = [cast.strangers.id, "not an id", cast.hubers.id, cast.invoice.id]
    page = asked(ben, "number", selected=foreign)
    pump.work(here, 10)
    numbers = [line[1] for line in index(opened(ben, page))[1:]]
    assert sorted(set(numbers)) == ["2026-0412", "2026-0414"]
    theirs = asked(browser("ruth"), "number", selected=foreign)
    pump.work(here, 10)
    numbers = [line[1] for line in index(opened(browser("ruth"), theirs))[1:]]
    assert set(numbers) == {"2026-0412"}


def test_the_list_offers_it(cast: Cast, browser: Browsers) -> None:
    for who in ("ben", "ruth", "olga"):
        ids = testids(browser(who).get("/documents").text)
        assert {"bundle-selected", "bundle-period-form", f"select-{cast.invoice.id}"} <= set(ids)
    ids = testids(browser("guest").get("/documents").text)
    assert not {"bundle-selected", "bundle-period"} & set(ids)
    releasing = browser("ben").get("/documents?state=published").text
    assert "release-selected" not in testids(releasing)


def test_before_it_is_made_the_page_says_how_much_it_is(
    here: Runtime, cast: Cast, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben = browser("ben")
    page = ben.get(f"/bundles/new?selected={cast.invoice.id}&selected={cast.hubers.id}").text
    assert 'data-testid="bundle-count">2<' in page
    assert "5’000 documents and 2’000 MB at most" in main_of(page)
    year = ben.get("/bundles/new?since=2026-01-01&until=2026-12-31&state=published").text
    assert 'data-testid="bundle-count">2<' in year
    assert 'value="state=published&amp;since=2026-01-01&amp;until=2026-12-31"' in year
    assert "empty" in testids(ben.get("/bundles/new?since=2020-01-01&until=2020-12-31").text)
    monkeypatch.setattr(rules, "MOST", 1)
    monkeypatch.setattr("app.bundles.queries.MOST", 1)
    too_much = ben.get("/bundles/new?state=published").text
    assert "more than 1" in main_of(too_much)
    assert "bundle-too-much" in testids(too_much)
    assert "bundle-go" not in testids(too_much)


def test_what_is_too_much_is_not_made(
    here: Runtime, cast: Cast, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    ben, one = browser("ben"), {"query": "state=published"}
    for name, sentence in (
        ("MOST", "There are more documents than one file may hold."),
        ("MOST_BYTES", "The documents are larger than one file may be."),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(rules, name, 1)
            page = asked(ben, **one)
            pump.work(here, 10)
        shown = ben.get(page).text
        assert sentence in main_of(shown)
        assert ben.get(f"{page}/file").status_code == 404
    page = asked(ben, query="since=2020-01-01&until=2020-12-31")
    pump.work(here, 10)
    assert "No document is left that fits." in main_of(ben.get(page).text)


def test_what_was_closed_since_it_was_asked_for_is_not_in_it(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    ruth = browser("ruth")
    page = asked(ruth)
    with here.database.transaction() as session:
        person = session.get_one(Contact, cast.ruth.id)
        person.rights = ["quote:view"]
    pump.work(here, 10)
    assert "bundle-failed" in testids(ruth.get(page).text)
    assert ruth.get(f"{page}/file").status_code == 404


@pytest.mark.parametrize("closing", ["right", "kind", "withdrawal"])
def test_what_was_closed_since_it_was_made_is_not_served(
    here: Runtime, cast: Cast, browser: Browsers, closing: str
) -> None:
    ruth = browser("ruth")
    page = asked(ruth)
    pump.work(here, 10)
    assert opened(ruth, page).namelist()
    with here.database.transaction() as session:
        if closing == "right":
            session.get_one(Contact, cast.ruth.id).rights = ["quote:view"]
        elif closing == "kind":
            session.get_one(Organisation, cast.lindenhof.id).portal_kinds = ["quote"]
        else:
            publication.withdraw(session.get_one(Document, cast.invoice.id), BY)
    answer = ruth.get(f"{page}/file")
    assert answer.status_code == 409
    assert "not released to you any more" in answer.text
    assert "bundle-closed" in testids(ruth.get(page).text)


def test_a_zip_is_for_the_person_who_asked(here: Runtime, cast: Cast, browser: Browsers) -> None:
    page = asked(browser("ben"))
    pump.work(here, 10)
    for who in ("anna", "olga", "ruth", "dora", "guest"):
        assert browser(who).get(page).status_code == 404
        assert browser(who).get(f"{page}/file").status_code == 404
    assert browser("guest").post("/bundles", {"pattern": "date"}).status_code == 403


def test_two_are_made_at_a_time_and_no_more(here: Runtime, cast: Cast, browser: Browsers) -> None:
    ben = browser("ben")
    asked(ben)
    asked(ben)
    refused = ben.post("/bundles", {"pattern": "date", "query": ""})
    assert refused.status_code == 409
    assert "2 of your ZIP files are still being made." in main_of(refused.text)
    asked(browser("olga"))
    pump.work(here, 10)
    asked(ben)


def test_a_wrong_pattern_is_asked_again_and_nothing_is_lost(cast: Cast, browser: Browsers) -> None:
    given = {"pattern": "../x", "query": "kind=invoice", "selected": [cast.invoice.id]}
    answer = browser("ben").post("/bundles", given)
    assert answer.status_code == 422
    assert 'value="kind=invoice"' in answer.text
    assert f'name="selected" value="{cast.invoice.id}"' in answer.text
    again = browser("ben").post("/bundles", {"pattern": "", "query": "kind=invoice"}).text
    assert re.search(r'href="/bundles/new\?kind=invoice&amp;since=\d{4}-01-01', again)


def test_every_step_is_in_the_journal(here: Runtime, cast: Cast, browser: Browsers) -> None:
    ruth = browser("ruth")
    page = asked(ruth)
    pump.work(here, 10)
    ruth.get(f"{page}/file")
    ruth.client.head(f"{page}/file", base_url="http://kontor.test")
    later = clock.now() + rules.KEPT + timedelta(minutes=1)
    with clock.standing_at(later), here.database.transaction():
        housekeeping.sweep()
    with here.database.reading() as session:
        lines = journal.about("bundle", page[-26:])[::-1]
        assert (
            session.scalar(select(func.count()).where(BundleDocument.bundle_id == page[-26:])) == 0
        )
    told = [(line.name, line.actor_name, line.data["documents"]) for line in lines]
    assert told == [
        ("bundle.asked", "Ruth Keller", None),
        ("bundle.made", "Kontor", 1),
        ("bundle.downloaded", "Ruth Keller", 1),
        ("bundle.expired", "Kontor", 1),
    ]
    assert {line.data["person"] for line in lines} == {"Ruth Keller"}
    assert here.storage.read(cast.lindenhof.id, page[-26:])
    with here.database.transaction():
        outbox.hasten(f"bundle-file:{page[-26:]}")
    pump.work(here, 10)
    with pytest.raises(Missing):
        here.storage.read(cast.lindenhof.id, page[-26:])
    assert ruth.get(page).status_code == 404


def test_work_that_comes_back_changes_nothing(here: Runtime, cast: Cast, browser: Browsers) -> None:
    page = asked(browser("ben"))
    pump.work(here, 10)
    before = contents(here)
    with here.database.transaction():
        assert not asking.finish(page[-26:], [cast.invoice.id], 99, BY)
        asking.fail(page[-26:], rules.Reason.GIVEN_UP, BY)
        asking.go_on(page[-26:], 1)
    assert contents(here) == before


def test_the_same_documents_give_the_same_bytes_and_unzip_takes_them(
    here: Runtime, cast: Cast, browser: Browsers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "CHUNK", 2)
    with here.database.transaction():
        for number in ("../evil", "CON", "R-1", "r-1", "R/1"):
            factories.invoice_for(cast.keller, number)
    # What is made of documents in the background is there before, and the same for both.
    pump.work(here, 20)
    ben = browser("ben")
    pages = [asked(ben, "number", query="state=published") for _ in range(2)]
    pump.work(here, 20)
    first, second = (ben.get(f"{page}/file").data for page in pages)
    assert hashlib.sha256(first).hexdigest() == hashlib.sha256(second).hexdigest()
    path = tmp_path / "bundle.zip"
    path.write_bytes(first)
    done = subprocess.run(["unzip", "-t", str(path)], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout
    names = zipfile.ZipFile(path).namelist()
    assert len({name.casefold() for name in names}) == len(names) == 15
    assert {"-..-evil.xml", "-evil.xml"} & set(names)
    assert "_CON.xml" in names
    assert not [name for name in names if re.search(r"(^|/)\.\.(/|$)|^/|\\", name)]


def test_nobody_s_bundle_is_counted_as_one_s_own(here: Runtime, cast: Cast) -> None:
    with here.database.reading() as session:
        owners = session.scalars(select(Bundle.person_id)).all()
    assert owners == [cast.ben.id]
