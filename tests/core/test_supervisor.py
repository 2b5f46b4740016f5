"""Real processes: the supervisor runs as a program of its own, since it reaps all its children."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from app.core.orphans import living
from app.core.supervisor import Process, console, delay

ROOT = Path(__file__).parent.parent.parent

PROGRAM = """
import sys
from pathlib import Path
from app.core.supervisor import Process, run
folder = Path(sys.argv[1])
python = [sys.executable, "-c"]
{processes}
sys.exit(run(processes))
"""

# Writes its own id and its child's; both ignore SIGINT, as after Ctrl-C in a careless program.
FAMILY = """
import os, signal, sys, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
reading, writing = os.pipe()
pid = os.fork()
if pid == 0:
    {child}
    os.write(writing, b"!")
    time.sleep(600)
os.read(reading, 1)
print("family", os.getpid(), pid)
time.sleep(600)
"""


class Running:
    """A supervisor and what it has said."""

    def __init__(self, folder: Path, processes: str) -> None:
        program = PROGRAM.format(processes=processes)
        self.popen = subprocess.Popen(
            [sys.executable, "-c", program, str(folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self) -> None:
        assert self.popen.stdout
        self.lines.extend(line.rstrip("\n") for line in iter(self.popen.stdout.readline, ""))

    def said(self, words: str, times: int = 1) -> list[str]:
        eventually(lambda: sum(words in line for line in list(self.lines)) >= times, self.lines)
        return [line for line in self.lines if words in line]

    def family(self, times: int = 1) -> list[int]:
        return [int(number) for number in self.said("family", times)[-1].split()[-2:]]

    def ended(self, number: int) -> int:
        self.popen.send_signal(number)
        return self.popen.wait(timeout=30)


def eventually(true: Callable[[], bool], evidence: object = "") -> None:
    last = monotonic() + 30
    while not true():
        assert monotonic() < last, evidence
        sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[[str], Running]]:
    started: list[Running] = []

    def start(processes: str) -> Running:
        started.append(Running(tmp_path, processes))
        return started[-1]

    yield start
    for one in started:
        if one.popen.poll() is None:
            one.popen.kill()
        one.popen.wait()
        one.reader.join(timeout=15)


def family(child: str = "pass", name: str = "one", more: str = "") -> str:
    code = FAMILY.format(child=child)
    return f"processes = [Process({name!r}, [*python, {code!r}]{more})]"


Supervise = Callable[[str], Running]


def test_a_killed_process_is_started_again_and_its_children_are_gone(supervise: Supervise) -> None:
    running = supervise(family())
    parent, child = running.family()
    os.kill(parent, signal.SIGKILL)
    new_parent, new_child = running.family(times=2)
    assert not is_alive(parent)
    assert not is_alive(child)
    assert new_parent != parent
    assert is_alive(new_parent)
    assert is_alive(new_child)
    assert running.said("starts again") == ["one | ended (signal 9), starts again in 1 s"]
    assert running.ended(signal.SIGINT) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything_with_the_grandchildren(
    supervise: Supervise, number: signal.Signals
) -> None:
    running = supervise(family())
    members = running.family()
    assert running.ended(number) == 0
    assert not any(map(is_alive, members))


def test_a_grandchild_in_a_group_of_its_own_is_ended_too(supervise: Supervise) -> None:
    running = supervise(family(child="os.setpgrp()"))
    members = running.family()
    running.popen.send_signal(signal.SIGTERM)
    running.said("ended (signal 15)")
    assert is_alive(members[1])  # it has its grace
    assert running.ended(signal.SIGTERM) == 0
    assert not any(map(is_alive, members))


def test_a_process_that_will_not_end_is_killed_at_the_second_signal(supervise: Supervise) -> None:
    stubborn = (
        "import signal, time; signal.signal(15, lambda *_: print('no', flush=True))\n"
        "print('up')\nwhile True: time.sleep(1)"
    )
    running = supervise(f"processes = [Process('one', [*python, {stubborn!r}])]")
    running.said("one | up")
    running.popen.send_signal(signal.SIGTERM)
    running.said("one | no")
    assert running.ended(signal.SIGINT) == 0
    assert running.said("ended") == ["one | ended (signal 9)"]


@pytest.mark.skipif(sys.platform != "linux", reason="sessions are read from /proc")
def test_nothing_outlives_a_supervisor_that_was_killed(supervise: Supervise) -> None:
    running = supervise(family(child="signal.signal(15, signal.SIG_DFL)"))
    parent, child = running.family()
    running.popen.kill()
    running.popen.wait()
    eventually(lambda: not is_alive(parent) and not is_alive(child))
    eventually(lambda: living([parent]) == [])


@pytest.mark.skipif(sys.platform != "linux", reason="sessions are read from /proc")
def test_a_guard_that_was_killed_is_replaced_and_knows_the_sessions(supervise: Supervise) -> None:
    running = supervise(family(child="os.setpgrp()"))
    members = running.family()

    def guards() -> list[int]:
        children = Path(f"/proc/{running.popen.pid}/task/{running.popen.pid}/children")
        return [int(pid) for pid in children.read_text().split() if int(pid) != members[0]]

    (guard,) = guards()
    os.kill(guard, signal.SIGKILL)
    eventually(lambda: len(guards()) == 1 and guards() != [guard])
    (guard,) = guards()
    command = Path(f"/proc/{guard}/cmdline")
    eventually(lambda: b"orphans.py" in command.read_bytes())
    # It is told the sessions as soon as it has started; nothing outside shows when.
    sleep(1)
    running.popen.kill()
    running.popen.wait()
    eventually(lambda: not any(map(is_alive, members)))


def test_when_a_critical_process_ends_everything_ends(supervise: Supervise) -> None:
    running = supervise(family() + "\nprocesses.append(Process('web', ['false'], critical=True))")
    assert running.popen.wait(timeout=30) == 1
    running.reader.join(timeout=15)
    assert "web | ended (exit code 1), and everything with it" in running.lines


def test_the_next_process_waits_until_the_one_before_is_ready(supervise: Supervise) -> None:
    first = "import sys, time; time.sleep(0.5); open(sys.argv[1], 'w').close(); time.sleep(600)"
    second = "import os, sys; print('there:', os.path.exists(sys.argv[1])); sys.exit(3)"
    running = supervise(
        f"mark = folder / 'mark'\n"
        f"processes = [Process('first', [*python, {first!r}, str(mark)], ready=mark.exists),"
        f"             Process('second', [*python, {second!r}, str(mark)])]"
    )
    assert running.said("there:")[0] == "second | there: True"
    assert "second | ended (exit code 3), starts again in 1 s" in running.said("ended")
    assert running.ended(signal.SIGINT) == 0


def test_a_command_that_does_not_exist_is_named(supervise: Supervise) -> None:
    running = supervise("processes = [Process('one', ['no-such-command-anywhere'])]")
    assert running.said("cannot start") == [
        "one | cannot start no-such-command-anywhere: No such file or directory"
    ]
    assert running.ended(signal.SIGINT) == 0


def test_output_comes_line_by_line_with_its_environment(supervise: Supervise) -> None:
    code = (
        "import os, sys, time; sys.stdout.write('a' * 70000 + '\\nÄ half'); sys.stdout.flush();"
        "time.sleep(0.3); print(' line', os.environ['WORD']); print('err', file=sys.stderr);"
        "sys.stdout.write('no end'); sys.stdout.flush(); time.sleep(0.1); sys.exit(0)"
    )
    running = supervise(
        f"processes = [Process('one', [*python, {code!r}], environment={{'WORD': 'given'}})]"
    )
    running.said("ended (exit code 0)")
    assert running.said("Ä half line given")[0] == "one | Ä half line given"
    assert "one | err" in running.lines
    assert "one | no end" in running.lines
    assert sum(line.count("a" * 1000) for line in running.lines) >= 69
    assert running.ended(signal.SIGINT) == 0


def test_the_waits_double_up_to_half_a_minute() -> None:
    assert [delay(falls) for falls in range(1, 9)] == [1, 2, 4, 8, 16, 30, 30, 30]


class Terminal:
    def __init__(self) -> None:
        self.text = ""

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass


def test_names_are_coloured_on_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    processes = [Process("web", ["true"]), Process("relay", ["true"])]
    terminal = Terminal()
    console(processes, terminal)("web", "hello")  # type: ignore[arg-type]
    console(processes, sys.stdout)("web", "hello")
    assert terminal.text == "\x1b[36mweb   |\x1b[0m hello\n"
    assert capsys.readouterr().out == "web   | hello\n"
