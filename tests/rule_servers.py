"""Rule servers that tests started, and their end."""

import json
import os
import signal
import socket
from pathlib import Path

from app.documents.formats.examination import Syntax
from app.documents.formats.official_rules import NotChecked, RuleEngine
from app.documents.formats.rule_questions import question
from app.documents.formats.safe_xml import parse
from app.documents.rules.findings import Finding


def check(engine: RuleEngine, syntax: Syntax, xml: bytes) -> list[Finding] | NotChecked:
    """Ask the official rules about an invoice that the tests wrote."""
    asked = question(parse(xml), syntax)
    return engine.ask(asked) if asked else NotChecked("no rules for this profile")


def server_of(engine: RuleEngine) -> int | None:
    """Return the process id of the engine's rule server, None where none listens."""
    path: Path = engine.folder() / engine.socket_name
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(60)
        try:
            connection.connect(str(path))
            return int(json.loads(connection.makefile().readline())["process"])
        except (ConnectionError, FileNotFoundError):
            return None


def end(engine: RuleEngine) -> None:
    """End the engine's rule servers, if there are any."""
    for one in (engine, engine.patient()):
        process = server_of(one)
        if process is not None:
            os.kill(process, signal.SIGKILL)
