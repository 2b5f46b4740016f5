"""One owner of the transaction: nobody else commits."""

import re

from app.core import settings

OWNERS = {"app/core/db.py"}


def test_only_the_database_commits() -> None:
    committing = {
        path.relative_to(settings.PROJECT).as_posix()
        for folder in ("app", "jobs")
        for path in (settings.PROJECT / folder).rglob("*.py")
        if re.search(r"\.commit\(\)", path.read_text())
    }
    assert committing == OWNERS


def test_nothing_but_the_settings_reads_the_environment() -> None:
    reading = {
        path.relative_to(settings.PROJECT).as_posix()
        for folder in ("app", "jobs")
        for path in (settings.PROJECT / folder).rglob("*.py")
        if re.search(r"os\.(environ|getenv)", path.read_text())
    }
    # The others start processes and hand the environment on; the rule server is such a process.
    assert reading <= {
        "app/core/settings.py",
        "app/core/supervisor.py",
        "app/core/orphans.py",
        "app/core/cells.py",
        "app/demo/run.py",
        "app/demo/processes.py",
        "app/documents/formats/official_rules.py",
    }


def test_only_the_clock_asks_what_time_it_is() -> None:
    asking = {
        path.relative_to(settings.PROJECT).as_posix()
        for folder in ("app", "jobs")
        for path in (settings.PROJECT / folder).rglob("*.py")
        if re.search(r"datetime\.now\(|date\.today\(|utcnow\(", path.read_text())
    }
    assert asking <= {"app/core/clock.py", "app/demo/catcher.py", "app/demo/print_centre.py"}
