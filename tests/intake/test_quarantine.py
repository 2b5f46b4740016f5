"""Malware at intake and beside documents: in quarantine or refused, and handed to nobody."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core import journal, runtime
from app.core.db import session
from app.documents.actions import keeping
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import Document
from app.factory import create_app
from app.intake.actions import taking
from app.intake.models import Intake, IntakeItem, ItemState
from app.web import installation
from jobs import pump
from tests import databases
from tests.browser import Browser
from tests.cast import Cast
from tests.core.clamd import EICAR, Clamd, clamd
from tests.documents.invoices import supporting, ubl
from tests.factories import BY
from tests.installation import test_settings
from tests.rule_servers import end

CSV = b"day;hours\n1;8\n"
INFECTED = ubl().replace(b"</Invoice>", b"<!--" + EICAR + b"--></Invoice>")
HIDDEN = ubl(documents=supporting(b64encode(CSV + EICAR).decode(), "hours.csv", "text/csv"))
"""Inside the e-invoice, where no scanner reads."""


@pytest.fixture
def scanner() -> Iterator[Clamd]:
    with clamd() as server:
        yield server


@pytest.fixture
def app(tmp_path: Path, scanner: Clamd) -> Iterator[Flask]:
    """The portal with a scanner."""
    portal = create_app(test_settings(tmp_path, clamd=scanner.place))
    here = installation.of(portal)
    with runtime.using(here):
        yield portal
    end(RuleEngine(here.settings.runtime_dir))
    here.database.engine.dispose()
    databases.drop_database(here.settings.database_url)


def taken(app: Flask, cast: Cast, *contents: bytes) -> list[IntakeItem]:
    here = installation.of(app)
    stored = [keeping.store(cast.lindenhof.id, f"{n}.xml", one) for n, one in enumerate(contents)]
    with here.database.transaction():
        intake = taking.start(cast.lindenhof.id, BY, stored, creates_customers=True)
    work(app)
    return items_of(app, intake)


def items_of(app: Flask, intake: Intake) -> list[IntakeItem]:
    with installation.of(app).database.reading():
        rows = select(IntakeItem).where(IntakeItem.intake_id == intake.id)
        return list(session().scalars(rows.order_by(IntakeItem.position)))


def work(app: Flask) -> None:
    while pump.work(installation.of(app), 5):
        pass


def test_an_infected_file_becomes_no_document_and_the_others_do(
    app: Flask, cast: Cast, scanner: Clamd, browser: Callable[[str], Browser]
) -> None:
    bad, hidden, good = taken(app, cast, INFECTED, HIDDEN, ubl())
    assert hidden.state is ItemState.QUARANTINED
    assert (bad.state, bad.malware) == (ItemState.QUARANTINED, "Eicar-Test-Signature")
    assert good.state in (ItemState.TAKEN_IN, ItemState.HELD)
    assert bad.document_id is None
    page = browser("ben").get(f"/intakes/{bad.intake_id}")
    assert "Eicar-Test-Signature" in page.text
    with installation.of(app).database.reading():
        kept = select(func.count(Document.id)).where(Document.customer_id.is_(None))
        assert (session().scalar(kept) or 0) <= 1
        noted = journal.about("intake", bad.intake_id)
        found = [one.data["malware"] for one in noted if one.name == "intake.file_quarantined"]
        assert found == ["Eicar-Test-Signature"] * 2


def test_a_file_in_quarantine_is_tried_again_by_itself_only(
    app: Flask, cast: Cast, scanner: Clamd, browser: Callable[[str], Browser]
) -> None:
    (bad,) = taken(app, cast, INFECTED)
    assert browser("ben").post(f"/intakes/{bad.intake_id}/retries").status_code == 409
    browser("ben").post(f"/intakes/{bad.intake_id}/files/{bad.id}/retry")
    work(app)
    with installation.of(app).database.reading():
        assert session().get_one(IntakeItem, bad.id).state is ItemState.QUARANTINED


def test_without_a_verdict_a_file_waits(app: Flask, cast: Cast, scanner: Clamd) -> None:
    scanner.fault = "hangs up"
    (waiting,) = taken(app, cast, ubl())
    assert waiting.state is ItemState.WAITING


@pytest.mark.parametrize(
    ("path", "prefix"), [("attachments", ""), ("comments", "comment-"), ("internal-notes", "note-")]
)
def test_an_infected_file_beside_a_document_is_refused_and_what_was_written_stays(
    app: Flask,
    cast: Cast,
    scanner: Clamd,
    browser: Callable[[str], Browser],
    path: str,
    prefix: str,
) -> None:
    answer = browser("ben").post(
        f"/documents/{cast.invoice.id}/{path}",
        {
            f"{prefix}files": [(BytesIO(b"%PDF-1.7 " + EICAR), "plan.pdf")],
            f"{prefix}text": "Please look at the plan.",
            "audience": "internal",
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 422
    assert "Eicar-Test-Signature" in answer.text
    assert path == "attachments" or "Please look at the plan." in answer.text
