"""Text messages that the stand-in gateway kept, one file each: for the demo's mailbox and for tests."""

import json
import re
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time_ns
from typing import Final

_ID: Final = re.compile(r"[0-9a-f]{16}-[0-9a-f]{8}")
FOLDER: Final = "texts"
"""Below the folder of the mails."""


@dataclass(frozen=True, slots=True)
class CaughtText:
    """One message as the gateway took it; nothing here is safe to show unescaped."""

    id: str
    number: str
    sender: str
    text: str

    @property
    def received_at(self) -> datetime:
        """When it was taken."""
        return datetime.fromtimestamp(int(self.id[:16], 16) / 1e9, UTC)


def new_id() -> str:
    """Return an id that orders messages in time."""
    return f"{time_ns():016x}-{secrets.token_hex(4)}"


def keep(folder: Path, one: CaughtText) -> None:
    """Write one message so that a reader sees all of it or nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f"{one.id}.part"
    unfinished.write_text(json.dumps(asdict(one)))
    unfinished.rename(folder / f"{one.id}.json")


def texts(folder: Path, limit: int = 100) -> list[CaughtText]:
    """Return the newest messages of `folder`, newest first."""
    names = (path.stem for path in folder.glob("*.json") if _ID.fullmatch(path.stem))
    newest = sorted(names, reverse=True)[:limit]
    return [CaughtText(**json.loads((folder / f"{name}.json").read_text())) for name in newest]
