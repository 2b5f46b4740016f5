"""Hostile and broken files through the real intake: cells, rule server, database, storage."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree
from sqlalchemy import select

from app.core import cells, languages, runtime
from app.core.db import session
from app.core.mail.headers import mailbox
from app.core.runtime import Runtime
from app.documents import queries
from app.documents.actions import keeping
from app.documents.formats import apart
from app.documents.formats.official_rules import RuleEngine
from app.documents.models import FileRole
from app.documents.rules.findings import Severity
from app.documents.rules.life import State
from app.intake import queries as intakes
from app.intake.actions import taking
from app.intake.models import IntakeItem, ItemState
from app.organisations.models import Customer
from jobs import pump
from tests import cast, databases
from tests.both import installation
from tests.documents import hostile
from tests.documents.hostile import Case
from tests.documents.invoices import pdf, ubl
from tests.factories import BY
from tests.rule_servers import end

CASES: dict[str, Case] = {**hostile.XML, **hostile.CONTENT}
CASES |= {f"PDF: {name}": case for name, case in hostile.PDFS.items()}


@dataclass
class House:
    """An installation into which every case was taken, in one intake."""

    here: Runtime
    organisation_id: str
    items: dict[str, IntakeItem]
    contents: dict[str, bytes]


@pytest.fixture(scope="module", params=databases.kinds())
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    with installation(request.param, tmp_path_factory.mktemp("hostile")) as here:
        contents = {name: make() for name, (make, _rule) in CASES.items()}
        with here.database.transaction():
            organisation_id = cast.found("lindenhof", "Haus Lindenhof").id
        stored = [
            keeping.store(organisation_id, f"{name}.xml", one) for name, one in contents.items()
        ]
        with here.database.transaction():
            batch = taking.start(organisation_id, BY, stored, creates_customers=True)
        while pump.work(here, 300):
            pass
        with here.database.reading():
            found = intakes.items(batch.id, None, None, back=False, limit=1000)
        yield House(here, organisation_id, {one.name[:-4]: one for one in found}, contents)
        end(RuleEngine(here.settings.runtime_dir))


@pytest.mark.parametrize("name", CASES)
def test_it_is_held_with_its_reason_or_taken_in_and_always_kept_whole(
    house: House, name: str
) -> None:
    item = house.items[keeping.safe_name(f"{name}.xml")[:-4]]
    rule = CASES[name][1]
    assert item.state is not ItemState.WAITING
    assert item.state is not ItemState.FAILED
    assert item.document_id is not None
    with house.here.database.reading(), languages.speaking("de"):
        document = queries.by_id(item.document_id)
        assert document is not None
        findings = queries.findings_of(queries.content_of(document))
        files = queries.files_of(document)
    if rule:
        (first, *_others) = [one for one in findings if one.rule.startswith(rule)]
        assert len(first.text()) > 15
        assert "%(" not in first.text()
    else:
        assert [one for one in findings if one.severity is Severity.FATAL] == []
    is_held = any(one.severity is Severity.FATAL for one in findings)
    assert item.state in ((ItemState.HELD,) if is_held else (ItemState.TAKEN_IN, ItemState.KNOWN))
    # Of two that say the same number one may have made way for the other since.
    assert (document.state in (State.HELD, State.DISCARDED)) or not is_held
    original = next(one for one in files if one.role is FileRole.ORIGINAL)
    kept = house.here.storage.read(house.organisation_id, original.sha256)
    assert kept == house.contents[name]


def test_no_address_of_a_customer_carries_a_line_into_a_mail(house: House) -> None:
    with house.here.database.reading():
        found = {one.name: one.email for one in session().scalars(select(Customer))}
    assert "Brief AG" in found
    for email in found.values():
        assert email is None or mailbox(email)


def test_what_was_taken_in_before_is_checked_as_ever_afterwards(house: House) -> None:
    with runtime.using(house.here):
        engine = RuleEngine(house.here.settings.runtime_dir)
        found = apart.examine(ubl(), "r.xml", size_limit=10**7, engine=engine)
    assert found.findings == ()


@pytest.mark.parametrize("content", [ubl(), pdf(ubl())])
def test_nothing_is_parsed_in_this_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    def refuse(*_about: object, **_more: object) -> None:
        raise AssertionError("parsed outside of a cell")

    for name in ("fromstring", "parse", "XMLParser", "XML", "iterparse"):
        monkeypatch.setattr(etree, name, refuse)
    monkeypatch.setattr("pikepdf.open", refuse)
    monkeypatch.setattr("zipfile.ZipFile", refuse)
    engine = RuleEngine(tmp_path / "run", idle_seconds=60)
    try:
        found = apart.examine(content, "r.xml", size_limit=10**7, engine=engine)
    finally:
        end(engine)
    assert found.findings == ()
    assert found.einvoice is not None
    assert found.einvoice.number == "R-1001"


def test_a_file_that_kills_its_cell_is_held_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "SECONDS", 0.05)
    slow = b"<a " + b" ".join(b'xmlns:n%d="urn:%d"' % (n, n) for n in range(200_000)) + b"/>"
    found = apart.examine(slow, "slow.xml", size_limit=10**7, engine=None)
    assert [one.rule for one in found.findings] == ["KT-LIMITS"]
    assert found.is_held


def test_what_comes_out_of_a_cell_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    for header in ({}, {"syntax": "x"}, {"syntax": "cii", "findings": 3}):
        monkeypatch.setattr(cells, "run", lambda *_about, _said=header: cells.Answer(_said))
        found = apart.examine(ubl(), "r.xml", size_limit=10**7, engine=None)
        assert [one.rule for one in found.findings] == ["KT-LIMITS"]


def test_a_file_over_the_limit_is_not_even_given_to_a_cell(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_about: object) -> None:
        raise AssertionError("given to a cell")

    monkeypatch.setattr(cells, "run", refuse)
    found = apart.examine(b"x" * 101, "big.xml", size_limit=100, engine=None)
    assert [one.rule for one in found.findings] == ["KT-SIZE"]
