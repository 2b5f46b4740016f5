"""Files that are dropped, with real files, and with relays that are killed."""

import json
import os
import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from time import sleep

import pytest
from sqlalchemy import func, select

from app.core import journal
from app.core.db import session
from app.core.runtime import Runtime
from app.documents.models import Document
from app.intake.models import Intake, IntakeItem, Source
from app.organisations.models import Organisation
from app.ways_in.channels import drop_folder
from app.ways_in.models import DroppedFile
from jobs import drop_folder as watching
from jobs import pump
from jobs.drop_folder import Watch
from tests.api.conftest import invoice
from tests.jobs import processes
from tests.ways_in.conftest import engine, here, house, one_engine

__all__ = ["engine", "here", "house", "one_engine"]

WRONG = ("25.11", "99.11")


@pytest.fixture
def folder(here: Runtime, house: Organisation) -> Path:
    """The house's folder, as it is after a first look."""
    assert here.settings.drop_folder is not None
    watch = Watch(here)
    watch.look()
    return here.settings.drop_folder / house.slug


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "LOOK_EVERY", 0.0)


def drop(folder: Path, name: str, content: bytes) -> None:
    """Write a file as programs should: under another name, renamed when it is complete."""
    unfinished = folder / "in" / f"{name}.part"
    unfinished.write_bytes(content)
    unfinished.rename(folder / "in" / name)


def work(here: Runtime, looks: int = 1) -> None:
    """Look, take in, look again: what a relay does in some seconds."""
    watch = Watch(here)
    for _look in range(looks):
        watch.look()
        pump.work(here, 20)
    watch.look()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def rows(here: Runtime, table: type) -> list:
    with here.database.reading():
        return list(session().scalars(select(table)))


@pytest.mark.usefixtures("one_engine")
def test_a_good_file_ends_in_done_and_is_a_published_document(here: Runtime, folder: Path) -> None:
    drop(folder, "R-1.xml", invoice("R-1"))
    work(here)
    assert names(folder / "in") == names(folder / "work") == []
    assert names(folder / "done") == ["R-1.xml"]
    assert (folder / "done" / "R-1.xml").read_bytes() == invoice("R-1")
    (document,) = rows(here, Document)
    assert (document.number, document.state.value) == ("R-1", "published")
    (intake,) = rows(here, Intake)
    assert intake.source is Source.DROP_FOLDER
    said = [line.name for line in rows(here, journal.Entry)]
    assert "drop_folder.settled" in said


@pytest.mark.usefixtures("one_engine")
def test_a_held_file_lies_in_held_with_its_findings_in_the_language_of_the_house(
    here: Runtime, folder: Path
) -> None:
    drop(folder, "wrong.xml", invoice("R-2", WRONG))
    work(here)
    assert names(folder / "held") == [
        "wrong.xml",
        "wrong.xml.findings.json",
        "wrong.xml.findings.txt",
    ]
    told = (folder / "held" / "wrong.xml.findings.txt").read_text()
    assert "R-2" in told
    assert "Fehler" in told
    found = json.loads((folder / "held" / "wrong.xml.findings.json").read_text())
    assert found["outcome"] == "held"
    assert any(one["severity"] == "fatal" for one in found["findings"])
    assert found["document"].startswith("http://kontor.test/documents/")


@pytest.mark.usefixtures("one_engine")
def test_the_same_bytes_again_are_known_and_make_no_second_document(
    here: Runtime, folder: Path
) -> None:
    drop(folder, "R-1.xml", invoice("R-1"))
    work(here)
    drop(folder, "R-1.xml", invoice("R-1"))
    work(here)
    assert names(folder / "done") == ["R-1.xml"]
    assert json.loads((folder / "failed" / "R-1.xml.findings.json").read_text())["outcome"] == (
        "known"
    )
    assert len(rows(here, Document)) == 1


@pytest.mark.usefixtures("one_engine")
def test_a_second_file_of_one_name_does_not_overwrite_the_first(
    here: Runtime, folder: Path
) -> None:
    for number in ("R-1", "R-2"):
        drop(folder, "invoice.xml", invoice(number))
        work(here)
    first, second = names(folder / "done")
    assert {first, second} > {"invoice.xml"}
    assert (folder / "done" / "invoice.xml").read_bytes() == invoice("R-1")
    assert second.endswith(".xml")


def test_what_is_hidden_unfinished_or_a_folder_is_left(here: Runtime, folder: Path) -> None:
    left = [".hidden.xml", "a.xml.part", "b.TMP", "below"]
    for name in left[:3]:
        (folder / "in" / name).write_bytes(invoice())
    (folder / "in" / "below").mkdir()
    (folder / "in" / "below" / "c.xml").write_bytes(invoice())
    work(here)
    assert names(folder / "in") == sorted(left)
    assert rows(here, DroppedFile) == []


def test_a_file_that_still_grows_is_left_until_it_has_been_quiet(
    here: Runtime, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(watching, "monotonic", lambda: now[0])
    watch = Watch(replace(here, settings=replace(here.settings, drop_folder_quiet=5.0)))
    path = folder / "in" / "slow.xml"
    for part in (b"<a>", b"<b/>", b"</a>"):
        with path.open("ab") as stream:
            stream.write(part)
        now[0] += 4.0
        watch.look()
    assert path.exists()
    now[0] += 4.9
    watch.look()
    assert path.exists()
    now[0] += 0.2
    watch.look()
    assert not path.exists()
    assert len(names(folder / "work")) == 1


def test_a_link_is_not_followed_and_is_reported_once(
    here: Runtime, folder: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(invoice())
    (folder / "in" / "link.xml").symlink_to(secret)
    os.mkfifo(folder / "in" / "pipe.xml")
    work(here, looks=3)
    assert [name for name in names(folder / "failed") if name.endswith(".txt")] == [
        "link.xml.findings.txt",
        "pipe.xml.findings.txt",
    ]
    refused = [line for line in rows(here, journal.Entry) if line.name == "drop_folder.refused"]
    assert sorted(line.data["why"] for line in refused) == ["link", "unreadable"]
    assert rows(here, IntakeItem) == []


def test_a_file_that_is_too_large_is_never_read(here: Runtime, folder: Path) -> None:
    with (folder / "in" / "large.pdf").open("wb") as stream:
        stream.truncate(here.settings.document_limit + 1)
    work(here, looks=3)
    assert names(folder / "failed")[0] == "large.pdf"
    assert len(rows(here, DroppedFile)) == 1
    assert rows(here, IntakeItem) == []


@pytest.mark.usefixtures("one_engine")
def test_names_of_every_kind_arrive_whole_or_shortened_and_never_elsewhere(
    here: Runtime, folder: Path
) -> None:
    strange = [f"{'ü' * 120}.xml", "a\nb\x1b[31m.xml", "~.xml", "…–“.xml", "-rf.xml"]
    for number, name in enumerate(strange):
        drop(folder, name, invoice(f"R-{number}"))
    (folder / "in" / os.fsdecode(b"\xff\xfe.xml")).write_bytes(invoice("R-99"))
    work(here)
    assert names(folder / "in") == names(folder / "work") == []
    assert len(names(folder / "done")) == len(strange) + 1
    assert all(len(name.encode()) < 220 and name.isprintable() for name in names(folder / "done"))


def test_what_somebody_else_puts_into_work_is_not_touched(here: Runtime, folder: Path) -> None:
    for name in ("notes.txt", "x~y.xml", f"{'a' * 40}~z.xml"):
        (folder / "work" / name).write_bytes(b"x")
    work(here, looks=2)
    assert len(names(folder / "work")) == 3
    assert rows(here, DroppedFile) == []


@pytest.mark.usefixtures("one_engine")
@pytest.mark.parametrize("point", ["claim", "store", "record", "reports", "move", "note"])
def test_whoever_dies_at_any_step_is_taken_over_and_nothing_is_lost_or_doubled(
    here: Runtime, folder: Path, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    drop(folder, "wrong.xml", invoice("R-3", WRONG))

    class Died(BaseException):
        """As `kill -9` does, it skips everything that would tidy up."""

    def dies(*_arguments: object, **_more: object) -> None:
        raise Died

    with monkeypatch.context() as patch:
        places = {
            "claim": (watching.dropping, "take_in"),
            "store": (watching.dropping, "record"),
            "record": (pump, "work"),
            "reports": (drop_folder.Path, "rename"),
            "move": (watching.dropping, "note_settled"),
            "note": (watching.dropping.journal, "record"),
        }
        try:
            if point in ("reports", "note"):
                Watch(here).look()
                pump.work(here, 20)
            patch.setattr(*places[point], dies)
            if point == "reports":
                patch.setattr(drop_folder, "_write", lambda *_a: None)
            work(here)
        except Died:
            pass
        else:
            raise AssertionError("it did not die")
    work(here, looks=2)
    assert names(folder / "in") == names(folder / "work") == []
    assert names(folder / "held")[0] == "wrong.xml"
    assert len(rows(here, Document)) == 1
    assert [one.settled_at is not None for one in rows(here, DroppedFile)] == [True]
    assert len([one for one in rows(here, journal.Entry) if one.name == "drop_folder.settled"]) == 1


@pytest.fixture
def relays(here: Runtime, tmp_path: Path) -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def relay(here: Runtime, stack: ExitStack, log: Path):
    environ = processes.environment(
        here.settings,
        KONTOR_DROP_FOLDER=str(here.settings.drop_folder),
        KONTOR_DROP_FOLDER_QUIET="0",
        KONTOR_LOG_LEVEL="WARNING",
    )
    command = [sys.executable, "-m", "jobs.relay"]
    return stack.enter_context(processes.process(command, environ, log))


def test_relays_that_are_killed_again_and_again_lose_and_double_nothing(
    here: Runtime, folder: Path, relays: ExitStack, tmp_path: Path
) -> None:
    here = replace(here, settings=replace(here.settings, lease_seconds=2))
    running = [relay(here, relays, tmp_path / f"relay-{n}.log") for n in range(2)]
    many, chance = 24, random.Random(7)
    for number in range(many):
        drop(folder, f"R-{number}.xml", invoice(f"R-{number}"))
        if number % 4 == 3:
            sleep(chance.uniform(0.2, 1.5))
            victim = running.pop(0)
            victim.kill()
            victim.wait(timeout=processes.PATIENCE)
            running.append(relay(here, relays, tmp_path / f"relay-after-{number}.log"))
    processes.eventually(lambda: len(names(folder / "done")) == many, seconds=120)
    assert names(folder / "in") == names(folder / "work") == []
    assert names(folder / "failed") == names(folder / "held") == []
    assert {(folder / "done" / name).read_bytes() for name in names(folder / "done")} == {
        invoice(f"R-{number}") for number in range(many)
    }
    with here.database.reading():
        assert session().scalar(select(func.count()).select_from(Document)) == many
        assert session().scalar(select(func.count()).select_from(DroppedFile)) == many
        assert session().scalar(select(func.count()).select_from(IntakeItem)) == many
