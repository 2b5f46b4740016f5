"""The rule server: one process that keeps the official rules compiled and checks one by one.

Started by `official_rules` as a module of its own, with the socket, the seconds a document may
take, the megabytes it may use, and the seconds it stays without work. Saxon may live in one thread
of one process only: a second processor in another thread aborts the process. JSON lines on a unix
socket, one request per connection:

    server: {"process": 4711}
    client: {"stylesheet": "ubl", "xml": "<Invoice …"}
    server: {"failures": [[rule, flag, location, text], …]} or {"error": "…"}
"""

import fcntl
import json
import os
import resource
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, TextIO

import saxonche
from lxml import etree

from app.documents.formats.profiles import STYLESHEETS, Profile, folder

BACKLOG: Final = 64
CLIENT_SECONDS: Final = 10
"""How long a client may take to say its request: it is a process of ours on this machine."""

_SVRL: Final = "{http://purl.oclc.org/dsdl/svrl}"


class Rules:
    """The compiled stylesheets of one Saxon processor, each compiled when first asked for."""

    def __init__(self) -> None:
        self._processor = saxonche.PySaxonProcessor(license=False)
        self._compiler = self._processor.new_xslt30_processor()
        self._compiled: dict[Profile, Any] = {}

    def failures(self, profile: Profile, xml: str) -> list[list[str]]:
        """Return rule, flag, location and text of every rule that `xml` breaks."""
        if profile not in self._compiled:
            stylesheet = str(folder() / STYLESHEETS[profile])
            self._compiled[profile] = self._compiler.compile_stylesheet(stylesheet_file=stylesheet)
        document = self._processor.parse_xml(xml_text=xml)
        report = self._compiled[profile].transform_to_string(xdm_node=document)
        return _failures(report)


def _failures(report: str) -> list[list[str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(report.encode(), parser)
    return [
        [
            entry.get("id", ""),
            entry.get("flag", ""),
            entry.get("location", ""),
            " ".join("".join(entry.itertext()).split()),
        ]
        for entry in root.iter(f"{_SVRL}failed-assert", f"{_SVRL}successful-report")
    ]


def _answer(rules: Rules, line: str, seconds: float) -> dict[str, Any]:
    request = json.loads(line)
    # The default action of SIGALRM ends the process, also in the middle of native code: a client
    # that died cannot leave a document behind that runs for ever.
    signal.setitimer(signal.ITIMER_REAL, seconds + 2)
    try:
        return {"failures": rules.failures(Profile(request["stylesheet"]), request["xml"])}
    except (saxonche.PySaxonApiError, etree.XMLSyntaxError) as error:
        return {"error": " ".join(str(error).split())[:300]}
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _say(stream: TextIO, message: dict[str, Any]) -> None:
    stream.write(json.dumps(message) + "\n")
    stream.flush()


def _talk(stream: TextIO, rules: Rules, seconds: float) -> None:
    _say(stream, {"process": os.getpid()})
    line = stream.readline()
    if line:
        _say(stream, _answer(rules, line, seconds))


def _serve(listener: socket.socket, seconds: float, idle: float) -> None:
    rules = Rules()
    while True:
        listener.settimeout(idle)
        try:
            connection, _ = listener.accept()
        except TimeoutError:
            return
        with connection:
            connection.settimeout(CLIENT_SECONDS)
            try:
                with connection.makefile("rw", encoding="utf-8", newline="\n") as stream:
                    _talk(stream, rules, seconds)
            except (OSError, ValueError, KeyError):
                continue  # this client is gone or spoke nonsense; the next one is waiting


def _limit_memory(megabytes: int) -> None:
    # Not RLIMIT_AS: Saxon's runtime reserves 32 GB of addresses and uses few of them.
    size = megabytes * 1024 * 1024
    with suppress(OSError, ValueError):  # macOS knows the limit and does not set it
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _leave(listener: socket.socket, path: Path) -> None:
    """Remove the socket under the lock that starters take, so that no new server's is removed."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        listener.close()
        path.unlink(missing_ok=True)


def main(path: Path, seconds: float, megabytes: int, idle: float) -> None:
    """Listen on `path`, go to the background, and check documents until none came for `idle` s."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(BACKLOG)
    if os.fork():
        os._exit(0)  # the starter waits for this: from here on clients can connect
    os.setsid()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    _limit_memory(megabytes)
    _serve(listener, seconds, idle)
    _leave(listener, path)
    os._exit(0)  # Saxon's runtime is not asked to take itself down


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
