"""The description of the interface (OpenAPI 3.1), kept beside it and checked against it in tests."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("openapi.json")


@cache
def load() -> dict[str, Any]:
    """Return the description."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found
