"""One installation for tests: settings, a fresh database, files in a temporary folder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from app.core import runtime, settings
from app.core.runtime import Runtime
from app.core.settings import Settings
from tests import databases

BASE_URL = "http://kontor.test"


def test_settings(folder: Path, **changes: Any) -> Settings:
    """Return settings of an installation below `folder`, with a fresh database."""
    given = settings.from_environment(
        {
            "KONTOR_ENVIRONMENT": "test",
            "KONTOR_DATA_DIR": str(folder / "data"),
            "KONTOR_SECRET_KEY": "a secret of at least thirty-two characters",
            "KONTOR_BASE_URL": BASE_URL,
            "KONTOR_TRUSTED_HOSTS": "kontor.test,localhost,127.0.0.1",
            "KONTOR_MAIL_CAUGHT_IN": str(folder / "mail"),
            "KONTOR_MAIL_URL": "smtp://127.0.0.1:9?starttls=no",
            "KONTOR_METRICS_TOKEN": "metrics-token-of-the-tests",
            "KONTOR_LOG_LEVEL": "ERROR",
        }
    )
    if "database_url" not in changes:
        changes["database_url"] = databases.fresh_database(databases.chosen(), folder)
    return replace(given, **changes)


test_settings.__test__ = False  # type: ignore[attr-defined]


def build(folder: Path, **changes: Any) -> Runtime:
    """Open an installation below `folder`."""
    return runtime.build(test_settings(folder, **changes))
