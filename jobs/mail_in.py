"""`python -m jobs.mail_in`: takes mail with documents, and mail that comes back, by LMTP (RFC 2033).

250 means kept and committed; each recipient gets an answer of its own. Only the address is judged
at RCPT, so that the server in front can ask for it before it accepts a mail. What comes back may
also come by SMTP, to another port: only addresses that we made are taken there.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from app.core import log, runtime, settings
from app.core.runtime import Runtime
from app.delivery.actions import collecting
from app.ways_in.actions import address, mailing
from app.ways_in.actions.mailing import Verdict
from app.ways_in.formats import mail

logger = logging.getLogger(__name__)

RECIPIENTS: Final = 50
LARGEST: Final = 32 * 1024 * 1024
"""Octets of a mail that comes back by SMTP; only its beginning is kept."""
OK: Final = "250 2.1.5 OK"
ANSWERS: Final = {
    Verdict.KEPT: "250 2.0.0 Kept",
    Verdict.UNKNOWN: "550 5.1.1 No such address here",
    Verdict.NOT_ALLOWED: "550 5.7.1 This sender may not send documents to this address",
}
AWAY: Final = "451 4.3.0 Not now, try again later"
TOO_MANY: Final = "452 4.5.3 Too many recipients"
UNIX: Final = "unix:"


class Server(LMTP):
    """aiosmtpd's LMTP, with an answer for each recipient also where the data are refused."""

    line_length_limit = 65536
    """Octets; longer lines than RFC 5321 allows are common in HTML, and harm nobody here."""

    async def push(self, status: Any) -> None:
        """Repeat an answer to the data, which aiosmtpd gives once, for every recipient."""
        is_refusal = str(status).startswith(("552 Error: Too much", "500 Line too long"))
        count = len(self.envelope.rcpt_tos) if is_refusal and self.envelope else 1
        said = "552 5.3.4 The mail is too large" if "Too much" in str(status) else status
        await super().push("\r\n".join([said] * count) if is_refusal else status)


class Handler:
    """The hooks that aiosmtpd calls; their names are its own."""

    def __init__(self, here: Runtime) -> None:
        self.here = here

    async def handle_RCPT(  # noqa: N802
        self, _server: Server, _session: Session, envelope: Envelope, given: str, _more: list[str]
    ) -> str:
        """Say whether the address is ours and open."""
        if len(envelope.rcpt_tos) >= RECIPIENTS:
            return TOO_MANY
        answer = await asyncio.to_thread(self._guarded, partial(self._known, given))
        if answer.startswith("250"):
            envelope.rcpt_tos.append(given)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: Server, _session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail once for each recipient, and say for each what came of it."""
        raw = envelope.original_content or b""
        sender = envelope.mail_from or ""
        answers = [
            await asyncio.to_thread(self._guarded, partial(self._keep, to, sender, raw))
            for to in envelope.rcpt_tos
        ]
        return "\r\n".join(answers)

    def _guarded(self, ask: Callable[[], str]) -> str:
        with runtime.using(self.here):
            try:
                return ask()
            except (SQLAlchemyError, OSError):
                logger.exception("a mail was put off")
                return AWAY

    def _known(self, given: str) -> str:
        if collecting.is_ours(given):
            return OK
        with self.here.database.reading():
            return OK if address.found(given) else ANSWERS[Verdict.UNKNOWN]

    def _keep(self, recipient: str, sender: str, raw: bytes) -> str:
        if collecting.is_ours(recipient):
            with self.here.database.transaction():
                collecting.keep(recipient, sender, raw)
            return ANSWERS[Verdict.KEPT]
        head = mail.head(raw)
        with self.here.database.transaction():
            verdict = mailing.receive(recipient, sender, head, raw)
        return ANSWERS[verdict]


class Returns(Handler):
    """Takes only what comes back; SMTP has one answer for all recipients of a mail."""

    def _known(self, given: str) -> str:
        return OK if collecting.is_ours(given) else ANSWERS[Verdict.UNKNOWN]

    async def handle_DATA(  # noqa: N802
        self, server: Server, session: Session, envelope: Envelope
    ) -> str:
        """Keep the mail for every recipient, or have it sent again."""
        answers = (await super().handle_DATA(server, session, envelope)).split("\r\n")
        return next((one for one in answers if one == AWAY), answers[0])


async def serve(
    here: Runtime, stop: asyncio.Event, *, lmtp: str | None = None, smtp: str | None = None
) -> None:
    """Listen for documents at `unix:/path` or `host:port`, for what comes back there, too, or by SMTP."""
    limit = here.settings.upload_limit

    def documents() -> SMTP:
        return Server(Handler(here), data_size_limit=limit, hostname="kontor", ident="Kontor")

    def returns() -> SMTP:
        smaller = min(limit, LARGEST)
        return SMTP(Returns(here), data_size_limit=smaller, hostname="kontor", ident="Kontor")

    wanted = ((documents, lmtp), (returns, smtp))
    servers = [await _listen(server, where) for server, where in wanted if where is not None]
    await stop.wait()
    for each in servers:
        each.close()


async def _listen(server: Callable[[], SMTP], where: str) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    if where.startswith(UNIX):
        path = Path(where.removeprefix(UNIX))
        path.unlink(missing_ok=True)
        listening = await loop.create_unix_server(server, str(path))
        path.chmod(0o660)  # whoever can write to it can claim to be any sender
    else:
        host, _colon, port = where.rpartition(":")
        listening = await loop.create_server(server, host.strip("[]"), int(port))
    logger.info("listening for mail at %s", where)
    return listening


async def _run(here: Runtime) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    configured = here.settings
    await serve(here, stop, lmtp=configured.mail_in, smtp=configured.bounce_in)


def main() -> None:
    """Take mail until told to stop."""
    configuration = settings.from_environment()
    log.configure(configuration.log_level)
    logging.getLogger("mail.log").setLevel("WARNING")  # aiosmtpd's own, which shows contents
    if configuration.mail_in is None and configuration.bounce_in is None:
        sys.exit("Neither KONTOR_MAIL_IN nor KONTOR_BOUNCE_IN is set: no mail is taken in.")
    asyncio.run(_run(runtime.build(configuration)))


if __name__ == "__main__":
    main()
