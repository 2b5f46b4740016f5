"""A worker is killed with SIGKILL while a program has the message and has not answered yet."""

import signal
import sys
from pathlib import Path

import pytest

from app.webhooks.rules import Outcome, State
from jobs import pump
from tests import databases
from tests.both import installation
from tests.jobs.processes import environment, eventually, process
from tests.webhooks.house import happen, open_in, told, tries
from tests.webhooks.receiver import receiving

PUMP = """
from app.core import runtime, settings
from jobs import pump
pump.work(runtime.build(settings.from_environment()), 60)
"""


@pytest.mark.parametrize("kind", databases.kinds())
def test_after_kill_9_the_message_comes_again_with_the_same_id(kind: str, tmp_path: Path) -> None:
    changes = {"lease_seconds": 2, "retry_seconds": 1, "outbound_private": True}
    with installation(kind, tmp_path, **changes) as here, receiving(patience=30) as program:
        house = open_in(here, program.url)
        program.secrets = [house.secret]
        happen(here, house)
        command = [sys.executable, "-c", PUMP]
        output = tmp_path / "pump.log"
        with process(command, environment(here.settings), output) as worker:
            eventually(lambda: len(program.ids) == 1)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert worker.returncode == -signal.SIGKILL, output.read_text()
        (left,) = told(here)
        assert (left.state, left.tries, left.failures) == (State.WAITING, 1, 0)
        (open_try,) = tries(here)
        assert open_try.outcome is None
        program.patience = 0

        def arrived() -> bool:
            pump.work(here, 1)
            return told(here)[0].state is State.DELIVERED

        eventually(arrived)
        assert [attempt.outcome for attempt in tries(here)] == [Outcome.LOST, Outcome.ANSWERED]
    assert program.ids == [left.id, left.id]
    assert (len(program.verified), program.forged) == (2, 0)
