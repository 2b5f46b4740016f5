"""One JSON line per event, with the request's or job's id and without anybody's secrets."""

import json
import logging
import re
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

reference: ContextVar[str] = ContextVar("reference", default="")
"""The id that ties the lines of one request or job together; error pages show it."""

SECRET = re.compile(
    r"(/(?:link|sign|pay|reset|confirmation|leaving)/)[A-Za-z0-9_-]{16,}|((?:token|password|code|key)=)[^&\s]+"
    r"|(DETAIL: )[^\r\n]+"
)


def without_secrets(text: str) -> str:
    """Blank out capability tokens, and rows in PostgreSQL's messages; keep an event on one line."""
    shown = SECRET.sub(lambda found: f"{found[1] or found[2] or found[3]}…", text)
    return shown.replace("\r", " ").replace("\n", " | ")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback is folded into it."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
        }
        if reference.get():
            line["reference"] = reference.get()
        if record.exc_info:
            line["traceback"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def configure(level: str) -> None:
    """Send every log line to standard error as JSON."""
    channel = logging.StreamHandler(sys.stderr)
    channel.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[channel], force=True)
