"""A stand-in of clamd on a socket: INSTREAM, the EICAR test file, and faults."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# In two parts: a scanner of this very file must not find it.
EICAR = (rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*").ljust(68)
LIMIT = 4 * 1024 * 1024
"""clamd's StreamMaxLength."""


class Clamd(socketserver.ThreadingTCPServer):
    """Counts what it was asked."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.asked, self.fault = 0, ""

    @property
    def place(self) -> str:
        """Where it listens, as the settings say it."""
        return f"127.0.0.1:{self.server_address[1]}"


class Conversation(socketserver.StreamRequestHandler):
    """One INSTREAM."""

    server: Clamd

    def handle(self) -> None:
        """Take the stream and say what was found."""
        self.server.asked += 1
        if self.server.fault == "hangs up":
            return
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b"".join(self._chunks())
        answer = b"stream: OK"
        if len(content) > LIMIT:
            answer = b"INSTREAM size limit exceeded. ERROR"
        elif self.server.fault == "babbles":
            answer = b"UNKNOWN COMMAND"
        elif EICAR.strip() in content:
            answer = b"stream: Eicar-Test-Signature FOUND"
        self.wfile.write(answer + b"\0")

    def _chunks(self) -> Iterator[bytes]:
        while True:
            (length,) = struct.unpack("!L", self.rfile.read(4))
            if not length:
                return
            yield self.rfile.read(length)


@contextmanager
def clamd() -> Iterator[Clamd]:
    """Run one until the block ends."""
    with Clamd() as server:
        thread: Any = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
