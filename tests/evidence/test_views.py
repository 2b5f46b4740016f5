"""Asking for an evidence pack, who may have it, what is in it, and that it can be checked without us."""

import hashlib
import io
import json
import subprocess
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import html5lib
import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock, journal, outbox
from app.core.db import session
from app.core.errors import Missing
from app.core.runtime import Runtime
from app.delivery.models import Attempt
from app.documents.models import Document, File
from app.evidence import rules
from app.evidence.actions import asking
from app.identity.models import ApiKey, CapabilityLink, LoginSession
from app.identity.proofs import capability
from app.organisations.models import Organisation
from app.payments.models import PaymentSettings
from app.web import installation
from jobs import housekeeping, pump
from tests.browser import Browser
from tests.cast import BROWSER, INTERNAL, Cast
from tests.evidence.stories import ANSWER, CHECKOUT, WORDS, told
from tests.factories import BY
from tests.installation import BASE_URL
from tests.web.observing import contents, main_of, testids

Browsers = Callable[[str], Browser]


@pytest.fixture
def here(app: Flask) -> Runtime:
    return installation.of(app)


@pytest.fixture
def quote(here: Runtime, cast: Cast) -> Document:
    with here.database.transaction():
        found = told(cast)
    pump.work(here, 30)
    return found


def asked(browser: Browser, document: Document, **fields: object) -> str:
    """Ask for a pack; returns the address of its page."""
    answer = browser.post(f"/documents/{document.id}/evidence", fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def made(here: Runtime, browser: Browser, document: Document, **fields: object) -> bytes:
    """Ask for a pack, have it made, and take it away."""
    page = asked(browser, document, **fields)
    pump.work(here, 30)
    answer = browser.get(f"{page}/file")
    assert answer.status_code == 200, browser.get(page).text
    return answer.data


def opened(content: bytes) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(content))


def record(archive: zipfile.ZipFile, name: str) -> Any:
    return json.loads(archive.read(name))


def everything(archive: zipfile.ZipFile) -> bytes:
    """Return all bytes and names of a pack in one piece."""
    names = archive.namelist()
    return b"\n".join([*(name.encode() for name in names), *(archive.read(n) for n in names)])


def test_a_pack_holds_all_versions_and_all_that_happened(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    archive = opened(made(here, browser("olga"), quote))
    document = record(archive, "document.json")
    assert [one["version"] for one in document["versions"]] == [1, 2]
    assert [one["state"] for one in document["versions"]] == ["superseded", "published"]
    assert document["versions"][1]["total"] == {"amount": "642.24", "currency": "CHF"}
    for version in document["versions"]:
        (original,) = (one for one in version["files"] if one["role"] == "original")
        assert original["sha256"] == version["original_sha256"]
        for one in (*version["files"], *version["renditions"]):
            assert hashlib.sha256(archive.read(one["path"])).hexdigest() == one["sha256"]
    paths = [one["path"] for one in document["versions"][1]["files"]]
    assert paths == ["versions/2/original/invoice.xml", "versions/2/attachments/plan.txt"]
    assert [one["path"] for one in document["versions"][1]["renditions"]] == [
        "versions/2/renditions/Q-118.pdf"
    ]
    dispatch = record(archive, "dispatches.json")[0]
    assert dispatch["state"] == "undeliverable"
    assert [(one["outcome"], one["answer"]) for one in dispatch["attempts"]] == [
        ("temporary", "450 4.2.0 try again later"),
        ("permanent", ANSWER),
    ]
    assert {(one["version"], one["what"]) for one in record(archive, "receipts.json")} == {
        (2, "opened"),
        (2, "downloaded"),
    }


def test_a_pack_holds_what_was_said_answered_and_paid(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    archive = opened(made(here, browser("ben"), quote))
    (comment,) = record(archive, "comments.json")
    assert (comment["text"], comment["by"]["name"]) == (WORDS, "Ruth Keller")
    (file,) = comment["files"]
    assert file["path"].startswith("comments/1/")
    assert archive.read(file["path"]) == b"Tag;Stunden"
    accepted, rejected = record(archive, "answers.json")
    assert (accepted["name_typed"], accepted["reopened_by"]) == ("Ruth Keller-Meier", "Ben Brunner")
    assert (rejected["answer"], rejected["reopened_at"]) == ("rejected", None)
    (payment,) = record(archive, "payments.json")
    assert payment["for_this_document"] == {"amount": "123.45", "currency": "CHF"}
    names = [line["name"] for line in record(archive, "journal.json")]
    assert {"document.published", "comment.added", "quote.accepted", "quote.reopened"} <= set(names)
    assert "dispatch.undeliverable" in names


def test_a_pack_tells_who_had_access_when(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    with here.database.transaction():
        journal.record(
            "contact.ended",
            BY,
            organisation_id=cast.lindenhof.id,
            about=("person", cast.ruth.id),
        )
        journal.record(
            "contact.ended", BY, organisation_id=cast.lindenhof.id, about=("person", cast.max.id)
        )
    archive = opened(made(here, browser("ben"), quote))
    access = record(archive, "access.json")
    (contact,) = access["contacts"]
    assert (contact["name"], contact["is_first_contact"]) == ("Ruth Keller", True)
    assert "quote:view" in contact["rights"]
    links = [one for one in access["links"] if one["opens"] == "this document"]
    assert {(one["purpose"], one["uses"]) for one in links} == {("dispatch", 0)}
    assert {one["id"] for one in links} >= {
        one["link"] for one in record(archive, "dispatches.json") if one["link"]
    }
    changes = [(one["name"], one["about"]["id"]) for one in access["changes"]]
    assert ("contact.ended", cast.ruth.id) in changes
    assert ("contact.ended", cast.max.id) not in changes
    assert {"portal.applied", "customer.change_proposed"} <= {name for name, _id in changes}


def test_every_line_of_the_journal_is_inside_but_those_about_internal_notes(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    found = record(opened(made(here, browser("ben"), quote)), "journal.json")
    with here.database.reading():
        rows = select(journal.Entry).join(Document, Document.id == journal.Entry.object_id)
        kept = list(session().scalars(rows.where(Document.lineage_id == quote.lineage_id)))
    notes = {one.id for one in kept if one.name.startswith("internal_note.")}
    assert notes
    assert {one["id"] for one in found} == {one.id for one in kept} - notes


def test_no_internal_note_and_no_internal_file_is_anywhere_in_it(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    plain = opened(made(here, browser("ben"), quote))
    assert INTERNAL.encode() not in everything(plain)
    assert record(plain, "document.json")["versions"][1]["internal_files_left_out"] == 1
    full = opened(made(here, browser("ben"), quote, internal="y"))
    assert f"versions/2/internal/{INTERNAL}.txt" in full.namelist()
    assert record(full, "document.json")["versions"][1]["internal_files_left_out"] == 0
    assert not [name for name in full.namelist() if name.endswith(f"{INTERNAL}.csv")]
    assert f'"text": "{INTERNAL}"'.encode() not in everything(full)


def test_nothing_that_opens_a_door_is_in_it(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    with here.database.transaction():
        session().add(PaymentSettings(organisation_id=cast.lindenhof.id, sealed_key="versiegelt"))
    found = everything(opened(made(here, browser("ben"), quote, internal="y")))
    with here.database.reading():
        links = list(session().scalars(select(CapabilityLink)))
        secrets = [capability.url(BASE_URL, one.id).rsplit("/", 1)[1] for one in links]
        for column in (
            CapabilityLink.token_hash,
            LoginSession.token_hash,
            ApiKey.token_hash,
            Attempt.token,
        ):
            secrets += session().scalars(select(column))
    assert len(secrets) > 10
    for secret in (*secrets, CHECKOUT, "versiegelt", BROWSER.address):
        assert secret.encode() not in found


def test_the_sums_are_checked_by_the_real_programs(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document, tmp_path: Path
) -> None:
    ben = browser("ben")
    page = asked(ben, quote, internal="y")
    pump.work(here, 30)
    content = ben.get(f"{page}/file").data
    assert hashlib.sha256(content).hexdigest() in ben.get(page).text
    path = tmp_path / "pack.zip"
    path.write_bytes(content)
    tested = subprocess.run(["unzip", "-t", str(path)], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stdout
    folder = tmp_path / "unpacked"
    subprocess.run(["unzip", "-q", str(path), "-d", str(folder)], check=True)

    def check() -> subprocess.CompletedProcess[str]:
        command = ["sha256sum", "--strict", "-c", "SHA256SUMS"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    checked = check()
    assert checked.returncode == 0, checked.stdout
    names = {line.rsplit(": ", 1)[0] for line in checked.stdout.splitlines()}
    assert names == set(opened(content).namelist()) - {"SHA256SUMS"}
    (folder / "journal.json").write_bytes(b"[]")
    assert check().returncode == 1


def test_the_same_state_gives_the_same_bytes_but_for_what_names_the_pack(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    first, second = (opened(made(here, browser(who), quote)) for who in ("ben", "olga"))
    assert first.namelist() == second.namelist()
    different = {name for name in first.namelist() if first.read(name) != second.read(name)}
    assert different == rules.OF_THE_MOMENT
    for name in rules.OF_THE_MOMENT:
        assert [one.date_time for one in first.infolist()] == [
            one.date_time for one in second.infolist()
        ], name


def test_the_summary_is_a_page_without_scripts_in_the_language_of_the_house(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    with here.database.transaction():
        session().get_one(Organisation, cast.lindenhof.id).language = "de"
    archive = opened(made(here, browser("ben"), quote))
    text = archive.read("summary.html").decode()
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(text)
    assert not parser.errors
    assert page.get("lang") == "de"
    assert {"script", "img", "link", "a"}.isdisjoint(str(one.tag) for one in page.iter())
    shown = "".join(page.itertext())
    for words in (
        WORDS,
        ANSWER,
        "Angebot Q-118",
        "Ruth Keller-Meier",
        "Sie hat angerufen.",
        "123.45",
    ):
        assert words in shown
    assert "<b>beginnen" not in text
    assert "So prüfen Sie" in archive.read("README.txt").decode()


def test_a_customer_s_words_make_no_path_that_leads_elsewhere(
    here: Runtime, cast: Cast, browser: Browsers, quote: Document
) -> None:
    with here.database.transaction():
        for file in session().scalars(select(File).where(File.document_id == quote.id)):
            file.name = "../../etc/passwd\\x"
    names = opened(made(here, browser("ben"), quote, internal="y")).namelist()
    assert not [one for one in names if ".." in one.split("/") or "\\" in one or one[0] == "/"]
    assert len({name.casefold() for name in names}) == len(names)


def test_a_pack_is_for_staff_of_the_house_only(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    page = asked(browser("ben"), cast.invoice)
    pump.work(here, 30)
    for who in ("anna", "ben", "olga"):
        assert browser(who).get(page).status_code == 200
        assert browser(who).get(f"{page}/file").status_code == 200
        assert "evidence" in testids(browser(who).get(f"/documents/{cast.invoice.id}").text)
    for who in ("ruth", "max", "dora", "guest"):
        assert browser(who).get(page).status_code == 404
        assert browser(who).get(f"{page}/file").status_code == 404
    assert "evidence" not in testids(browser("ruth").get(f"/documents/{cast.invoice.id}").text)
    assert browser("ruth").post(f"/documents/{cast.invoice.id}/evidence").status_code == 403
    assert browser("dora").post(f"/documents/{cast.invoice.id}/evidence").status_code == 404


def test_two_are_made_at_a_time_and_no_more(here: Runtime, cast: Cast, browser: Browsers) -> None:
    ben = browser("ben")
    page = asked(ben, cast.invoice)
    asked(ben, cast.hubers)
    assert "evidence-progress" in testids(ben.get(page).text)
    assert ben.get(f"{page}/file").status_code == 404
    refused = ben.post(f"/documents/{cast.invoice.id}/evidence")
    assert refused.status_code == 409
    assert "2 of your evidence packs are still being made." in main_of(refused.text)
    pump.work(here, 30)
    asked(ben, cast.invoice)


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_file_that_is_not_what_it_was_is_named_and_nothing_is_made(
    here: Runtime, cast: Cast, browser: Browsers, tmp_path: Path, harm: str
) -> None:
    here.storage.remove(cast.lindenhof.id, cast.invoice.original)
    if harm == "changed":
        (tmp_path / "other").write_bytes(b"<Invoice>other</Invoice>")
        here.storage.keep(cast.lindenhof.id, cast.invoice.original, tmp_path / "other")
    page = asked(browser("ben"), cast.invoice)
    pump.work(here, 30)
    shown = browser("ben").get(page).text
    assert "versions/1/original/invoice.xml" in main_of(shown)
    assert browser("ben").get(f"{page}/file").status_code == 404


def test_what_is_too_large_is_not_made(
    here: Runtime, cast: Cast, browser: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_BYTES", 1)
    page = asked(browser("ben"), cast.invoice)
    pump.work(here, 30)
    assert "larger than one ZIP may be" in main_of(browser("ben").get(page).text)


def test_every_step_is_in_the_journal_and_after_seven_days_it_is_gone(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    ben = browser("ben")
    page = asked(ben, cast.invoice)
    pump.work(here, 30)
    content = browser("olga").get(f"{page}/file").data
    ben.client.head(f"{page}/file", base_url=BASE_URL)
    later = clock.now() + rules.KEPT + timedelta(minutes=1)
    with clock.standing_at(later), here.database.transaction():
        housekeeping.sweep()
    with here.database.reading():
        lines = journal.about("evidence", page[-26:])[::-1]
    assert [(line.name, line.actor_name) for line in lines] == [
        ("evidence.asked", "Ben Brunner"),
        ("evidence.made", "Kontor"),
        ("evidence.downloaded", "Olga Oser"),
        ("evidence.expired", "Kontor"),
    ]
    assert lines[1].data["sha256"] == hashlib.sha256(content).hexdigest()
    assert {line.data["document"] for line in lines} == {cast.invoice.id}
    assert here.storage.read(cast.lindenhof.id, page[-26:]) == content
    with here.database.transaction():
        outbox.hasten(f"evidence-file:{page[-26:]}")
    pump.work(here, 10)
    with pytest.raises(Missing):
        here.storage.read(cast.lindenhof.id, page[-26:])
    assert ben.get(page).status_code == 404


def test_work_that_comes_back_changes_nothing(here: Runtime, cast: Cast, browser: Browsers) -> None:
    page = asked(browser("ben"), cast.invoice)
    pump.work(here, 30)
    before = contents(here)
    with here.database.transaction():
        assert not asking.finish(page[-26:], 1, 99, "0" * 64, BY)
        asking.fail(page[-26:], rules.Reason.GIVEN_UP, "", BY)
        asking.go_on(page[-26:], 1)
    assert contents(here) == before
