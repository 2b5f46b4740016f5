"""The floors and rooms hold."""

import subprocess
import sys

from app.core import settings


def test_the_import_contracts_hold() -> None:
    # In a process of its own: the linter switches off the loggers that other tests listen to.
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=settings.PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout
