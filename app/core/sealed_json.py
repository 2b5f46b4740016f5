"""A column of plain values that a copy of the database does not give away."""

import json
import logging
from typing import Any

from sqlalchemy import Dialect, Text
from sqlalchemy.types import TypeDecorator

from app.core import sealing
from app.core.errors import Invalid

_log = logging.getLogger(__name__)


class SealedJson(TypeDecorator[dict[str, Any]]):
    """An object of plain values, sealed as a whole; nothing in it is stored as nothing.

    Mark its column with `info=SEALED`, so that it is sealed anew when the key changes. What no key
    opens reads as empty: a page must not fall over what its reader did not ask for.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        """Return what is stored."""
        return sealing.seal(json.dumps(value)) if value else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> dict[str, Any]:
        """Return what was kept."""
        if value is None:
            return {}
        try:
            kept: dict[str, Any] = json.loads(sealing.unseal(value))
        except Invalid:
            _log.error("sealed values cannot be opened with this installation's keys")
            return {}
        return kept
