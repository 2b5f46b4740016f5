"""Cells: what happens inside stays inside, and always comes to an end."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.core import cells
from app.core.cells import Cell, CellDied, CellNotStarted, CellTimedOut
from app.core.settings import PROJECT

INSIDE = "tests.core.misdeeds"


@pytest.fixture
def cell() -> Iterator[Cell]:
    one = Cell(INSIDE)
    yield one
    one.end()


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch) -> Iterator[cells._Cells]:
    """The process's cells, with the tests' inside."""
    monkeypatch.setattr(cells, "Cell", lambda: Cell(INSIDE))
    fresh = cells._Cells()
    monkeypatch.setattr(cells, "_cells", fresh)
    yield fresh
    for one in fresh._free:
        one.end()


def is_sealed(cell: Cell, what: str) -> bool:
    cell.run("echo", {}, b"", 10)
    return what in (cell.confined or [])


def test_work_gets_bytes_and_answers_with_values_and_bytes(cell: Cell) -> None:
    payload = os.urandom(3_000_000)
    answer = cell.run("echo", {"page": 3, "name": "Ä\n"}, payload, 10)
    assert dict(answer.header) == {"page": 3, "name": "Ä\n"}
    assert answer.blobs == (payload, payload[::-1])


def test_one_cell_does_many_pieces(cell: Cell) -> None:
    for number in range(500):
        payload = b"x" * (number * 997)
        assert cell.run("echo", {"n": number}, payload, 10).blobs[0] == payload
    assert cell.process.poll() is None


def test_memory_ends_at_its_limit(cell: Cell) -> None:
    with pytest.raises(CellDied, match="memory"):
        cell.run("eat", {}, b"", 20)


@pytest.mark.parametrize("work", ["sleep", "spin"])
def test_time_ends_at_its_limit(cell: Cell, work: str) -> None:
    cell.run("echo", {}, b"", 10)
    with pytest.raises(CellTimedOut):
        cell.run(work, {}, b"", 0.3)
    assert cell.process.returncode is not None


def test_a_crash_is_told_by_its_signal(cell: Cell) -> None:
    with pytest.raises(CellDied, match="SIGSEGV"):
        cell.run("crash", {}, b"", 10)


def test_leaving_without_an_answer_is_told(cell: Cell) -> None:
    with pytest.raises(CellDied, match="exit code 3"):
        cell.run("leave", {"code": 3}, b"", 10)


def test_an_error_of_the_work_ends_only_the_work_and_tells_nothing_of_the_file(cell: Cell) -> None:
    with pytest.raises(CellDied, match="ValueError") as raised:
        cell.run("fail", {}, b"IBAN CH93", 10)
    assert "CH93" not in str(raised.value)
    assert cell.run("echo", {}, b"on", 10).blobs[0] == b"on"


def test_only_what_is_on_the_list_is_done(cell: Cell) -> None:
    with pytest.raises(CellDied, match="KeyError"):
        cell.run("os.system", {}, b"true", 10)


def test_it_knows_no_secrets_and_has_no_files_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KONTOR_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("DATABASE_URL", "postgresql://kontor:geheim@localhost/kontor")
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    cell = Cell(INSIDE)
    try:
        found = cell.run("look_around", {}, b"", 10).header
    finally:
        cell.end()
        os.close(reading)
        os.close(writing)
    assert set(found["environment"]) <= {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH"}
    assert len(found["files"]) <= 4, "input, output, errors, and the connection"


def test_it_cannot_read_our_data(cell: Cell, tmp_path: Path) -> None:
    if not is_sealed(cell, "files"):
        pytest.skip("this system has no Landlock")
    secret = tmp_path / "secret.key"
    secret.write_text("hidden")
    found = cell.run("read", {"path": str(secret)}, b"", 10)
    assert dict(found.header) == {"refused": "PermissionError"}
    readable = cell.run("read", {"path": str(PROJECT / "app" / "cell.py")}, b"", 10)
    assert "WORKS" in readable.header["done"]


def test_it_writes_no_file(cell: Cell, tmp_path: Path) -> None:
    found = cell.run("write", {"path": str(tmp_path / "left")}, b"", 10)
    assert "refused" in found.header
    assert not (tmp_path / "left").exists() or not (tmp_path / "left").read_text()


def test_it_starts_no_program(cell: Cell) -> None:
    if not is_sealed(cell, "files"):
        pytest.skip("this system has no Landlock")
    assert dict(cell.run("run", {}, b"", 10).header) == {"refused": "PermissionError"}


def test_it_has_no_network(cell: Cell) -> None:
    if not is_sealed(cell, "network"):
        pytest.skip("this system does not give up the network")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert "refused" in cell.run("connect", {"port": port}, b"", 10).header


def test_noise_of_libraries_does_not_disturb_the_answer(cell: Cell) -> None:
    assert cell.run("chatter", {}, b"", 10).header["done"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_all_processes_leaves_the_work_undisturbed(cell: Cell, number: int) -> None:
    cell.run("echo", {}, b"", 10)
    os.kill(cell.process.pid, number)
    assert cell.run("echo", {}, b"on", 10).blobs[0] == b"on"


@pytest.mark.parametrize("work", ["sleep", "spin", "nothing"])
def test_it_ends_when_its_owner_is_killed(work: str) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, INSIDE, work],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert owner.stdout is not None
    inside = int(owner.stdout.readline())
    time.sleep(0.3)
    os.kill(inside, 0)
    owner.kill()
    owner.wait()
    owner.stdout.close()
    for _ in range(100):
        if is_gone(inside):
            return
        time.sleep(0.05)
    pytest.fail("the cell outlived its owner")


OWNER = """
import sys, time
from app.core.cells import Cell
cell = Cell(sys.argv[1])
cell.run("echo", {}, b"", 20)
print(cell.process.pid, flush=True)
cell.run(sys.argv[2], {}, b"", 60) if sys.argv[2] != "nothing" else time.sleep(60)
"""


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (ProcessLookupError, FileNotFoundError):
        return True


def test_a_cell_killed_from_outside_is_replaced_and_the_work_done(own: cells._Cells) -> None:
    cells.run("echo", {}, b"", 10)
    (first,) = own._free
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(cells.run, "echo", {}, b"x" * 50_000_000, 30)
        os.kill(first.process.pid, signal.SIGKILL)
        assert len(answer.result().blobs[0]) == 50_000_000
    (second,) = own._free
    assert second.process.pid != first.process.pid


def test_many_threads_share_few_cells(own: cells._Cells) -> None:
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda n: cells.run("echo", {"n": n}, b"", 20), range(120)))
    assert sorted(one.header["n"] for one in found) == list(range(120))
    assert 1 <= len(own._free) <= cells.PLACES


def test_a_cell_that_died_makes_room_for_another(own: cells._Cells) -> None:
    for _ in range(cells.PLACES + 1):
        with pytest.raises(CellDied):
            cells.run("crash", {}, b"", 10)
    assert cells.run("echo", {}, b"on", 10).blobs[0] == b"on"
    assert len(own._free) == 1


def test_a_cell_is_replaced_after_many_pieces(
    own: cells._Cells, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "MOST_PIECES", 3)
    for _ in range(3):
        cells.run("echo", {}, b"", 10)
    assert own._free == []


def test_a_forked_process_has_cells_of_its_own(own: cells._Cells) -> None:
    cells.run("echo", {}, b"", 10)
    (mine,) = own._free
    child = os.fork()
    if child == 0:
        os._exit(0 if own._free == [] or own._free[0].process.pid != mine.process.pid else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert cells.run("echo", {}, b"on", 10).blobs[0] == b"on"
    assert own._free == [mine]


def test_a_cell_that_does_not_start_is_not_the_files_fault() -> None:
    with pytest.raises(CellNotStarted):
        Cell("tests.core.nothing_of_this_name").run("echo", {}, b"", 10)


def test_a_cell_that_lies_about_its_size_is_replaced(cell: Cell) -> None:
    cell.run("lie", {}, b"", 10)
    assert cell.is_spent


def test_a_large_owner_makes_no_large_cell() -> None:
    ours = bytearray(700_000_000)
    ours[::4096] = b"x" * len(ours[::4096])
    young = Cell(INSIDE)
    try:
        young.run("echo", {}, b"", 10)
        assert not young.is_spent
    finally:
        young.end()
