"""The demo's mail server: keeps every mail as a file, and fails on purpose where it is asked to.

`python -m app.demo.catcher --port 2525 --folder mails --faults`. A mail is one `.eml` file whose
first two headers are its envelope; `app.demo.caught` reads it. Only this machine is listened to.
"""

import argparse
import asyncio
import secrets
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from time import time_ns
from typing import Final, Literal, Self
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST: Final = "127.0.0.1"
_DONE: Final = "250 2.0.0 Kept"


@dataclass(frozen=True)
class Behaviour:
    """How the server treats one mail: answers in place of 250, a cut connection, a wait.

    `cut` closes the connection without an answer: at RCPT, after the data (which is thrown away),
    or after the data was kept, so that only the answer is lost. `delay` is in seconds, before the
    answer to the data.
    """

    to_recipient: str = ""
    to_data: str = ""
    cut: Literal["", "recipient", "data", "kept"] = ""
    delay: float = 0.0


ORDINARY: Final = Behaviour()

FAULTS: Final[Mapping[str, Behaviour]] = {
    "unknown": Behaviour(to_recipient="550 5.1.1 No such mailbox here"),
    "full": Behaviour(to_recipient="452 4.2.2 The mailbox is full"),
    "down": Behaviour(to_recipient="421 4.3.2 Closing for maintenance"),
    "lost": Behaviour(cut="kept"),
    "slow": Behaviour(delay=3.0),
}
"""The beginning of a local part → what happens to its mail."""

Choice = Callable[[str], Behaviour]
"""Envelope recipient → behaviour; asked at RCPT. With several recipients the last one decides."""


def ordinary(_recipient: str) -> Behaviour:
    """Keep every mail."""
    return ORDINARY


def by_local_part(recipient: str) -> Behaviour:
    """Choose from `FAULTS`: what the demo and its visitors use."""
    local = recipient.lower()
    return next((FAULTS[name] for name in FAULTS if local.startswith(name)), ORDINARY)


def scripted(script: Mapping[str, Iterable[Behaviour]]) -> Choice:
    """Return a choice that plays each recipient's behaviours in order, then keeps every mail."""
    rest = {recipient: iter(behaviours) for recipient, behaviours in script.items()}
    return lambda recipient: next(rest.get(recipient, iter(())), ORDINARY)


class _Handler:
    """The hooks that aiosmtpd calls; their names are its own."""

    def __init__(self, folder: Path, choice: Choice) -> None:
        self.folder = folder
        self.choice = choice
        self.last = 0
        self.chosen: WeakKeyDictionary[Envelope, Behaviour] = WeakKeyDictionary()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        behaviour = self.choice(address)
        if behaviour.cut == "recipient":
            return await _cut(server)
        if not behaviour.to_recipient:
            envelope.rcpt_tos.append(address)
            self.chosen[envelope] = behaviour
            return "250 2.1.5 OK"
        if behaviour.to_recipient.startswith("421"):
            # RFC 5321 section 3.8: after 421 the server closes the connection.
            asyncio.get_running_loop().call_later(0.05, _transport(server).close)
        return behaviour.to_recipient

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        behaviour = self.chosen[envelope]
        if behaviour.cut == "data":
            return await _cut(server)
        await asyncio.sleep(behaviour.delay)
        if behaviour.to_data and not behaviour.to_data.startswith("2"):
            return behaviour.to_data
        self.keep(envelope)
        if behaviour.cut == "kept":
            return await _cut(server)
        return behaviour.to_data or _DONE

    def keep(self, envelope: Envelope) -> None:
        """Write one mail so that a reader sees all of it or nothing; its name orders it in time."""
        self.last = max(self.last + 1, time_ns())
        name = f"{self.last:016x}-{secrets.token_hex(4)}"
        recipients = ", ".join(f"<{address}>" for address in envelope.rcpt_tos)
        lines = f"X-Envelope-From: <{envelope.mail_from}>\r\nX-Envelope-To: {recipients}\r\n"
        head = lines.encode("utf-8", "replace")
        unfinished = self.folder / f"{name}.part"
        unfinished.write_bytes(head + (envelope.original_content or b""))
        unfinished.rename(self.folder / f"{name}.eml")


def _transport(server: SMTP) -> asyncio.Transport:
    transport = server.transport
    if not isinstance(transport, asyncio.Transport):
        raise ConnectionError("the connection is gone already")
    return transport


async def _cut(server: SMTP) -> str:
    _transport(server).abort()
    await asyncio.sleep(3600)  # cancelled when the connection is gone
    return _DONE


async def _listen(folder: Path, port: int, choice: Choice) -> asyncio.Server:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handler = _Handler(folder, choice)
    return await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, hostname="catcher.example", ident="Kontor demo"), HOST, port
    )


class Catcher:
    """The server in a thread, for tests: `with Catcher(folder) as catcher: … catcher.url`."""

    def __init__(self, folder: Path, port: int = 0, choice: Choice = ordinary) -> None:
        self.folder = folder
        self.port = port
        self._choice = choice
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def url(self) -> str:
        """Return the server as the mail transport wants it."""
        return f"smtp://{HOST}:{self.port}?starttls=no"

    def __enter__(self) -> Self:
        self._thread.start()
        started = asyncio.run_coroutine_threadsafe(
            _listen(self.folder, self.port, self._choice), self._loop
        )
        self._server = started.result(timeout=10)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_error: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _stop(self) -> None:
        self._server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


async def _serve(folder: Path, port: int, choice: Choice) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    server = await _listen(folder, port, choice)
    sys.stdout.write(f"catching mail on port {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await stop.wait()
    server.close()


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m app.demo.catcher")
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--faults", action="store_true", help=f"by local part: {', '.join(FAULTS)}")
    wishes = parser.parse_args()
    choice = by_local_part if wishes.faults else ordinary
    asyncio.run(_serve(wishes.folder, wishes.port, choice))


if __name__ == "__main__":
    main()
