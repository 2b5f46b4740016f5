"""A real aiosmtpd server on this machine that answers, or hangs up, as a script says."""
# ruff: noqa: N802 - the names of the commands are aiosmtpd's

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP

from app.core.mail import Transport

MESSAGE = b"Subject: x\r\n\r\nHello\r\n.\r\n..two\r\n.three\r\n"
SENDER, RECIPIENT = "bounce+1@b.example", "anna@kundin.example"


@dataclass
class Script:
    """What the server answers at which step; `cuts` are the steps where it hangs up instead."""

    answers: dict[str, str] = field(default_factory=dict)
    cuts: set[str] = field(default_factory=set)
    kept: list[bytes] = field(default_factory=list)
    commands: Counter[str] = field(default_factory=Counter)


class Scripted(SMTP):
    """An aiosmtpd server that hangs up, or answers, as its script says."""

    def __init__(self, script: Script, **options: Any) -> None:
        super().__init__(self, hostname="server.example", ident="test", **options)
        self.script = script
        self.greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.script.commands["connect"] += 1
        super().connection_made(transport)
        if "connect" in self.script.cuts:
            transport.abort()  # type: ignore[attr-defined]

    async def push(self, status: str | bytes) -> None:
        if not self.greeted:
            self.greeted = True
            status = self.script.answers.get("greeting", str(status))
        await super().push(status.encode() if isinstance(status, str) else status)

    async def step(self, name: str) -> str:
        self.script.commands[name] += 1
        if name in self.script.cuts:
            self.transport.abort()  # type: ignore[union-attr]
            await asyncio.sleep(3600)
        answer = self.script.answers.get(name, "")
        if answer == "silence":
            await asyncio.sleep(3600)
        return answer

    async def smtp_EHLO(self, hostname: str) -> None:
        answer = await self.step("ehlo")
        await (self.push(answer) if answer else super().smtp_EHLO(hostname))

    async def smtp_STARTTLS(self, arg: str) -> None:
        answer = await self.step("starttls")
        await (self.push(answer) if answer else super().smtp_STARTTLS(arg))

    async def smtp_RSET(self, arg: str) -> None:
        answer = await self.step("rset")
        await (self.push(answer) if answer else super().smtp_RSET(arg))

    async def smtp_DATA(self, arg: str) -> None:
        answer = await self.step("data")
        await (self.push(answer) if answer else super().smtp_DATA(arg))

    async def handle_MAIL(
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = await self.step("mail")
        if not answer:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        answer = await self.step("rcpt")
        if not answer or answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Any, envelope: Any) -> str:
        self.script.kept.append(envelope.original_content)
        return await self.step("end-of-data") or "250 2.0.0 OK"


@contextmanager
def serving(
    script: Script, implicit: ssl.SSLContext | None = None, **options: Any
) -> Iterator[Transport]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        factory: Callable[[], asyncio.Protocol] = lambda: Scripted(script, loop=loop, **options)  # noqa: E731
        return await loop.create_server(factory, "127.0.0.1", 0, ssl=implicit)

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    port = server.sockets[0].getsockname()[1]
    try:
        yield Transport.from_url(f"smtp://127.0.0.1:{port}?starttls=no")
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
