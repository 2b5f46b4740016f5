"""What is known about somebody: told whole, forgotten but for what the law holds."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from app.core import clock
from app.core.db import Base, session
from app.core.errors import Missing
from app.core.runtime import Runtime
from app.documents.models import Document
from app.identity.models import Person
from app.organisations.models import Customer
from app.privacy import queries
from app.privacy.actions import erasing
from app.privacy.models import Erasure, PrivacyExport
from app.privacy.rules.register import TREATMENTS
from app.web import installation
from jobs import housekeeping, pump
from tests.browser import Browser
from tests.cast import Cast
from tests.web.observing import error_at

Browsers = Callable[[str], Browser]


@pytest.fixture
def here(app: Flask) -> Runtime:
    return installation.of(app)


def work(here: Runtime) -> None:
    while pump.work(here, 5):
        pass


def exported(here: Runtime, anna: Browser, path: str) -> dict[str, Any]:
    answer = anna.post(f"{path}/exports")
    work(here)
    page = anna.get(answer.location)
    assert "privacy-download" in page.text
    file = anna.get(f"{answer.location}/file")
    with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def everywhere(here: Runtime, words: str) -> set[str]:
    """Return every table in which `words` stand somewhere."""
    found = set()
    with here.database.reading():
        for name, table in Base.metadata.tables.items():
            for row in session().execute(select(table)):
                if words in repr(tuple(row)):
                    found.add(name)
    return found


def test_an_export_holds_every_row_and_file_of_a_customer_and_no_secret(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    browser("ben").post(
        f"/documents/{cast.invoice.id}/comments", {"comment-text": "Marker in a comment"}
    )
    work(here)
    with here.database.reading():
        subject = queries.of_customer(session().get_one(Customer, cast.keller.id))
        known = {one.table: one.rows for one in queries.known(subject)}
        known.pop("journal_origin", None)
    told = exported(here, browser("anna"), f"/customers/{cast.keller.id}/privacy")
    rows = {name: len(json.loads(told[f"data/{name}.json"])) for name in known}
    # That somebody asked for it is in the journal by then, and nothing else.
    assert rows == known | {"journal_entry": known["journal_entry"] + 1}
    with here.database.reading():
        hashes = set(session().scalars(text("SELECT token_hash FROM capability_link")))
    whole = b"".join(told.values()).decode(errors="replace")
    assert "Marker in a comment" in whole
    assert cast.invoice.number in whole
    assert [one for one in told if one.startswith("documents/")]
    assert not [one for one in hashes if one in whole]
    assert "Huber" not in told["data/customer.json"].decode()


def test_a_persons_export_holds_their_login_and_nobody_elses(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    told = exported(here, browser("anna"), f"/people/{cast.ruth.id}/privacy")
    (person,) = json.loads(told["data/person.json"])
    assert person["email"] == cast.ruth.email
    assert "password_hash" not in person
    assert "data/document.json" not in told


def test_erasing_takes_the_name_out_of_everything_that_is_not_held(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    with here.database.transaction():
        session().get_one(Customer, cast.keller.id).street = "Markerweg 77"
    anna, path = browser("anna"), f"/customers/{cast.keller.id}/privacy"
    assert "Markerweg" not in anna.get(f"{path}/erasure").text
    anna.post(f"{path}/erasure", {"typed": f" {cast.keller.number} "})
    with here.database.reading():
        customer = session().get_one(Customer, cast.keller.id)
        ruth = session().get_one(Person, cast.ruth.id)
        document = session().get_one(Document, cast.invoice.id)
        assert (customer.name, customer.street, customer.email) == ("—", "", None)
        assert (ruth.name, ruth.password_hash) == ("—", None)
        assert ruth.disabled_at is not None
        assert document.buyer_name == cast.invoice.buyer_name
    held = {name for name, one in TREATMENTS.items() if one.fate.value == "held"}
    passing = {"outbox", "counter", "inbox_message"}
    assert everywhere(here, "Markerweg 77") <= held | passing
    assert everywhere(here, cast.ruth.email) <= held | passing
    assert browser("ruth").get("/home").status_code == 303
    assert browser("guest").get("/home").status_code == 303
    assert browser("anna").get(f"/documents/{cast.invoice.id}").status_code == 200


def test_what_was_held_goes_when_its_time_is_over_and_the_bytes_with_it(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    browser("anna").post(
        f"/customers/{cast.keller.id}/privacy/erasure", {"typed": cast.keller.name}
    )
    with here.database.transaction():
        erasing.let_go()
        assert session().get_one(Document, cast.invoice.id).buyer_name != "—"
        session().execute(update(Erasure).values(held_until=clock.now().date() - timedelta(days=1)))
        subject = queries.of_customer(session().get_one(Customer, cast.keller.id))
        sha256 = queries.files(subject)[0][1].sha256
    assert here.storage.read(cast.lindenhof.id, sha256)
    with here.database.transaction():
        erasing.let_go()
    work(here)
    with here.database.reading():
        assert session().get_one(Document, cast.invoice.id).buyer_name == "—"
        assert queries.files(subject) == []
    with pytest.raises(Missing):
        here.storage.read(cast.lindenhof.id, sha256)
    assert browser("anna").get(f"/documents/{cast.invoice.id}").status_code == 200


def test_who_comes_back_with_a_backup_is_forgotten_again(
    here: Runtime, cast: Cast, browser: Browsers
) -> None:
    browser("anna").post(f"/people/{cast.ruth.id}/privacy/erasure", {"typed": cast.ruth.name})
    with here.database.transaction():
        session().get_one(Person, cast.ruth.id).name = "Ruth Keller"
    with here.database.transaction():
        assert erasing.again() == 1
    with here.database.reading():
        assert session().get_one(Person, cast.ruth.id).name == "—"


@pytest.mark.parametrize("typed", ["", "somebody else"])
def test_nobody_is_erased_by_a_slip(
    here: Runtime, cast: Cast, browser: Browsers, typed: str
) -> None:
    answer = browser("anna").post(f"/customers/{cast.keller.id}/privacy/erasure", {"typed": typed})
    assert answer.status_code == 422
    assert error_at(answer.text, "typed")
    with here.database.reading():
        assert session().get_one(Customer, cast.keller.id).name == cast.keller.name


def test_nobody_erases_themselves_or_the_last_administrator(cast: Cast, browser: Browsers) -> None:
    path = f"/people/{cast.anna.id}/privacy/erasure"
    assert browser("anna").post(path, {"typed": cast.anna.name}).status_code == 409


def test_an_export_is_forgotten_after_a_week(here: Runtime, cast: Cast, browser: Browsers) -> None:
    answer = browser("anna").post(f"/people/{cast.ruth.id}/privacy/exports")
    work(here)
    with here.database.transaction():
        session().execute(update(PrivacyExport).values(expires_at=clock.now()))
    with here.database.transaction():
        housekeeping.sweep()
    assert browser("anna").get(answer.location).status_code == 404
