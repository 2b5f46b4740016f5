"""A small IMAP server on this machine: one folder, messages with numbers, flags that stay (RFC 9051)."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

PASSWORD = "geheim: 7%"


@dataclass
class Folder:
    """What lies in it, and what was asked."""

    messages: dict[int, bytes] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)
    validity: int = 7
    asked: list[str] = field(default_factory=list)
    hangs_up_at: str = ""
    """The beginning of a command at which the line is cut."""
    port: int = 0

    @property
    def url(self) -> str:
        return f"imap://bounces%40kontor.test:geheim%3A%207%25@127.0.0.1:{self.port}/Zur%C3%BCck"


class _Conversation(socketserver.StreamRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        self._say("* OK ready")
        for line in self.rfile:
            tag, _space, command = line.decode().strip().partition(" ")
            folder = self.server.folder
            folder.asked.append(command)
            if folder.hangs_up_at and command.startswith(folder.hangs_up_at):
                return
            self._say(f"{tag} {self._answer(command, folder)}")
            if command == "LOGOUT":
                return

    def _answer(self, command: str, folder: Folder) -> str:
        word = " ".join(command.split()[:2]) if command.startswith("UID") else command.split()[0]
        if word == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif word == "LOGIN":
            is_right = command == f'LOGIN bounces@kontor.test "{PASSWORD}"'
            return "OK in" if is_right else "NO wrong"
        elif word == "SELECT":
            self._say(f"* {len(folder.messages)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {folder.validity}] good")
        elif word == "UID SEARCH":
            new = [str(uid) for uid in sorted(folder.messages) if uid not in folder.seen]
            self._say(f"* SEARCH {' '.join(new)}")
        elif word == "UID FETCH":
            self._fetch(command, folder)
        elif word == "UID STORE":
            folder.seen |= {int(uid) for uid in command.split()[2].split(",")}
        elif word == "LOGOUT":
            self._say("* BYE")
        else:
            return "BAD what"
        return "OK done"

    def _fetch(self, command: str, folder: Folder) -> None:
        found = re.fullmatch(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", command)
        assert found is not None, command
        octets = folder.messages[int(found[1])][: int(found[2])]
        self._say(f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(octets)}}}")
        self.wfile.write(octets)
        self._say(")")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    folder: Folder


@contextmanager
def serving(*messages: bytes) -> Iterator[Folder]:
    """Serve a folder with `messages` for the length of a block."""
    with _Server(("127.0.0.1", 0), _Conversation) as server:
        folder = Folder(dict(enumerate(messages, 1)), port=server.server_address[1])
        server.folder = folder
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield folder
        finally:
            server.shutdown()
