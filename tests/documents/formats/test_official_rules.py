"""The rule server: started when needed, shared, replaced when gone, never waited for in vain."""

import os
import signal
import socket
import stat
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.documents.formats.draft import Question
from app.documents.formats.examination import Syntax
from app.documents.formats.examine import drafted
from app.documents.formats.official_rules import (
    LARGE,
    SOCKET_NAME,
    TOO_LARGE,
    NotChecked,
    RuleEngine,
    TooLarge,
)
from app.documents.formats.profiles import Profile
from app.documents.rules.findings import Severity
from tests.documents.invoices import ubl
from tests.rule_servers import check, end, server_of

WRONG = ubl(
    ('<cbc:PayableAmount currencyID="CHF">335.11', '<cbc:PayableAmount currencyID="CHF">336.11')
)


def many_lines(count: int) -> bytes:
    text = ubl().decode()
    start, rest = text.index("<cac:InvoiceLine>"), text.index("</Invoice>")
    return (text[:start] + text[start:rest] * count + text[rest:]).encode()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[RuleEngine]:
    """An engine whose server the test may kill."""
    started = RuleEngine(tmp_path / "run", idle_seconds=60)
    yield started
    end(started)


def test_a_valid_invoice_has_no_finding(engine: RuleEngine) -> None:
    assert check(engine, Syntax.UBL_INVOICE, ubl()) == []


def test_a_broken_rule_is_found_with_its_place_and_text(engine: RuleEngine) -> None:
    found = check(engine, Syntax.UBL_INVOICE, WRONG)
    assert isinstance(found, list)
    (finding,) = found
    assert (finding.rule, finding.severity, finding.language) == ("BR-CO-16", Severity.FATAL, "en")
    assert finding.place == "/Invoice[1]/LegalMonetaryTotal[1]"
    assert finding.text().startswith("[BR-CO-16]-Amount due for payment")


def test_a_profile_without_rules_is_not_checked(engine: RuleEngine) -> None:
    assert isinstance(check(engine, Syntax.CII, ubl()), NotChecked)


def test_a_doctype_never_reaches_the_rules(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hidden")
    hostile = ubl(
        ("<Invoice ", f'<!DOCTYPE Invoice [<!ENTITY x SYSTEM "{secret.as_uri()}">]><Invoice '),
        ("R-1001", "&x;"),
    )
    draft = drafted(hostile, "file", 1_000_000)
    assert [one.rule for one in draft.examination.findings] == ["KT-XML-DOCTYPE"]
    assert draft.question is None


def test_one_server_answers_everybody(engine: RuleEngine) -> None:
    check(engine, Syntax.UBL_INVOICE, ubl())
    first = server_of(engine)
    other = RuleEngine(engine.runtime_dir)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: check(other, Syntax.UBL_INVOICE, WRONG), range(24)))
    assert all(isinstance(one, list) and len(one) == 1 for one in found)
    assert server_of(engine) == first


def test_many_who_need_it_first_start_one_server(own: RuleEngine) -> None:
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda _: check(own, Syntax.UBL_INVOICE, ubl()), range(6)))
    assert found == [[]] * 6


def test_its_folder_is_private(own: RuleEngine) -> None:
    check(own, Syntax.UBL_INVOICE, ubl())
    assert stat.S_IMODE(own.folder().stat().st_mode) == 0o700


def test_a_folder_open_to_others_is_not_used(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    found = check(RuleEngine(tmp_path), Syntax.UBL_INVOICE, ubl())
    assert isinstance(found, NotChecked)
    assert "not private" in found.reason


def test_a_path_too_long_for_a_socket_is_no_hindrance(tmp_path: Path) -> None:
    long = RuleEngine(tmp_path / ("x" * 120), idle_seconds=60)
    try:
        assert check(long, Syntax.UBL_INVOICE, ubl()) == []
        assert len(str(long.folder() / SOCKET_NAME)) <= 100
    finally:
        end(long)


def test_a_stale_socket_is_replaced(own: RuleEngine) -> None:
    own.folder()
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as left:
        left.bind(str(own.folder() / SOCKET_NAME))
    assert check(own, Syntax.UBL_INVOICE, ubl()) == []


def test_a_killed_server_is_started_anew(own: RuleEngine) -> None:
    check(own, Syntax.UBL_INVOICE, ubl())
    first = server_of(own)
    assert first is not None
    os.kill(first, signal.SIGKILL)
    assert check(own, Syntax.UBL_INVOICE, ubl()) == []
    assert server_of(own) != first


def test_a_server_killed_while_it_checks_gives_an_answer(own: RuleEngine) -> None:
    check(own, Syntax.UBL_INVOICE, ubl())
    process = server_of(own)
    assert process is not None
    slow = many_lines(1500)
    answers: list[object] = []
    asking = threading.Thread(target=lambda: answers.append(check(own, Syntax.UBL_INVOICE, slow)))
    asking.start()
    time.sleep(0.3)
    os.kill(process, signal.SIGKILL)
    asking.join(60)
    assert not asking.is_alive()
    assert isinstance(answers[0], list | NotChecked)


def test_a_document_over_its_time_ends_the_server_and_the_next_one_is_checked(
    own: RuleEngine,
) -> None:
    check(own, Syntax.UBL_INVOICE, ubl())
    first = server_of(own)
    hasty = RuleEngine(own.runtime_dir, seconds=0.2)
    assert isinstance(check(hasty, Syntax.UBL_INVOICE, many_lines(2000)), NotChecked)
    assert check(own, Syntax.UBL_INVOICE, ubl()) == []
    assert server_of(own) != first


def test_a_server_without_enough_memory_is_not_valid(tmp_path: Path) -> None:
    poor = RuleEngine(tmp_path / "run", memory_mb=120, idle_seconds=60)
    assert isinstance(check(poor, Syntax.UBL_INVOICE, ubl()), NotChecked)


def test_a_server_without_work_leaves_and_takes_its_socket_along(tmp_path: Path) -> None:
    brief = RuleEngine(tmp_path / "run", idle_seconds=0.2)
    assert check(brief, Syntax.UBL_INVOICE, ubl()) == []
    path = brief.folder() / SOCKET_NAME
    for _ in range(200):
        if not path.exists():
            break
        time.sleep(0.05)
    assert not path.exists()
    assert check(brief, Syntax.UBL_INVOICE, ubl()) == []


def test_a_large_invoice_has_more_time_and_a_server_of_its_own(tmp_path: Path) -> None:
    hasty = RuleEngine(tmp_path / "run", seconds=0.05, idle_seconds=60)
    try:
        large = many_lines(LARGE // 500)
        assert len(large) > LARGE
        assert isinstance(check(hasty, Syntax.UBL_INVOICE, large), list)
        assert server_of(hasty) is None
        assert server_of(hasty.patient()) is not None
    finally:
        end(hasty)


def test_an_invoice_beyond_the_limit_is_not_given_to_the_rules(own: RuleEngine) -> None:
    assert own.ask(Question(Profile.UBL, "x" * (TOO_LARGE + 1))) == TooLarge()
    assert server_of(own.patient()) is None
