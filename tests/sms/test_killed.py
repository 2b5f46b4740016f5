"""A worker is killed with SIGKILL while the gateway has the message and has not answered yet."""

import signal
import sys
from pathlib import Path

import pytest

from app.demo.sms_gateway import SmsGateway
from app.sms.rules.life import Gateway, State
from jobs import pump
from tests import databases
from tests.both import installation
from tests.jobs.processes import environment, eventually, process
from tests.sms.house import founded, messages, text_to

PUMP = """
from app.core import runtime, settings
from jobs import pump
pump.work(runtime.build(settings.from_environment()), 60)
"""


@pytest.mark.parametrize("kind", databases.kinds())
def test_after_kill_9_a_code_is_uncertain_and_never_goes_out_again(
    kind: str, tmp_path: Path
) -> None:
    changes = {"lease_seconds": 2, "retry_seconds": 1, "outbound_private": True}
    with installation(kind, tmp_path, **changes) as here, SmsGateway() as gateway:
        gateway.faults.send, gateway.faults.receipts = "hang", "lost"
        with here.database.transaction():
            text_to(founded(Gateway.HTTP, f"{gateway.url}/messages"))
        command = [sys.executable, "-c", PUMP]
        output = tmp_path / "pump.log"
        with process(command, environment(here.settings), output) as worker:
            eventually(lambda: len(gateway.books.taken) == 1)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
        assert worker.returncode == -signal.SIGKILL, output.read_text()
        gateway.faults.send = ""

        def is_settled() -> bool:
            pump.work(here, 1)
            with here.database.reading():
                return messages()[0].state is not State.QUEUED

        eventually(is_settled)
        with here.database.reading():
            (message,) = messages()
        assert (message.state, message.text, message.tries) == (State.UNCERTAIN, None, 1)
        assert len(gateway.books.taken) == 1
